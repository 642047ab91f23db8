package dev.winnow.curation.map;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Whether images that are neighbours on a map are neighbours (Venna and Kaski, "Neighborhood Preservation in Nonlinear
 * Projection Methods", 2001):
 *
 * <pre>
 * T(k) = 1 − 2 / (n·k·(2n − 3k − 1)) · Σᵢ Σⱼ max(0, r(i, j) − k)
 * </pre>
 *
 * over the k images j nearest to i on the map, r(i, j) being the rank of j among the neighbours of i by their vectors,
 * from 1. Equally near ones share the best rank. 1 is perfect; a map drawn at random has about one half.
 *
 * @param k neighbours on the map
 * @param value T(k), 0 to 1
 * @param sample how many images i were looked at, drawn without replacement; all of them up to {@value #ALL_UP_TO}
 */
public record Trustworthiness(int k, double value, int sample) {

    private static final int ALL_UP_TO = 5_000;
    private static final int SAMPLE = 2_000;

    /** So many vectors are compared with the sample at a time: bounds the copy made of them. */
    private static final int CHUNK = 32_768;
    /** 32 MiB of similarities at a time. */
    private static final int TILE_FLOATS = 8 << 20;

    /** Rounding leaves equal similarities about 1e-7 apart. */
    private static final float SAME = 1e-6f;

    private static final int REPORT_EVERY = 16;

    /**
     * Measures a map of at least three images. Cost O(sample · n · d); memory: a copy of {@value #CHUNK} vectors and of
     * the sample's, and 64 MiB.
     *
     * @param k cut to less than half of the images, for which T is defined
     */
    public static Trustworthiness of(
            Neighbours neighbours, Vectors vectors, Layout layout, int k, long seed, Progress progress) {
        int size = vectors.size();
        if (size < 3) {
            throw new IllegalArgumentException("expected at least three images, got " + size);
        }
        int depth = Math.min(k, (size - 1) / 2);
        int[] sample = sample(size, seed);
        int[][] onMap = new int[sample.length][];
        for (int i = 0; i < sample.length; i++) {
            if (i % REPORT_EVERY == 0) {
                progress.at("trustworthiness", 0.5 * i / sample.length);
            }
            onMap[i] = nearest(layout, sample[i], depth);
        }
        int[][] ranks = ranks(neighbours, vectors, sample, onMap, progress.part(0.5, 1));
        double excess = 0;
        for (int[] of : ranks) {
            for (int rank : of) {
                excess += Math.max(0, rank - depth);
            }
        }
        double worst = (double) sample.length * depth * (2.0 * size - 3.0 * depth - 1) / 2;
        return new Trustworthiness(depth, 1 - excess / worst, sample.length);
    }

    private static int[] sample(int size, long seed) {
        if (size <= ALL_UP_TO) {
            return IntStream.range(0, size).toArray();
        }
        return RandomRows.drawn(
                size, SAMPLE, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    }

    /** The {@code k} rows nearest to {@code row} on the map, nearest first, ties by row. */
    private static int[] nearest(Layout layout, int row, int k) {
        int[] rows = new int[k];
        double[] distances = new double[k];
        int found = 0;
        for (int other = 0; other < layout.size(); other++) {
            double distance = layout.squaredDistance(row, other);
            if (other == row || (found == k && distance >= distances[k - 1])) {
                continue;
            }
            int at = found == k ? k - 1 : found++;
            for (; at > 0 && distances[at - 1] > distance; at--) {
                rows[at] = rows[at - 1];
                distances[at] = distances[at - 1];
            }
            rows[at] = other;
            distances[at] = distance;
        }
        return rows;
    }

    /** The rank by their vectors of each row in {@code others[i]} among the neighbours of {@code sample[i]}, from 1. */
    private static int[][] ranks(
            Neighbours neighbours, Vectors vectors, int[] sample, int[][] others, Progress progress) {
        int[][] ranks = new int[sample.length][];
        float[][] similarities = new float[sample.length][];
        for (int i = 0; i < sample.length; i++) {
            ranks[i] = new int[others[i].length];
            Arrays.fill(ranks[i], 1);
            similarities[i] = new float[others[i].length];
            for (int j = 0; j < others[i].length; j++) {
                similarities[i][j] = (float) vectors.similarity(sample[i], others[i][j]);
            }
        }
        for (int from = 0; from < vectors.size(); from += CHUNK) {
            int to = Math.min(vectors.size(), from + CHUNK);
            // The kernel compares rows with later ones: the sample first, then the chunk.
            Vectors both = vectors.select(IntStream.concat(Arrays.stream(sample), IntStream.range(from, to))
                    .toArray());
            int tile = Math.max(1, Math.min(512, TILE_FLOATS / both.size()));
            for (int first = 0; first < sample.length; first += tile) {
                progress.at("trustworthiness", (from + (double) (to - from) * first / sample.length) / vectors.size());
                int last = Math.min(sample.length, first + tile);
                float[] products = neighbours.triangle(both, first, last);
                int width = both.size() - first;
                for (int i = first; i < last; i++) {
                    int begin = (i - first) * width + sample.length - first;
                    countNearer(products, begin, from, to, sample[i], similarities[i], ranks[i]);
                }
            }
        }
        return ranks;
    }

    /** Adds to each rank how many rows from {@code from} to {@code to}, but for {@code self}, are more similar. */
    private static void countNearer(
            float[] products, int begin, int from, int to, int self, float[] similarities, int[] ranks) {
        float least = Float.POSITIVE_INFINITY;
        for (float similarity : similarities) {
            least = Math.min(least, similarity);
        }
        for (int row = from; row < to; row++) {
            float product = products[begin + row - from];
            if (product > least + SAME && row != self) {
                for (int j = 0; j < ranks.length; j++) {
                    ranks[j] += product > similarities[j] + SAME ? 1 : 0;
                }
            }
        }
    }
}
