package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
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
        List<String> names = groups.keySet().stream().sorted().toList();
        int[] sizes = names.stream()
                .mapToInt(name -> groups.getOrDefault(name, List.of()).size())
                .toArray();
        int[] shares = Limits.equalShares(new int[sizes.length], sizes, n);
        SortedMap<String, Integer> quotas = new TreeMap<>();
        for (int g = 0; g < shares.length; g++) {
            quotas.put(names.get(g), shares[g]);
        }
        return quotas;
    }

    private List<Integer> cover(Vectors vectors, List<Integer> group, int quota, Progress progress) {
        int[] rows = group.stream().mapToInt(Integer::intValue).toArray();
        // Nothing here is drawn: the seed has no effect.
        return new SubsetSelection(neighbours)
                .choose(
                        new Candidates(vectors, rows, new int[0]),
                        quota,
                        SubsetSelection.Objectives.COVERAGE,
                        Limits.none(rows.length),
                        0,
                        progress)
                .rows();
    }
}
