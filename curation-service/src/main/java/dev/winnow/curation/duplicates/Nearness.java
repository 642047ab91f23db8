package dev.winnow.curation.duplicates;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximation;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * When two images are near enough to show the same. Either an absolute similarity, or relative to the dataset: closer
 * than a fraction of how far apart images are around there. The distance to the tenth neighbour is an image's own scale
 * (local scaling: Zelnik-Manor and Perona, "Self-Tuning Spectral Clustering", 2004), because what is near among photos of
 * everything is far among photos of one kind of watch. A scale is kept between half the median, so that a burst of
 * more than ten copies does not hide itself, and one and a half, so that a class of fewer than ten images is not measured
 * by how far away the other classes are. Where relative, perceptual hashes count too: each bit beyond the eighth by which
 * they differ takes an eightieth off the limit, so that look-alikes of another composition have to be closer.
 *
 * <p>Memory: the ten nearest neighbours and the scale of each image, 88 bytes.
 */
public final class Nearness {

    /** The neighbour whose distance is an image's scale. */
    public static final int SCALE_NEIGHBOUR = 10;

    /** Rounding leaves equal vectors about 1e-7 apart. */
    private static final double SAME = 1e-6;

    /** Taken below twelve images, where distances to the tenth neighbour say nothing: sound for the default model. */
    private static final double SIMILARITY_OF_FEW = 0.85;

    private static final double LEAST = 0.5;
    private static final double MOST = 1.5;
    private static final int FREE_BITS = 8;
    private static final double BITS = 80;

    private final Kind kind;
    private final double typicalDistance;
    private final double ratio;
    private final double similarity;
    private final double[] rootScales;
    private final Neighbours.@Nullable Nearest join;
    private final @Nullable Approximation approximation;

    private enum Kind {
        ABSOLUTE,
        RELATIVE,
        SAMPLED
    }

    private Nearness(
            Kind kind,
            double typicalDistance,
            double ratio,
            double similarity,
            double[] rootScales,
            Neighbours.@Nullable Nearest join,
            @Nullable Approximation approximation) {
        this.kind = kind;
        this.typicalDistance = typicalDistance;
        this.ratio = ratio;
        this.similarity = similarity;
        this.rootScales = rootScales;
        this.join = join;
        this.approximation = approximation;
    }

    /**
     * How near was judged, as results state it.
     *
     * @param kind {@code relative}, {@code absolute}, or {@code sampled}: an absolute one set by a sample's distances
     * @param similarity the least cosine similarity of near images; where relative, at the dataset's typical scale
     * @param typicalDistance the median cosine distance to the tenth neighbour
     * @param ratio (1 − similarity) / typicalDistance; 0 where the typical distance is 0
     */
    public record Threshold(String kind, double similarity, double typicalDistance, double ratio) {}

    /**
     * Near is a distance of at most {@code ratio} times the geometric mean of the two images' scales. Fewer than twelve
     * images have no scale: an absolute similarity of 0.85 stands in, and the threshold says so.
     */
    public static Nearness relative(
            NeighbourJoin neighbours, Vectors vectors, double ratio, long seed, Progress progress) {
        return absolute(neighbours, vectors, SIMILARITY_OF_FEW, seed, progress).withRatio(ratio);
    }

    /**
     * Near is a cosine similarity of at least {@code similarity}.
     *
     * @param seed where neighbours begin to be approximated, if they are
     */
    public static Nearness absolute(
            NeighbourJoin neighbours, Vectors vectors, double similarity, long seed, Progress progress) {
        NeighbourJoin.Joined joined = neighbours.join(vectors, SCALE_NEIGHBOUR, seed, progress);
        Neighbours.Nearest join = joined.nearest();
        double[] scales = IntStream.range(0, vectors.size())
                .mapToDouble(row -> join.k() == 0 ? 0 : Math.max(0, 1 - join.similarity(row, join.k() - 1)))
                .toArray();
        double typical = median(scales);
        double[] roots = vectors.size() <= SCALE_NEIGHBOUR + 1
                ? new double[0]
                : Arrays.stream(scales).map(scale -> rootScale(scale, typical)).toArray();
        return new Nearness(Kind.ABSOLUTE, typical, 0, similarity, roots, join, joined.approximation())
                .withSimilarity(similarity);
    }

    /** As {@link #absolute}, where only a sample of the images was compared with all: {@code nearest} of each, itself included. */
    static Nearness sampled(Neighbours.Nearest nearest, int sample) {
        double typical = median(IntStream.range(0, nearest.k() == 0 ? 0 : sample)
                .mapToDouble(i -> Math.max(0, 1 - nearest.similarity(i, nearest.k() - 1)))
                .toArray());
        return new Nearness(Kind.ABSOLUTE, typical, 0, SIMILARITY_OF_FEW, new double[0], null, null);
    }

    /** The same neighbours, another absolute threshold. */
    public Nearness withSimilarity(double newSimilarity) {
        double newRatio = typicalDistance == 0 ? 0 : (1 - newSimilarity) / typicalDistance;
        return new Nearness(Kind.ABSOLUTE, typicalDistance, newRatio, newSimilarity, rootScales, join, approximation);
    }

    /** The same neighbours, another ratio; of a sample, and of fewer than twelve images, an absolute threshold. */
    public Nearness withRatio(double newRatio) {
        double atTypical = Math.max(-1, 1 - newRatio * typicalDistance);
        if (join == null) {
            return new Nearness(Kind.SAMPLED, typicalDistance, newRatio, atTypical, rootScales, null, null);
        }
        return rootScales.length == 0
                ? withSimilarity(SIMILARITY_OF_FEW)
                : new Nearness(
                        Kind.RELATIVE,
                        typicalDistance,
                        newRatio,
                        1 - newRatio * typicalDistance,
                        rootScales,
                        join,
                        approximation);
    }

    /** The same, for comparing with the images of another dataset: where that one has no scales, its absolute threshold. */
    Nearness with(Nearness others) {
        return kind == Kind.RELATIVE && others.kind != Kind.RELATIVE ? withSimilarity(others.similarity) : this;
    }

    /** Whether two rows whose cosine similarity is {@code observed} are near each other. */
    public boolean isNear(int one, int other, double observed, int hashDistance) {
        return isNear(one, this, other, observed, hashDistance);
    }

    /** The same where {@code other} is a row of another dataset, whose scales are {@code others}. */
    boolean isNear(int one, Nearness others, int other, double observed, int hashDistance) {
        return 1 - observed <= SAME || 1 - observed <= limit(one, others, other, hashDistance);
    }

    /** How far within the threshold: 1 where the rows are the same, 0 on the threshold or beyond. */
    double score(int one, Nearness others, int other, double observed, int hashDistance) {
        double distance = Math.max(0, 1 - observed);
        double limit = limit(one, others, other, hashDistance);
        return distance <= SAME ? 1 : limit <= 0 ? 0 : Math.clamp(1 - distance / limit, 0.0, 1.0);
    }

    /** The largest distance at which the two are near. */
    private double limit(int one, Nearness others, int other, int hashDistance) {
        if (kind != Kind.RELATIVE) {
            return 1 - similarity;
        }
        return limit(ratio, rootScales[one], others.rootScales[other], hashDistance);
    }

    private static double limit(double ratio, double rootScale, double otherRootScale, int hashDistance) {
        return ratio * rootScale * otherRootScale * (1 - Math.max(0, hashDistance - FREE_BITS) / BITS);
    }

    /**
     * The same relative rule for two images alone, of which is known how far away their tenth neighbours are.
     *
     * @param typical the median of that distance in the dataset
     */
    public static boolean isNear(
            double ratio, double typical, double scale, double otherScale, double observed, int hashDistance) {
        return 1 - observed <= SAME
                || 1 - observed
                        <= limit(ratio, rootScale(scale, typical), rootScale(otherScale, typical), hashDistance);
    }

    /** Whether two images, in a dataset of fewer than twelve, are near each other. */
    public static boolean isNearAmongFew(double observed) {
        return observed >= SIMILARITY_OF_FEW;
    }

    /** Less similar images are near to none, whatever their scales. */
    public static double leastSimilarity(double ratio, double typical) {
        return 1 - Math.max(SAME, ratio * MOST * typical);
    }

    private static double rootScale(double scale, double typical) {
        return Math.sqrt(Math.clamp(scale, LEAST * typical, MOST * typical));
    }

    /** The distance of two rows over their local scale; null where there is none. */
    @Nullable
    Double scaleRatio(int one, Nearness others, int other, double observed) {
        if (rootScales.length == 0 || others.rootScales.length == 0) {
            return null;
        }
        double scale = rootScales[one] * others.rootScales[other];
        return scale == 0 ? null : Double.valueOf(Math.max(0, 1 - observed) / scale);
    }

    /** Less similar rows are never near. */
    double leastSimilarity() {
        double largest = kind == Kind.RELATIVE ? ratio * MOST * typicalDistance : 1 - similarity;
        return 1 - Math.max(SAME, largest);
    }

    /**
     * Whether a row may be near to others than those that have it, or that it has, among their ten nearest. Such a pair is
     * no closer than the tenth neighbour of either; so that neighbour itself is within the row's largest limit.
     */
    boolean isCrowded(int row) {
        Neighbours.Nearest nearest = join();
        if (nearest.k() < SCALE_NEIGHBOUR) {
            return false;
        }
        double largest =
                kind == Kind.RELATIVE ? ratio * rootScales[row] * Math.sqrt(MOST * typicalDistance) : 1 - similarity;
        return 1 - nearest.similarity(row, nearest.k() - 1) <= Math.max(largest, 0) + 2 * SAME;
    }

    /** The ten nearest of each row. */
    Neighbours.Nearest join() {
        if (join == null) {
            throw new IllegalStateException("a sample has no neighbours of every row");
        }
        return join;
    }

    /** How the ten nearest were approximated; null where they are exact, or of a sample. */
    public @Nullable Approximation approximation() {
        return approximation;
    }

    public Threshold threshold() {
        String name = kind == Kind.RELATIVE ? "relative" : kind == Kind.SAMPLED ? "sampled" : "absolute";
        return new Threshold(name, similarity, typicalDistance, ratio);
    }

    /** The upper median; 0 of nothing. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
