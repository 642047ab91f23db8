package dev.winnow.curation.duplicates;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.vectors.Lloyd;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * SemDeDup (Abbas, Tirumala, Simig, Ganguli and Morcos, 2023, arXiv 2303.09540): for datasets too large to compare every
 * pair. K-means clusters the images, only pairs within a cluster are compared, and of images near each other the one
 * least similar to its cluster's centre stays. Approximate: near pairs that a border parts are not found; how many are is
 * measured on a sample. Unlike the paper, which drops an image near to any before it, here it has to be near to one that
 * stays: groups do not chain.
 *
 * <p>K-means is that of the spherical kind, on 64 images a cluster drawn at random, ten rounds from random images. Cost
 * O(n · k · d + n² · d / k) time. Deterministic given vectors, k and seed.
 */
public final class SemDeDup {

    private static final int TRAINING_IMAGES = 64;
    private static final int ROUNDS = 10;
    private static final int SAMPLE = 1000;

    private final Snapshot snapshot;
    private final int[] cluster;
    private final float[] toCentre;
    private final int clusters;
    private final int[] sample;
    private final Neighbours.Nearest ofSample;

    private SemDeDup(
            Snapshot snapshot, Neighbours.Nearest toCentres, int clusters, int[] sample, Neighbours.Nearest near) {
        this.snapshot = snapshot;
        this.cluster = toCentres.k() == 0 ? new int[0] : toCentres.rows();
        this.toCentre = toCentres.similarities();
        this.clusters = clusters;
        this.sample = sample;
        this.ofSample = near;
    }

    /**
     * How many of the near pairs were looked at.
     *
     * @param sample how many images were compared with all others
     * @param pairs how many near pairs they have among their ten nearest
     * @param recall the share of these whose two images are in one cluster; null where there are none
     */
    public record Recall(int sample, int pairs, @Nullable Double recall) {}

    /** √n clusters: then clustering and comparing cost about the same. */
    public static int defaultClusters(int images) {
        return Math.max(1, (int) Math.round(Math.sqrt(images)));
    }

    /** Clusters the images into at most {@code k}. */
    public static SemDeDup cluster(Snapshot snapshot, Neighbours neighbours, int k, long seed, Progress progress) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Vectors vectors = snapshot.vectors();
        int n = vectors.size();
        int most = Math.min(k, n);
        Vectors training =
                vectors.select(RandomRows.ascending(n, (int) Math.min(n, (long) TRAINING_IMAGES * most), random));
        Vectors centres = training.select(RandomRows.ascending(training.size(), most, random));
        if (most > 0) {
            centres = new Lloyd(neighbours)
                    .run(training, centres, ROUNDS, progress.part(0, 0.4))
                    .centres();
        }
        Neighbours.Nearest assigned = neighbours.nearest(vectors, centres, 1, progress.part(0.4, 0.8));
        int[] sample = RandomRows.ascending(n, Math.min(n, SAMPLE), random);
        Neighbours.Nearest ofSample = neighbours.nearest(
                vectors.select(sample), vectors, Nearness.SCALE_NEIGHBOUR + 1, progress.part(0.8, 1));
        return new SemDeDup(snapshot, assigned, centres.size(), sample, ofSample);
    }

    /** Near is an absolute similarity, at first 0.85; the typical distance is that of the sample. */
    public Nearness nearness() {
        return Nearness.sampled(ofSample, sample.length);
    }

    public int clusters() {
        return clusters;
    }

    /** Pairs within clusters, cluster by cluster. Without a policy, the images least similar to their centre come first. */
    Pairing pairing(@Nullable SurvivorPolicy policy) {
        Comparator<Integer> best = policy == null
                ? Comparator.comparing(snapshot::image, SurvivorPolicy.DECIDED)
                        .thenComparingDouble((Integer row) -> toCentre[row])
                        .thenComparing(Comparator.naturalOrder())
                : Comparator.comparing(snapshot::image, policy.order());
        Comparator<Integer> order = Comparator.comparingInt((Integer row) -> cluster[row]);
        return new Pairing(SurvivorPolicy.sorted(snapshot.size(), order.thenComparing(best)), cluster, null);
    }

    /** What comparing within clusters finds of the near pairs of the sample. */
    public Recall recall(Nearness nearness) {
        int pairs = 0;
        int together = 0;
        for (int i = 0; i < sample.length; i++) {
            for (int rank = 0; rank < ofSample.k(); rank++) {
                int other = ofSample.row(i, rank);
                if (other != sample[i] && nearness.isNear(sample[i], other, ofSample.similarity(i, rank), 0)) {
                    pairs++;
                    together += cluster[other] == cluster[sample[i]] ? 1 : 0;
                }
            }
        }
        return new Recall(sample.length, pairs, pairs == 0 ? null : Double.valueOf((double) together / pairs));
    }
}
