package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.Distance;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** How two vectors of a collection are compared; {@link #score} is what Qdrant returns as a point's score. */
enum Metric {
    /** Similarity in [-1, 1]; vectors are stored at unit length. */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT, true),
    /** Similarity, unbounded. */
    DOT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, true),
    /** Distance, 0 for the same vector. */
    EUCLID(VectorSimilarityFunction.EUCLIDEAN, false),
    /** Distance, 0 for the same vector. Lucene does not know it: always compared exactly. */
    MANHATTAN(VectorSimilarityFunction.EUCLIDEAN, false);

    private final VectorSimilarityFunction luceneSimilarity;
    private final boolean higherIsCloser;

    Metric(VectorSimilarityFunction luceneSimilarity, boolean higherIsCloser) {
        this.luceneSimilarity = luceneSimilarity;
        this.higherIsCloser = higherIsCloser;
    }

    static Metric of(Distance distance) {
        return switch (distance) {
            case Cosine -> COSINE;
            case Dot -> DOT;
            case Euclid -> EUCLID;
            case Manhattan -> MANHATTAN;
            case UnknownDistance, UNRECOGNIZED -> throw QdrantErrors.badInput("Unknown distance: " + distance);
        };
    }

    /** The similarity by which Lucene orders vectors rounded to bytes. */
    VectorSimilarityFunction luceneSimilarity() {
        return luceneSimilarity;
    }

    /** Whether that order is the metric's. */
    boolean hasByteOrder() {
        return this != MANHATTAN;
    }

    /** The vector as it is stored and compared: of unit length for cosine, unless it is zero. */
    float[] prepared(float[] vector) {
        if (this != COSINE) {
            return vector;
        }
        double squared = 0;
        for (float x : vector) {
            squared += (double) x * x;
        }
        double length = Math.sqrt(squared);
        if (length < Float.MIN_NORMAL || Math.abs(length - 1) < 1e-7) {
            return vector;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    /** What Qdrant reckons with where it does not answer it: the larger the closer. Both vectors as {@link #prepared}. */
    float similarity(float[] a, float[] b) {
        return switch (this) {
            case COSINE, DOT -> VectorUtil.dotProduct(a, b);
            case EUCLID -> -VectorUtil.squareDistance(a, b);
            case MANHATTAN -> -score(a, b);
        };
    }

    /** Both vectors as {@link #prepared}. */
    float score(float[] a, float[] b) {
        return switch (this) {
            case COSINE, DOT -> VectorUtil.dotProduct(a, b);
            case EUCLID -> (float) Math.sqrt(VectorUtil.squareDistance(a, b));
            case MANHATTAN -> {
                float sum = 0;
                for (int i = 0; i < a.length; i++) {
                    sum += Math.abs(a[i] - b[i]);
                }
                yield sum;
            }
        };
    }

    /** Negative when the first score is the closer one. */
    int compareScores(float a, float b) {
        return higherIsCloser ? Float.compare(b, a) : Float.compare(a, b);
    }

    /** Whether a score is closer than a threshold. */
    boolean passes(float score, float threshold) {
        return higherIsCloser ? score > threshold : score < threshold;
    }
}
