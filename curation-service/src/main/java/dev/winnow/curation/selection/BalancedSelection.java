package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Chooses n images so that groups (classes or clusters) are as equal as their sizes allow, and within each group the
 * images cover it: k-center greedy (Gonzalez, 1985; Sener and Savarese, "Active Learning for Convolutional Neural
 * Networks: A Core-Set Approach", 2018), beginning with the image nearest to the group's mean. Deterministic, without a
 * seed. Cost O(n · N · d) for n chosen of N.
 */
public final class BalancedSelection {

    private final Neighbours neighbours;

    public BalancedSelection(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** The rows chosen, group by group, each group's in the order they were chosen. */
    public SortedMap<String, List<Integer>> select(
            Vectors vectors, Map<String, List<Integer>> groups, int n, Progress progress) {
        SortedMap<String, Integer> quotas = quotas(groups, n);
        SortedMap<String, List<Integer>> chosen = new TreeMap<>();
        int done = 0;
        for (Map.Entry<String, Integer> quota : quotas.entrySet()) {
            List<Integer> group = groups.getOrDefault(quota.getKey(), List.of());
            progress.at("selecting", (double) done++ / quotas.size());
            if (quota.getValue() > 0) {
                chosen.put(
                        quota.getKey(),
                        cover(
                                vectors,
                                group,
                                quota.getValue(),
                                progress.part((done - 1.0) / quotas.size(), (double) done / quotas.size())));
            }
        }
        return chosen;
    }

    /**
     * Equal shares, and what a small group cannot fill goes in equal shares to the others. Odd ones go to the larger
     * groups, then by name.
     */
    static SortedMap<String, Integer> quotas(Map<String, List<Integer>> groups, int n) {
        SortedMap<String, Integer> quotas = new TreeMap<>();
        List<Map.Entry<String, List<Integer>>> smallestFirst = new ArrayList<>(groups.entrySet());
        smallestFirst.sort(Comparator.comparingInt(
                        (Map.Entry<String, List<Integer>> e) -> e.getValue().size())
                .thenComparing(Map.Entry.<String, List<Integer>>comparingByKey().reversed()));
        int left = n;
        for (int i = 0; i < smallestFirst.size(); i++) {
            Map.Entry<String, List<Integer>> group = smallestFirst.get(i);
            int share = Math.min(group.getValue().size(), left / (smallestFirst.size() - i));
            quotas.put(group.getKey(), share);
            left -= share;
        }
        return quotas;
    }

    private List<Integer> cover(Vectors vectors, List<Integer> group, int quota, Progress progress) {
        int[] rows = group.stream().mapToInt(Integer::intValue).toArray();
        Vectors members = vectors.select(rows);
        List<Integer> chosen = new ArrayList<>();
        double[] distance = new double[rows.length];
        Arrays.fill(distance, Double.MAX_VALUE);
        int next = nearestToMean(members);
        while (true) {
            chosen.add(rows[next]);
            progress.at("selecting", (double) chosen.size() / quota);
            distance[next] = -1;
            if (chosen.size() == quota) {
                return chosen;
            }
            Neighbours.Nearest toNew = neighbours.nearest(members, members.select(new int[] {next}), 1, Progress.NONE);
            int farthest = -1;
            for (int i = 0; i < rows.length; i++) {
                if (distance[i] >= 0) {
                    distance[i] = Math.min(distance[i], Math.max(0, 1 - toNew.similarity(i, 0)));
                    if (farthest < 0 || distance[i] > distance[farthest]) {
                        farthest = i;
                    }
                }
            }
            next = farthest;
        }
    }

    private int nearestToMean(Vectors members) {
        float[] mean = new float[members.dimension()];
        for (int row = 0; row < members.size(); row++) {
            float[] vector = members.get(row);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / members.size();
            }
        }
        return neighbours
                .nearest(Vectors.of(mean.length, List.of(mean)), members, 1, Progress.NONE)
                .row(0, 0);
    }
}
