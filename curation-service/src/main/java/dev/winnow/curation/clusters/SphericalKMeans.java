package dev.winnow.curation.clusters;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Spherical k-means (Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", 2001):
 * k-means on unit vectors with cosine similarity, whose centres are the normalised means. Seeded by k-means++ ({@link
 * Seeding}); a cluster that runs empty is re-seeded with the vector farthest from its centre; the best of several restarts
 * is kept. Deterministic given vectors, k, effort and seed. Cost: O(n · k · d) a round. Memory beyond the vectors: 16 bytes
 * a vector and a restart's sample.
 */
public final class SphericalKMeans {

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

    /** Fits {@code k} clusters with the default effort. */
    public Clustering fit(Vectors vectors, int k, long seed, Progress progress) {
        return fit(vectors, k, Effort.DEFAULT, seed, progress);
    }

    /** Chooses k and fits it with the default effort. */
    public Clustering fitBest(Vectors vectors, long seed, Progress progress) {
        return fitBest(vectors, Effort.DEFAULT, seed, progress);
    }

    /**
     * Chooses k by the highest mean simplified silhouette (Hruschka, de Castro and Campello, 2004) among a fixed list of
     * candidates from 2 to 64, at most a quarter of the vectors, then fits it. All vectors alike, or fewer than eight, make one
     * cluster.
     */
    public Clustering fitBest(Vectors vectors, Effort effort, long seed, Progress progress) {
        RandomGenerator random = generator(seed);
        Vectors sample = vectors.size() <= SAMPLE
                ? vectors
                : vectors.select(RandomRows.ascending(vectors.size(), SAMPLE, random));
        int[] candidates =
                Arrays.stream(CANDIDATES).filter(k -> k <= sample.size() / 4).toArray();
        Effort trial = new Effort(Math.min(TRIAL_RESTARTS, effort.restarts()), effort.rounds());
        int best = 1;
        double bestSilhouette = 0;
        for (int i = 0; i < candidates.length; i++) {
            Progress part = progress.part(0.7 * i / candidates.length, 0.7 * (i + 1) / candidates.length);
            Clustering tried = fit(sample, candidates[i], trial, seed, part);
            if (tried.silhouette() > bestSilhouette + 1e-6) {
                best = candidates[i];
                bestSilhouette = tried.silhouette();
            }
        }
        return fit(vectors, Math.min(best, Math.max(1, vectors.size())), effort, seed, progress.part(0.7, 1));
    }

    /**
     * Fits {@code k} clusters. Where the vectors have fewer than k distinct directions, the result has fewer clusters.
     *
     * @param k from 1 to the number of vectors
     * @throws IllegalArgumentException if k is outside of that
     */
    public Clustering fit(Vectors vectors, int k, Effort effort, long seed, Progress progress) {
        if (k < 1 || k > Math.max(1, vectors.size())) {
            throw new IllegalArgumentException("expected k from 1 to " + vectors.size() + ", got " + k);
        }
        RandomGenerator random = generator(seed);
        Seeding seeding = new Seeding(neighbours, vectors, k, random);
        Clustering best = null;
        for (int restart = 0; restart < effort.restarts(); restart++) {
            Progress part = progress.part((double) restart / effort.restarts(), (restart + 1.0) / effort.restarts());
            Clustering candidate = fitOnce(vectors, seeding.draw(random, part.part(0, 0.2)), effort.rounds(), part);
            if (best == null || candidate.cohesion() > best.cohesion() + 1e-9) {
                best = candidate;
            }
        }
        return Objects.requireNonNull(best);
    }

    /** The clusters of given centres: each vector with the nearest. */
    Clustering assign(Vectors vectors, Vectors centres, Progress progress) {
        return Clustering.ofNearest(centres, neighbours.nearest(vectors, centres, 2, progress), vectors.size());
    }

    private Clustering fitOnce(Vectors vectors, Vectors seeds, int rounds, Progress progress) {
        Vectors centres = seeds;
        int[] before = new int[vectors.size()];
        Arrays.fill(before, -1);
        for (int round = 0; ; round++) {
            double done = 0.2 + 0.8 * round / (rounds + 1);
            Progress part = progress.part(done, 0.2 + 0.8 * (round + 1) / (rounds + 1));
            part.at("k-means", 0);
            Neighbours.Nearest nearest =
                    neighbours.nearest(vectors, centres, 2, (stage, fraction) -> part.at("k-means", fraction));
            int[] assignment = IntStream.range(0, vectors.size())
                    .map(i -> nearest.row(i, 0))
                    .toArray();
            if (round == rounds || Arrays.equals(assignment, before)) {
                return Clustering.ofNearest(centres, nearest, vectors.size());
            }
            centres = reseeded(vectors, Means.of(vectors, assignment, centres.size()), assignment, nearest);
            before = assignment;
        }
    }

    /** The means, and for each empty cluster one of the vectors that are farthest from their centres. */
    private static Vectors reseeded(Vectors vectors, Vectors means, int[] assignment, Neighbours.Nearest nearest) {
        boolean[] filled = new boolean[means.size()];
        for (int c : assignment) {
            filled[c] = true;
        }
        int[] empty = IntStream.range(0, filled.length).filter(c -> !filled[c]).toArray();
        if (empty.length == 0) {
            return means;
        }
        // Similarity and row in one number each, so that a plain sort puts the farthest, then the lowest row, first.
        long[] farthestFirst = IntStream.range(0, assignment.length)
                .mapToLong(i -> (Math.round((1 + (double) nearest.similarity(i, 0)) * (1 << 29)) << 32) | i)
                .sorted()
                .limit(empty.length)
                .toArray();
        Vectors.Builder centres = new Vectors.Builder(vectors.dimension(), means.size());
        for (int c = 0, taken = 0; c < filled.length; c++) {
            centres.add(filled[c] ? means.get(c) : vectors.get((int) farthestFirst[taken++]));
        }
        return centres.build();
    }

    static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
