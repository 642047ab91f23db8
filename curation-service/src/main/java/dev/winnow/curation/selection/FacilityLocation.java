package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well all candidates are represented by the chosen ones: f(S) = Σ over the candidates i of the largest similarity of i
 * to one of S, at least 0 (facility location; Mirchandani and Francis, 1990; Lin and Bilmes, 2011). It is submodular, so
 * greedy choice reaches at least 1 − 1/e of the best possible (Nemhauser, Wolsey and Fisher, 1978).
 *
 * <p>Similarities of all pairs would take n² numbers. Up to {@link #ENTRIES} of them are kept: of each candidate those to
 * its k nearest, k four times the number of candidates that one chosen image stands for on average, at least 32; a similarity
 * to others counts as 0. Where even that is too much, because few are chosen of many, a random sample of the candidates is
 * what is to be represented; each of them can still be chosen. Up to 4,096 candidates nothing is left out.
 */
final class FacilityLocation implements Objective {

    /** 8 bytes each, twice. */
    static final int ENTRIES = 1 << 24;

    private static final int LEAST_NEIGHBOURS = 32;
    private static final int REACH = 4;

    /** Candidate j stands for {@code clients[i]} by {@code similarity[i]}, i from {@code start[j]} to {@code start[j + 1]}. */
    private final int[] start;

    private final int[] clients;
    private final float[] similarity;
    /** Of each client: the similarity to its best representative. */
    private final double[] best;

    private final double unit;

    /**
     * @param n how many shall be chosen
     * @param entries how many similarities are kept at most
     */
    FacilityLocation(
            Neighbours neighbours,
            Candidates candidates,
            Vectors own,
            int n,
            int entries,
            long seed,
            Progress progress) {
        int size = own.size();
        int k = neighboursOf(size, n, entries);
        int count = Math.min(size, Math.max(1, entries / Math.max(1, k)));
        int[] sample = count == size
                ? IntStream.range(0, size).toArray()
                : RandomRows.ascending(size, count, new SplittableRandom(seed));
        Vectors represented = count == size ? own : own.select(sample);
        this.best = new double[count];
        if (candidates.initial().length > 0) {
            Nearest nearest = neighbours.nearest(
                    represented, candidates.vectors().select(candidates.initial()), 1, progress.part(0, 0.1));
            for (int client = 0; client < count; client++) {
                best[client] = Math.max(0, nearest.similarity(client, 0));
            }
        }
        Nearest nearest = count == size && k < size
                ? neighbours.join(own, k, progress.part(0.1, 1))
                : neighbours.nearest(represented, own, k, progress.part(0.1, 1));
        boolean lacksSelf = count == size && k < size;
        this.start = new int[size + 1];
        for (int client = 0; client < count; client++) {
            for (int rank = 0; rank < nearest.k(); rank++) {
                start[nearest.row(client, rank) + 1] += nearest.similarity(client, rank) > 0 ? 1 : 0;
            }
            start[sample[client] + 1] += lacksSelf ? 1 : 0;
        }
        for (int candidate = 0; candidate < size; candidate++) {
            start[candidate + 1] += start[candidate];
        }
        this.clients = new int[start[size]];
        this.similarity = new float[start[size]];
        int[] next = start.clone();
        for (int client = 0; client < count; client++) {
            for (int rank = 0; rank < nearest.k(); rank++) {
                if (nearest.similarity(client, rank) > 0) {
                    put(next[nearest.row(client, rank)]++, client, nearest.similarity(client, rank));
                }
            }
            if (lacksSelf) {
                put(next[client]++, client, (float) own.similarity(client, client));
            }
        }
        this.unit = IntStream.range(0, size).mapToDouble(this::added).max().orElse(0);
    }

    private static int neighboursOf(int size, int n, int entries) {
        if ((long) size * size <= entries) {
            return size;
        }
        return Math.clamp((long) REACH * size / n, LEAST_NEIGHBOURS, size);
    }

    private void put(int at, int client, float value) {
        clients[at] = client;
        similarity[at] = value;
    }

    @Override
    public String name() {
        return "facility_location";
    }

    @Override
    public double gain(int candidate) {
        return unit == 0 ? 0 : added(candidate) / unit;
    }

    private double added(int candidate) {
        double sum = 0;
        for (int i = start[candidate]; i < start[candidate + 1]; i++) {
            sum += Math.max(0, similarity[i] - best[clients[i]]);
        }
        return sum;
    }

    @Override
    public void choose(int candidate) {
        for (int i = start[candidate]; i < start[candidate + 1]; i++) {
            best[clients[i]] = Math.max(best[clients[i]], similarity[i]);
        }
    }
}
