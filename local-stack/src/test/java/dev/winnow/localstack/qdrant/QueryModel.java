package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import java.util.List;

/** What scores are, written down once more: slowly, in doubles, by the book. */
record QueryModel(Distance distance) {

    /** Of a stored vector. */
    interface Score {
        double of(float[] vector);
    }

    Score nearest(float[] target) {
        return other -> answered(target, other);
    }

    Score recommended(RecommendStrategy strategy, List<float[]> positive, List<float[]> negative) {
        return switch (strategy) {
            case AverageVector -> {
                float[] target = new float[positive.getFirst().length];
                for (int i = 0; i < target.length; i++) {
                    double like = mean(positive, i);
                    target[i] = (float) (negative.isEmpty() ? like : 2 * like - mean(negative, i));
                }
                yield nearest(target);
            }
            case BestScore ->
                other -> {
                    double like = closest(positive, other);
                    double dislike = closest(negative, other);
                    return like > dislike ? sigmoid(like) : -sigmoid(dislike);
                };
            case SumScores ->
                other -> positive.stream()
                                .mapToDouble(each -> similarity(each, other))
                                .sum()
                        - negative.stream()
                                .mapToDouble(each -> similarity(each, other))
                                .sum();
            case UNRECOGNIZED -> throw new AssertionError();
        };
    }

    private static double mean(List<float[]> vectors, int i) {
        return vectors.stream().mapToDouble(vector -> vector[i]).average().orElseThrow();
    }

    private double closest(List<float[]> vectors, float[] other) {
        return vectors.stream()
                .mapToDouble(vector -> similarity(vector, other))
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private static double sigmoid(double x) {
        return 0.5 * (x / (1 + Math.abs(x)) + 1);
    }

    private double answered(float[] a, float[] b) {
        double similarity = similarity(a, b);
        return distance == Distance.Euclid
                ? Math.sqrt(-similarity)
                : distance == Distance.Manhattan ? -similarity : similarity;
    }

    /** The larger the closer; of a vector given, and one stored. */
    double similarity(float[] given, float[] stored) {
        double dot = 0;
        double squares = 0;
        double differences = 0;
        double length = 0;
        for (int i = 0; i < given.length; i++) {
            dot += (double) given[i] * stored[i];
            squares += Math.pow((double) given[i] - stored[i], 2);
            differences += Math.abs((double) given[i] - stored[i]);
            length += (double) given[i] * given[i];
        }
        return switch (distance) {
            case Cosine -> dot / Math.sqrt(length);
            case Dot -> dot;
            case Euclid -> -squares;
            case Manhattan -> -differences;
            case UnknownDistance, UNRECOGNIZED -> throw new AssertionError();
        };
    }

    /** Of unit length for cosine, as points are stored. */
    float[] prepared(float[] vector) {
        if (distance != Distance.Cosine) {
            return vector;
        }
        double length = 0;
        for (float x : vector) {
            length += (double) x * x;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / Math.sqrt(length));
        }
        return unit;
    }
}
