package dev.winnow.curation.rarity;

import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.vectors.Neighbours;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How little of an image others show already, and how well it stands for others: two numbers from 0 to 1, one half for
 * a typical image of its dataset.
 *
 * <pre>
 * uniqueness(x)         = d / (d + m)          d: distance to the nearest other image, m: its median
 * density(x)            = s / (s + a)          a: mean distance to the k nearest, s: its median
 * closeness(x)          = r / (r + c)          c: distance to the centre of x's cluster, r: its median in that cluster
 * representativeness(x) = √(density · closeness)
 * </pre>
 *
 * Distances are cosine distances; each is measured by its median over those that are not 0, so that many copies do not
 * make whatever is left seem far away. A copy has uniqueness 0 whatever surrounds it, and an image on the way between two
 * clusters represents neither. Cost O(n · k), beyond the neighbours and the clusters.
 */
public final class ImageScores {

    /** Rounding leaves equal vectors about 1e-7 apart: that is no distance. */
    private static final double SAME = 1e-6;

    private final double[] nearest;
    private final double typicalNearest;
    private final double[] around;
    private final double typicalAround;
    private final Clustering clustering;
    private final double[] typicalRadius;

    /**
     * Scores of the rows of {@code join}.
     *
     * @param join the k nearest others of each row; k is 0 for a single row
     * @param clustering of the same rows
     */
    public ImageScores(Neighbours.Nearest join, Clustering clustering) {
        int size = clustering.cluster().length;
        this.nearest = IntStream.range(0, size)
                .mapToDouble(row -> join.k() == 0 ? Double.POSITIVE_INFINITY : apart(1 - join.similarity(row, 0)))
                .toArray();
        this.typicalNearest = median(nearest);
        this.around = join.k() == 0
                ? new double[size]
                : Arrays.stream(Outliers.meanDistances(join))
                        .map(ImageScores::apart)
                        .toArray();
        this.typicalAround = median(around);
        this.clustering = clustering;
        double[][] radii =
                Arrays.stream(clustering.sizes()).mapToObj(double[]::new).toArray(double[][]::new);
        int[] filled = new int[radii.length];
        for (int row = 0; row < size; row++) {
            int cluster = clustering.cluster()[row];
            radii[cluster][filled[cluster]++] = radius(row);
        }
        this.typicalRadius =
                Arrays.stream(radii).mapToDouble(ImageScores::median).toArray();
    }

    /** 0 for a copy, one half for an image as far from its nearest as is typical, towards 1 the farther; 1 if it is alone. */
    public double uniqueness(int row) {
        return 1 - nearness(nearest[row], typicalNearest);
    }

    /** Towards 0 for a lone image, one half for a typical one, towards 1 in the middle of a dense cluster; 1 if alone. */
    public double representativeness(int row) {
        double density = nearness(around[row], typicalAround);
        double closeness = nearness(radius(row), typicalRadius[clustering.cluster()[row]]);
        return Math.sqrt(density * closeness);
    }

    /** The median distance to the nearest other image; 0 where all are copies. */
    public double typicalNearest() {
        return typicalNearest;
    }

    /** The median of the mean distance to the k nearest; 0 where all are copies. */
    public double typicalAround() {
        return typicalAround;
    }

    private double radius(int row) {
        return apart(1 - clustering.similarity()[row]);
    }

    private static double apart(double distance) {
        return distance < SAME ? 0 : distance;
    }

    /** 1 at no distance, one half at the typical one, towards 0 beyond. */
    private static double nearness(double distance, double typical) {
        return distance == 0 ? 1 : typical / (typical + distance);
    }

    private static double median(double[] distances) {
        double[] apart = Arrays.stream(distances)
                .filter(distance -> distance > 0 && Double.isFinite(distance))
                .sorted()
                .toArray();
        return apart.length == 0 ? 0 : apart[apart.length / 2];
    }
}
