package dev.winnow.curation.clusters;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Lloyd;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Assignment;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Spherical k-means (Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", 2001):
 * k-means on unit vectors with cosine similarity, whose centres are the normalised means. Seeded by k-means++ ({@link
 * Seeding}), moved by {@link Lloyd}; a cluster that runs empty is re-seeded with the vector farthest from its centre; the best
 * of several restarts is kept. Deterministic given vectors, k, effort and seed. Cost: O(n · k · d) a round at most. Memory
 * beyond the vectors: that of the rounds, and a restart's sample.
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
        Lloyd.Fit best = null;
        for (int restart = 0; restart < effort.restarts(); restart++) {
            Progress part = progress.part(0.95 * restart / effort.restarts(), 0.95 * (restart + 1) / effort.restarts());
            Lloyd.Fit candidate =
                    rounds(vectors, seeding.draw(random, part.part(0, 0.2)), effort.rounds(), part.part(0.2, 1));
            if (best == null
                    || candidate.assignment().cohesion() > best.assignment().cohesion() + 1e-9) {
                best = candidate;
            }
        }
        return assign(vectors, Objects.requireNonNull(best).centres(), progress.part(0.95, 1));
    }

    /**
     * Moves given centres for at most so many rounds.
     *
     * @param centres at least one, unit vectors
     */
    public Clustering fitFrom(Vectors vectors, Vectors centres, int rounds, Progress progress) {
        Lloyd.Fit fit = rounds(vectors, centres, rounds, progress.part(0, 0.95));
        return assign(vectors, fit.centres(), progress.part(0.95, 1));
    }

    /** The clusters of given centres: each vector with the nearest. */
    Clustering assign(Vectors vectors, Vectors centres, Progress progress) {
        return Clustering.ofNearest(centres, neighbours.nearest(vectors, centres, 2, named(progress)), vectors.size());
    }

    private Lloyd.Fit rounds(Vectors vectors, Vectors centres, int rounds, Progress progress) {
        return centres.size() == 0
                ? new Lloyd.Fit(centres, new Assignment(new int[0], new float[0]), 0)
                : new Lloyd(neighbours).run(vectors, centres, rounds, named(progress));
    }

    private static Progress named(Progress progress) {
        return (stage, fraction) -> progress.at("k-means", fraction);
    }

    static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
