package dev.winnow.curation.clusters;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Which new cluster continues which old one, so that it keeps its id. The overlap of two clusters is the Jaccard index of
 * the images that both fits saw. Pairs are taken greedily, the largest overlap first, as long as it is at least {@value
 * #LEAST}: then two clusters of which each is the other's best match always find each other, and a refit that changes
 * one corner of a dataset renumbers that corner only. The assignment of the greatest sum (Hungarian algorithm) would
 * give such a pair up for the sake of two others, and takes O(k³); this takes O(n + p log p) for the p pairs that share
 * an image.
 *
 * @param ids the id of each new cluster, in the order of their numbers
 * @param kept the clusters that go on
 * @param vanished the old clusters that none continues
 * @param appeared the new clusters that continue none
 * @param next the lowest id never given
 */
public record ClusterMatching(
        List<Integer> ids, List<Kept> kept, List<Moved> vanished, List<Moved> appeared, int next) {

    /** A cluster with less in common is another one: a quarter is what one of four equal parts has. */
    static final double LEAST = 0.25;

    /** The id that stands for noise. */
    private static final int NOISE = Clustering.NOISE;

    /** @param overlap Jaccard index, 0 to 1 */
    public record Kept(int id, int shared, double overlap) {}

    /**
     * A cluster without a counterpart.
     *
     * @param most the cluster of the other fit that shares the most images with it; −1 if that is noise, or it shares none
     * @param shared how many they share
     */
    public record Moved(int id, int most, int shared) {}

    /** The ids of a first fit: the clusters' own numbers. */
    public static ClusterMatching first(int k) {
        List<Integer> ids = IntStream.range(0, k).boxed().toList();
        return new ClusterMatching(
                ids,
                List.of(),
                List.of(),
                ids.stream().map(id -> new Moved(id, NOISE, 0)).toList(),
                k);
    }

    /**
     * Matches the images that both fits saw.
     *
     * @param oldIds the ids of the old clusters
     * @param before the old cluster's id of each image, or −1
     * @param after the new cluster's number of each image, or −1
     * @param k how many new clusters
     * @param next the lowest id never given; new clusters get their ids from here on
     */
    public static ClusterMatching match(Set<Integer> oldIds, int[] before, int[] after, int k, int next) {
        Map<Pair, Integer> shared = new HashMap<>();
        Map<Integer, Integer> oldSizes = new HashMap<>();
        int[] newSizes = new int[k];
        for (int i = 0; i < before.length; i++) {
            oldSizes.merge(before[i], 1, Integer::sum);
            if (after[i] != NOISE) {
                newSizes[after[i]]++;
            }
            shared.merge(new Pair(before[i], after[i]), 1, Integer::sum);
        }
        List<Candidate> candidates = shared.entrySet().stream()
                .filter(entry -> entry.getKey().old != NOISE && entry.getKey().fresh != NOISE)
                .map(entry -> {
                    Pair pair = entry.getKey();
                    int both = entry.getValue();
                    int either = oldSizes.getOrDefault(pair.old, 0) + newSizes[pair.fresh] - both;
                    return new Candidate(pair, both, (double) both / either);
                })
                .filter(candidate -> candidate.overlap >= LEAST)
                .sorted(Comparator.comparingDouble((Candidate c) -> -c.overlap)
                        .thenComparingInt(c -> -c.shared)
                        .thenComparingInt(c -> c.pair.old)
                        .thenComparingInt(c -> c.pair.fresh))
                .toList();
        Map<Integer, Candidate> ofNew = new HashMap<>();
        Set<Integer> continued = new HashSet<>();
        for (Candidate candidate : candidates) {
            if (!ofNew.containsKey(candidate.pair.fresh) && continued.add(candidate.pair.old)) {
                ofNew.put(candidate.pair.fresh, candidate);
            }
        }
        Integer[] ids = new Integer[k];
        int given = next;
        for (int c = 0; c < k; c++) {
            Candidate kept = ofNew.get(c);
            ids[c] = kept == null ? given++ : kept.pair.old;
        }
        return new ClusterMatching(
                List.of(ids),
                ofNew.values().stream()
                        .map(c -> new Kept(c.pair.old, c.shared, c.overlap))
                        .sorted(Comparator.comparingInt(Kept::id))
                        .toList(),
                oldIds.stream()
                        .filter(id -> !continued.contains(id))
                        .sorted()
                        .map(id -> moved(
                                id,
                                shared,
                                pair -> pair.old == id,
                                pair -> pair.fresh == NOISE ? NOISE : ids[pair.fresh]))
                        .toList(),
                IntStream.range(0, k)
                        .filter(c -> !ofNew.containsKey(c))
                        .mapToObj(c -> moved(ids[c], shared, pair -> pair.fresh == c, pair -> pair.old))
                        .toList(),
                given);
    }

    private record Pair(int old, int fresh) {}

    private record Candidate(Pair pair, int shared, double overlap) {}

    private static Moved moved(int id, Map<Pair, Integer> shared, Predicate<Pair> of, ToIntFunction<Pair> other) {
        return shared.entrySet().stream()
                .filter(entry -> of.test(entry.getKey()))
                .map(entry -> new Moved(id, other.applyAsInt(entry.getKey()), entry.getValue()))
                .min(Comparator.comparingInt((Moved m) -> -m.shared).thenComparingInt(Moved::most))
                .orElse(new Moved(id, NOISE, 0));
    }

    /** The id of each image's new cluster. */
    public int[] ids(int[] cluster) {
        return Arrays.stream(cluster).map(c -> c == NOISE ? NOISE : ids.get(c)).toArray();
    }
}
