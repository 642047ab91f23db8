package dev.winnow.curation.bench;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Lloyd;
import dev.winnow.curation.vectors.NearPairs;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import dev.winnow.curation.vectors.Vectors;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * One task that is done by us and by others, with how good what comes out is. A further one needs a line in {@link #all}, and
 * a function of its name in {@code models/bench_curate.py}; without that, ours stands alone.
 *
 * @param name of the task, here and in the script
 * @param what is done, for a person
 * @param most rows it is done on
 * @param quality what {@link #ours} returns, for a person; others return the same
 * @param ours does it and returns its quality
 */
record Contest(String name, String what, int most, String quality, ToDoubleFunction<Vectors> ours) {

    static final int NEIGHBOURS = 10;
    static final int CENTRES = 256;
    static final int ROUNDS = 20;
    static final double NEAR = 0.95;
    static final long SEED = 42;

    /** All there are, in the order they are run. */
    static List<Contest> all(Neighbours kernel) {
        return List.of(
                new Contest(
                        "neighbours",
                        "exact " + NEIGHBOURS + " nearest neighbours of all",
                        50_000,
                        "mean similarity",
                        vectors -> neighbours(kernel, vectors)),
                new Contest(
                        "k_means",
                        "k-means, k " + CENTRES + ", " + ROUNDS + " rounds from the same rows",
                        100_000,
                        "mean similarity to centre",
                        vectors -> kMeans(kernel, vectors)),
                new Contest(
                        "near_duplicates",
                        "groups of a similarity of " + NEAR,
                        20_000,
                        "images in groups but the first of each",
                        vectors -> nearDuplicates(kernel, vectors)));
    }

    private static double neighbours(Neighbours kernel, Vectors vectors) {
        Nearest join = kernel.join(vectors, NEIGHBOURS, Progress.NONE);
        double sum = 0;
        for (float similarity : join.similarities()) {
            sum += similarity;
        }
        return sum / Math.max(1, join.similarities().length);
    }

    static double kMeans(Neighbours kernel, Vectors vectors) {
        Vectors first = vectors.select(firstCentres(vectors.size()));
        return new Lloyd(kernel)
                .run(vectors, first, ROUNDS, Progress.NONE)
                .assignment()
                .cohesion();
    }

    /** The rows that k-means begins with, ours and the others'. */
    static int[] firstCentres(int size) {
        return new SplittableRandom(SEED)
                .ints(0, size)
                .distinct()
                .limit(Math.min(size, CENTRES))
                .toArray();
    }

    /** Each row, in order, takes all later ones near to it that none has taken. */
    static double nearDuplicates(Neighbours kernel, Vectors vectors) {
        boolean[] taken = new boolean[vectors.size()];
        int[] members = {0};
        NearPairs.Visitor groups = new NearPairs.Visitor() {
            @Override
            public boolean wants(int row) {
                return !taken[row];
            }

            @Override
            public void near(int row, int[] others, float[] similarities) {
                for (int other : others) {
                    members[0] += taken[other] ? 0 : 1;
                    taken[other] = true;
                }
            }
        };
        new NearPairs(kernel).visit(vectors, NEAR, SEED, groups, Progress.NONE);
        return members[0];
    }
}
