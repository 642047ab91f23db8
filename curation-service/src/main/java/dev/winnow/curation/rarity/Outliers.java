package dev.winnow.curation.rarity;

import dev.winnow.curation.vectors.Neighbours;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks images by how far they lie from all others. Distance is the mean cosine distance to the k nearest neighbours
 * (Ramaswamy, Rastogi and Shim, "Efficient Algorithms for Mining Outliers from Large Data Sets", 2000, in its averaged
 * form: Angiulli and Pizzuti, 2002). Alone it puts members of a loose class before lone images near a tight one, so it is
 * multiplied by its ratio to the neighbours' own distance (the idea of Breunig et al., "LOF", 2000), which alone would
 * put a slightly odd member of a very tight class first.
 *
 * <p>Images of another kind may have come as a group: its members have each other for neighbours, and are rare only among
 * more neighbours than the group has members. Cost: that of the neighbours, and O(n · k).
 */
public final class Outliers {

    /** Copies lie at no distance from each other; without a floor whatever is near them would seem infinitely rare. */
    private static final double LEAST_AROUND = 0.25;

    /** Groups of up to about ten are found; docs/curation.md says how surely. */
    private static final int USUAL_NEIGHBOURS = 75;

    private Outliers() {}

    /** How many neighbours are looked at where nobody says: two thirds of the images, 10 to {@value #USUAL_NEIGHBOURS}. */
    public static int usualNeighbours(int images) {
        return Math.clamp(2L * images / 3, 10, USUAL_NEIGHBOURS);
    }

    /**
     * An image's place in the ranking.
     *
     * @param row its row
     * @param score distance × densityRatio, at least 0; larger is rarer
     * @param distance mean cosine distance to the k nearest neighbours, 0 to 2
     * @param densityRatio distance / mean distance of those neighbours, which counts as at least a quarter of the
     *     median; about 1 within a class, larger outside
     * @param nearest the row of the nearest other image
     * @param similarity the cosine similarity to it
     */
    public record Outlier(
            int row, double score, double distance, double densityRatio, int nearest, double similarity) {}

    /** All images, the rarest first, by their k nearest others; empty where there are none. */
    public static List<Outlier> rank(Neighbours.Nearest join) {
        if (join.k() == 0) {
            return List.of();
        }
        double[] distance = meanDistances(join);
        double median = Arrays.stream(distance).sorted().toArray()[distance.length / 2];
        return IntStream.range(0, distance.length)
                .mapToObj(row -> {
                    double around = IntStream.range(0, join.k())
                            .mapToDouble(rank -> distance[join.row(row, rank)])
                            .average()
                            .orElse(0);
                    double ratio = median == 0 ? 1 : distance[row] / Math.max(around, LEAST_AROUND * median);
                    return new Outlier(
                            row,
                            distance[row] * ratio,
                            distance[row],
                            ratio,
                            join.row(row, 0),
                            join.similarity(row, 0));
                })
                .sorted(Comparator.comparingDouble(Outlier::score).reversed().thenComparingInt(Outlier::row))
                .toList();
    }

    /** Each row's mean cosine distance to its k nearest others, 0 to 2; nothing where there are none. */
    static double[] meanDistances(Neighbours.Nearest join) {
        int rows = join.k() == 0 ? 0 : join.rows().length / join.k();
        return IntStream.range(0, rows)
                .mapToDouble(row -> IntStream.range(0, join.k())
                        .mapToDouble(rank -> Math.max(0, 1 - join.similarity(row, rank)))
                        .average()
                        .orElse(0))
                .toArray();
    }
}
