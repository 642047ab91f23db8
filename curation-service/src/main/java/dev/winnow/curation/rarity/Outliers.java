package dev.winnow.curation.rarity;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks images by how far they lie from all others. Distance is the mean cosine distance to the k nearest neighbours
 * (Ramaswamy, Rastogi and Shim, "Efficient Algorithms for Mining Outliers from Large Data Sets", 2000, in its averaged
 * form: Angiulli and Pizzuti, 2002). Alone it puts members of a loose class before lone images near a tight one, so it is
 * multiplied by its ratio to the neighbours' own distance (the idea of Breunig et al., "LOF", 2000), which alone would
 * put a slightly odd member of a very tight class first. Cost O(n² · d).
 */
public final class Outliers {

    /** Copies lie at no distance from each other; without a floor whatever is near them would seem infinitely rare. */
    private static final double LEAST_AROUND = 0.25;

    private final Neighbours neighbours;

    public Outliers(Neighbours neighbours) {
        this.neighbours = neighbours;
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

    /**
     * All images, the rarest first; empty where there are fewer than two.
     *
     * @param k how many neighbours, at least 1; cut to one less than the images
     */
    public List<Outlier> rank(Vectors vectors, int k, Progress progress) {
        return rank(neighbours.join(vectors, k, progress));
    }

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
