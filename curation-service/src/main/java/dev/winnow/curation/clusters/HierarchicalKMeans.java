package dev.winnow.curation.clusters;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Hierarchical k-means with resampling (Vo et al., "Automatic Data Curation for Self-Supervised Learning: A
 * Clustering-Based Approach", 2024, arXiv 2405.15613), with spherical k-means on each level: the first level clusters the
 * vectors, each further one the centres below it. k-means puts most centres where most vectors are. Each resampling step
 * therefore fits again on a few members of every cluster, those nearest to its centre, which flattens the density the
 * centres follow: in the end they lie more evenly over what there is, and rare concepts keep clusters of their own.
 *
 * <p>Cost: (1 + steps) fits of the first level, the later ones on few vectors, and as many assignments of all of them.
 */
public final class HierarchicalKMeans {

    private final SphericalKMeans kMeans;

    public HierarchicalKMeans(Neighbours neighbours) {
        this.kMeans = new SphericalKMeans(neighbours);
    }

    /**
     * What one level is made of.
     *
     * @param k how many clusters, 1 to 100,000
     * @param steps how many resampling steps, 0 to 100
     * @param members how many members of each cluster a step fits on; with 1 or 0 there is no resampling on this level
     */
    public record Level(int k, int steps, int members) {

        public Level {
            InvalidParameterException.checkRange("levels", k, 1, 100_000);
            InvalidParameterException.checkRange("resampling", steps, 0, 100);
        }
    }

    /**
     * Levels of given sizes, with half the mean cluster size as members of a step, as in the paper.
     *
     * @param sizes clusters a level, the finest first
     */
    public static List<Level> levels(int vectors, List<Integer> sizes, int steps) {
        List<Level> levels = new ArrayList<>();
        int below = vectors;
        for (int k : sizes) {
            levels.add(new Level(k, steps, below / (2 * k)));
            below = k;
        }
        return levels;
    }

    /**
     * Fits the levels one above the other. A level has fewer clusters than asked for where there are fewer distinct
     * directions below it.
     *
     * @param levels at least one, the finest first
     * @throws IllegalArgumentException if there are none, or the first has more clusters than there are vectors
     */
    public ClusterHierarchy fit(Vectors vectors, List<Level> levels, Effort effort, long seed, Progress progress) {
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("expected at least one level");
        }
        List<Clustering> fitted = new ArrayList<>();
        Vectors below = vectors;
        for (Level level : levels) {
            // The first level has all the vectors to look at, the others only centres.
            Progress part = fitted.isEmpty() ? progress.part(0, 0.9) : progress.part(0.9, 1);
            Clustering clustering = fit(below, level, effort, seed + fitted.size(), part, fitted.isEmpty());
            fitted.add(clustering);
            below = clustering.centres();
        }
        return new ClusterHierarchy(fitted);
    }

    private Clustering fit(Vectors below, Level level, Effort effort, long seed, Progress progress, boolean first) {
        int k = first ? level.k : Math.min(level.k, Math.max(1, below.size()));
        int steps = level.members > 1 ? level.steps : 0;
        Clustering clustering = kMeans.fit(below, k, effort, seed, progress.part(0, steps == 0 ? 1 : 0.4));
        for (int step = 0; step < steps; step++) {
            Progress part = progress.part(0.4 + 0.6 * step / steps, 0.4 + 0.6 * (step + 1) / steps);
            Vectors sample = below.select(nearestMembers(clustering, level.members));
            Vectors centres = kMeans.fit(
                            sample, Math.min(k, sample.size()), effort, seed + 31L * (step + 1), part.part(0, 0.7))
                    .centres();
            clustering = kMeans.assign(below, centres, part.part(0.7, 1));
        }
        return clustering;
    }

    /** The rows of the {@code count} members of each cluster that are nearest to its centre. */
    static int[] nearestMembers(Clustering clustering, int count) {
        int[] taken = new int[clustering.k()];
        return IntStream.range(0, clustering.cluster().length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -clustering.similarity()[row])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .filter(row -> taken[clustering.cluster()[row]]++ < count)
                .sorted()
                .toArray();
    }
}
