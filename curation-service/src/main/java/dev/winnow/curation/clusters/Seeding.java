package dev.winnow.curation.clusters;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * k-means++ (Arthur and Vassilvitskii, 2007) over cosine distance, which is half the squared Euclidean distance of unit
 * vectors: each next centre is drawn with a chance proportional to the distance from the nearest so far. Up to {@value
 * #PASSES} centres are drawn one by one; more are drawn several at a time (the idea of Bahmani et al., "Scalable
 * K-Means++", 2012), so that the vectors are passed over at most 2 · {@value #PASSES} times.
 *
 * <p>Drawn from a uniform sample of {@value #PER_CENTRE} vectors a centre, at least {@value #MIN_SAMPLE}: one draw of
 * the sample serves all restarts. Memory: a copy of the sample, 4 · rows · dimension bytes. Cost: as one assignment of
 * the sample to the centres.
 */
final class Seeding {

    private static final int PASSES = 64;
    private static final int PER_CENTRE = 32;
    private static final int MIN_SAMPLE = 4096;

    /** Rounding leaves equal vectors about 1e-7 apart: that is no distance. */
    private static final double NO_DISTANCE = 1e-6;

    private final Neighbours neighbours;
    private final Vectors sample;
    private final int k;

    Seeding(Neighbours neighbours, Vectors vectors, int k, RandomGenerator random) {
        this.neighbours = neighbours;
        this.k = k;
        long wanted = Math.max(MIN_SAMPLE, (long) PER_CENTRE * k);
        this.sample = vectors.size() <= wanted
                ? vectors
                : vectors.select(RandomRows.ascending(vectors.size(), (int) wanted, random));
    }

    /** {@code k} centres; fewer where the sample has fewer distinct directions. */
    Vectors draw(RandomGenerator random, Progress progress) {
        Vectors.Builder centres = new Vectors.Builder(sample.dimension(), k);
        int n = sample.size();
        if (n == 0) {
            return centres.build();
        }
        double[] distance = new double[n];
        Arrays.fill(distance, Double.MAX_VALUE);
        int[] drawn = {random.nextInt(n)};
        for (int have = 0; drawn.length > 0; ) {
            progress.at("seeding", (double) have / k);
            for (int row : drawn) {
                centres.add(sample.get(row));
            }
            have += drawn.length;
            Neighbours.Nearest nearest = neighbours.nearest(sample, sample.select(drawn), 1, Progress.NONE);
            for (int i = 0; i < n; i++) {
                double d = 1 - nearest.similarity(i, 0);
                distance[i] = Math.min(distance[i], d < NO_DISTANCE ? 0 : d);
            }
            int wanted = Math.min(k - have, Math.max(1, k / PASSES));
            drawn = wanted == 1 ? best(distance, draw(distance, trials(), random)) : draw(distance, wanted, random);
        }
        return centres.build();
    }

    /** As many candidates as Arthur and Vassilvitskii found to be enough. */
    private int trials() {
        return 2 + (int) Math.log(k);
    }

    /** Of some candidates the one that leaves the least distance in all. */
    private int[] best(double[] distance, int[] candidates) {
        if (candidates.length < 2) {
            return candidates;
        }
        Neighbours.Nearest all =
                neighbours.nearest(sample, sample.select(candidates), candidates.length, Progress.NONE);
        double[] left = new double[candidates.length];
        for (int i = 0; i < distance.length; i++) {
            for (int rank = 0; rank < candidates.length; rank++) {
                left[all.row(i, rank)] += Math.min(distance[i], Math.max(0, 1 - all.similarity(i, rank)));
            }
        }
        int best = 0;
        for (int c = 1; c < left.length; c++) {
            best = left[c] < left[best] ? c : best;
        }
        return new int[] {candidates[best]};
    }

    /** Up to {@code count} different indexes, each with a chance proportional to its weight; none if all weights are zero. */
    private static int[] draw(double[] weights, int count, RandomGenerator random) {
        double[] cumulated = new double[weights.length];
        double sum = 0;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            cumulated[i] = sum;
            last = weights[i] > 0 ? i : last;
        }
        if (last < 0) {
            return new int[0];
        }
        int end = last;
        double total = sum;
        return IntStream.range(0, count)
                .map(i -> Math.min(end, above(cumulated, random.nextDouble() * total)))
                .distinct()
                .toArray();
    }

    /** The first index whose value is above {@code x}. */
    private static int above(double[] ascending, double x) {
        int from = 0;
        int to = ascending.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (ascending[middle] > x) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
