package dev.winnow.curation.clusters;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Spherical k-means (Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", 2001):
 * k-means on unit vectors with cosine similarity, whose centres are the normalised means. Seeded by k-means++ (Arthur and
 * Vassilvitskii, 2007) over cosine distance; a cluster that runs empty is re-seeded with the vector farthest from its
 * centre; the best of several restarts is kept. Deterministic given vectors, k and seed. Cost: O(n · k · d) a round.
 */
public final class SphericalKMeans {

    private static final int MAX_ROUNDS = 50;
    private static final int RESTARTS = 8;
    /** One fit of a candidate k may be a poor one, and then the wrong k wins. */
    private static final int TRIAL_RESTARTS = 4;

    /** The numbers of clusters that {@link #fitBest} tries. */
    private static final int[] CANDIDATES = {2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64};

    /** The criterion is computed on at most so many vectors: its mean is then known to about a hundredth. */
    private static final int SAMPLE = 10_000;

    private final Neighbours neighbours;

    public SphericalKMeans(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * Fits {@code k} clusters. Where the vectors have fewer than k distinct directions, the result has fewer clusters.
     *
     * @param k from 1 to the number of vectors
     * @throws IllegalArgumentException if k is outside of that
     */
    public Clustering fit(Vectors vectors, int k, long seed, Progress progress) {
        return fit(vectors, k, seed, RESTARTS, progress);
    }

    /**
     * Chooses k by the highest mean simplified silhouette (Hruschka, de Castro and Campello, 2004) among a fixed list of
     * candidates from 2 to 64, at most a quarter of the vectors, then fits it. All vectors alike, or fewer than eight, make one
     * cluster.
     */
    public Clustering fitBest(Vectors vectors, long seed, Progress progress) {
        RandomGenerator random = generator(seed);
        Vectors sample = vectors.size() <= SAMPLE ? vectors : vectors.select(sample(vectors.size(), random));
        int[] candidates =
                Arrays.stream(CANDIDATES).filter(k -> k <= sample.size() / 4).toArray();
        int best = 1;
        double bestSilhouette = 0;
        for (int i = 0; i < candidates.length; i++) {
            Progress part = progress.part(0.7 * i / candidates.length, 0.7 * (i + 1) / candidates.length);
            Clustering tried = fit(sample, candidates[i], seed, TRIAL_RESTARTS, part);
            if (tried.silhouette() > bestSilhouette + 1e-6) {
                best = candidates[i];
                bestSilhouette = tried.silhouette();
            }
        }
        return fit(vectors, Math.min(best, Math.max(1, vectors.size())), seed, RESTARTS, progress.part(0.7, 1));
    }

    private Clustering fit(Vectors vectors, int k, long seed, int restarts, Progress progress) {
        if (k < 1 || k > Math.max(1, vectors.size())) {
            throw new IllegalArgumentException("expected k from 1 to " + vectors.size() + ", got " + k);
        }
        RandomGenerator random = generator(seed);
        Clustering best = null;
        for (int restart = 0; restart < restarts; restart++) {
            Progress part = progress.part((double) restart / restarts, (restart + 1.0) / restarts);
            Clustering candidate = fitOnce(vectors, k, random, part);
            if (best == null || candidate.cohesion() > best.cohesion() + 1e-9) {
                best = candidate;
            }
        }
        return Objects.requireNonNull(best);
    }

    private Clustering fitOnce(Vectors vectors, int k, RandomGenerator random, Progress progress) {
        Vectors centres = seed(vectors, k, random, progress.part(0, 0.3));
        int[] before = new int[vectors.size()];
        Arrays.fill(before, -1);
        for (int round = 0; ; round++) {
            progress.at("k-means", 0.3 + 0.7 * round / MAX_ROUNDS);
            Neighbours.Nearest nearest = neighbours.nearest(vectors, centres, 2, Progress.NONE);
            int[] assignment = IntStream.range(0, vectors.size())
                    .map(i -> nearest.row(i, 0))
                    .toArray();
            if (Arrays.equals(assignment, before) || round == MAX_ROUNDS) {
                return ordered(vectors, centres, assignment, nearest);
            }
            centres = means(vectors, centres.size(), assignment, nearest);
            before = assignment;
        }
    }

    /** k-means++: each next centre is drawn with a chance proportional to the cosine distance from the nearest so far. */
    private Vectors seed(Vectors vectors, int k, RandomGenerator random, Progress progress) {
        Vectors.Builder centres = new Vectors.Builder(vectors.dimension(), k);
        int n = vectors.size();
        double[] distance = new double[n];
        Arrays.fill(distance, Double.MAX_VALUE);
        int next = n == 0 ? -1 : random.nextInt(n);
        for (int c = 0; c < k && next >= 0; c++) {
            progress.at("seeding", (double) c / k);
            centres.add(vectors.get(next));
            Neighbours.Nearest toNew = neighbours.nearest(vectors, vectors.select(new int[] {next}), 1, Progress.NONE);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                // Rounding leaves equal vectors about 1e-7 apart: that is no distance.
                double d = 1 - toNew.similarity(i, 0);
                distance[i] = Math.min(distance[i], d < 1e-6 ? 0 : d);
                sum += distance[i];
            }
            next = draw(distance, sum, random);
        }
        return centres.build();
    }

    /** An index with a chance proportional to its weight; −1 if all weights are zero. */
    private static int draw(double[] weights, double sum, RandomGenerator random) {
        double rest = random.nextDouble() * sum;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                rest -= weights[i];
                if (rest < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    private static Vectors means(Vectors vectors, int k, int[] assignment, Neighbours.Nearest nearest) {
        double[][] sums = new double[k][vectors.dimension()];
        int[] sizes = new int[k];
        for (int i = 0; i < assignment.length; i++) {
            float[] vector = vectors.get(i);
            double[] sum = sums[assignment[i]];
            sizes[assignment[i]]++;
            for (int j = 0; j < vector.length; j++) {
                sum[j] += vector[j];
            }
        }
        int[] farthestFirst = null;
        int taken = 0;
        Vectors.Builder centres = new Vectors.Builder(vectors.dimension(), k);
        for (int c = 0; c < k; c++) {
            if (sizes[c] > 0) {
                float[] mean = new float[vectors.dimension()];
                double norm = Math.sqrt(Arrays.stream(sums[c]).map(x -> x * x).sum());
                for (int j = 0; j < mean.length; j++) {
                    mean[j] = norm == 0 ? 0 : (float) (sums[c][j] / norm);
                }
                centres.add(mean);
            } else {
                if (farthestFirst == null) {
                    farthestFirst = IntStream.range(0, assignment.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer i) -> nearest.similarity(i, 0))
                                    .thenComparing(Comparator.naturalOrder()))
                            .mapToInt(Integer::intValue)
                            .toArray();
                }
                centres.add(vectors.get(farthestFirst[taken++]));
            }
        }
        return centres.build();
    }

    /** Drops empty clusters and numbers the others from the largest down, so that equal fits have equal numbers. */
    private static Clustering ordered(Vectors vectors, Vectors centres, int[] assignment, Neighbours.Nearest nearest) {
        int[] sizes = new int[centres.size()];
        int[] first = new int[centres.size()];
        Arrays.fill(first, Integer.MAX_VALUE);
        for (int i = 0; i < assignment.length; i++) {
            sizes[assignment[i]]++;
            first[assignment[i]] = Math.min(first[assignment[i]], i);
        }
        int[] order = IntStream.range(0, centres.size())
                .filter(c -> sizes[c] > 0)
                .boxed()
                .sorted(Comparator.comparingInt((Integer c) -> -sizes[c]).thenComparingInt(c -> first[c]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] rank = new int[centres.size()];
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i;
        }
        float[] own = new float[vectors.size()];
        float[] runnerUp = new float[vectors.size()];
        double silhouette = 0;
        for (int i = 0; i < own.length; i++) {
            own[i] = nearest.similarity(i, 0);
            runnerUp[i] = nearest.k() > 1 ? nearest.similarity(i, 1) : -1;
            double a = Math.max(0, 1 - own[i]);
            double b = Math.max(0, 1 - runnerUp[i]);
            silhouette += nearest.k() > 1 && b > 0 ? (b - a) / Math.max(a, b) : 0;
        }
        int[] cluster = Arrays.stream(assignment).map(c -> rank[c]).toArray();
        return new Clustering(
                order.length,
                cluster,
                own,
                runnerUp,
                centres.select(order),
                own.length == 0 ? 0 : silhouette / own.length);
    }

    private static int[] sample(int size, RandomGenerator random) {
        int[] rows = IntStream.range(0, size).toArray();
        for (int i = 0; i < SAMPLE; i++) {
            int other = i + random.nextInt(size - i);
            int row = rows[i];
            rows[i] = rows[other];
            rows[other] = row;
        }
        int[] chosen = Arrays.copyOf(rows, SAMPLE);
        Arrays.sort(chosen);
        return chosen;
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
