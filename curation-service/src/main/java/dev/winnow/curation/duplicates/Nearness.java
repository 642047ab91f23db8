package dev.winnow.curation.duplicates;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * When two images are near enough to show the same. Either an absolute similarity, or relative to the dataset: closer
 * than a fraction of how far apart images are around there. The distance to the tenth neighbour is an image's own scale
 * (local scaling: Zelnik-Manor and Perona, "Self-Tuning Spectral Clustering", 2004), because what is near among photos of
 * everything is far among photos of one kind of watch. A scale is kept between half the median, so that a burst of
 * more than ten copies does not hide itself, and one and a half, so that a class of fewer than ten images is not measured
 * by how far away the other classes are.
 */
public final class Nearness {

    private static final int SCALE_NEIGHBOUR = 10;
    /** Rounding leaves equal vectors about 1e-7 apart. */
    private static final double SAME = 1e-6;

    /** Taken below twelve images, where distances to the tenth neighbour say nothing: sound for the default model. */
    private static final double SIMILARITY_OF_FEW = 0.85;

    private static final double LEAST = 0.5;
    private static final double MOST = 1.5;

    private final double typicalDistance;
    private final double ratio;
    private final double similarity;
    private final double[] rootScales;

    private Nearness(double typicalDistance, double ratio, double similarity, double[] rootScales) {
        this.typicalDistance = typicalDistance;
        this.ratio = ratio;
        this.similarity = similarity;
        this.rootScales = rootScales;
    }

    /**
     * How near was judged, as results state it.
     *
     * @param kind {@code relative} or {@code absolute}
     * @param similarity the least cosine similarity of near images; where relative, at the dataset's typical scale
     * @param typicalDistance the median cosine distance to the tenth neighbour
     * @param ratio (1 − similarity) / typicalDistance; 0 where the typical distance is 0
     */
    public record Threshold(String kind, double similarity, double typicalDistance, double ratio) {}

    /**
     * Near is a distance of at most {@code ratio} times the geometric mean of the two images' scales. Fewer than twelve
     * images have no scale: an absolute similarity of 0.85 stands in, and the threshold says so.
     */
    public static Nearness relative(Neighbours neighbours, Vectors vectors, double ratio, Progress progress) {
        if (vectors.size() <= SCALE_NEIGHBOUR + 1) {
            return absolute(neighbours, vectors, SIMILARITY_OF_FEW, progress);
        }
        double[] scales = scales(neighbours, vectors, progress);
        double typical = median(scales);
        double[] roots = Arrays.stream(scales)
                .map(scale -> Math.sqrt(Math.clamp(scale, LEAST * typical, MOST * typical)))
                .toArray();
        return new Nearness(typical, ratio, 1 - ratio * typical, roots);
    }

    /** Near is a cosine similarity of at least {@code similarity}. */
    public static Nearness absolute(Neighbours neighbours, Vectors vectors, double similarity, Progress progress) {
        double typical = median(scales(neighbours, vectors, progress));
        return new Nearness(typical, typical == 0 ? 0 : (1 - similarity) / typical, similarity, new double[0]);
    }

    /** Whether two rows whose cosine similarity is {@code observed} are near each other. */
    public boolean isNear(int one, int other, double observed) {
        double distance = 1 - observed;
        return distance <= SAME
                || (rootScales.length == 0
                        ? observed >= similarity
                        : distance <= ratio * rootScales[one] * rootScales[other]);
    }

    public Threshold threshold() {
        return new Threshold(rootScales.length == 0 ? "absolute" : "relative", similarity, typicalDistance, ratio);
    }

    private static double[] scales(Neighbours neighbours, Vectors vectors, Progress progress) {
        Neighbours.Nearest join = neighbours.join(vectors, SCALE_NEIGHBOUR, progress);
        return IntStream.range(0, vectors.size())
                .mapToDouble(row -> join.k() == 0 ? 0 : Math.max(0, 1 - join.similarity(row, join.k() - 1)))
                .toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
