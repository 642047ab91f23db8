package dev.winnow.curation.splits;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.duplicates.DuplicatePairs;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.strata.Strata;
import dev.winnow.curation.vectors.Components;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one split knows of another: images that show the same, and images that have a value of a key in common. Every tie
 * between images is looked at, so that a dataset grouped by these ties has no leak.
 */
public final class Leaks {

    private final Snapshot snapshot;
    private final Neighbours neighbours;
    private final Nearness nearness;
    private final DuplicatePairs duplicates;
    private final List<Strata> keys;

    /** @param keys of which images that have a value in common belong together */
    public Leaks(Snapshot snapshot, Neighbours neighbours, Nearness nearness, Decisions decisions, List<Strata> keys) {
        this.snapshot = snapshot;
        this.neighbours = neighbours;
        this.nearness = nearness;
        this.duplicates = new DuplicatePairs(snapshot, decisions);
        this.keys = List.copyOf(keys);
    }

    /**
     * An image, and the one of another split that gives it away.
     *
     * @param reason {@code exact}, {@code decided}, {@code near}, or the name of a key
     * @param value of the key; null for others
     * @param similarity cosine similarity of the two
     */
    public record Leak(
            int row, int other, String reason, @Nullable String value, double similarity) {}

    /** The rows that belong together, directly or through others. */
    public List<int[]> groups(Progress progress) {
        Components components = new Components(snapshot.size());
        for (int[] rows : duplicates.exact()) {
            unite(components, rows);
        }
        for (int[] rows : duplicates.decided()) {
            unite(components, rows);
        }
        for (Strata key : keys) {
            byValue(key)
                    .values()
                    .forEach(rows -> unite(
                            components,
                            rows.stream().mapToInt(Integer::intValue).toArray()));
        }
        duplicates.near(neighbours, nearness, (one, other, similarity) -> components.union(one, other), progress);
        return components.groups();
    }

    private static void unite(Components components, int[] rows) {
        for (int row : rows) {
            components.union(rows[0], row);
        }
    }

    /**
     * Each image that another split knows, once for each reason and split: with the most similar image there of those that show
     * the same, with the first one there that has the value of a key. The surest reasons first.
     *
     * @param splitOf each row; −1 for none
     */
    public List<Leak> between(int[] splitOf, Progress progress) {
        List<Leak> leaks = new ArrayList<>();
        for (int[] rows : duplicates.exact()) {
            across(rows, splitOf, "exact", null, leaks);
        }
        for (int[] rows : duplicates.decided()) {
            across(rows, splitOf, "decided", null, leaks);
        }
        Map<Long, Leak> nearest = new HashMap<>();
        duplicates.near(
                neighbours,
                nearness,
                (first, second, similarity) -> {
                    if (splitOf[first] >= 0 && splitOf[second] >= 0 && splitOf[first] != splitOf[second]) {
                        keep(nearest, new Leak(first, second, "near", null, similarity), splitOf);
                        keep(nearest, new Leak(second, first, "near", null, similarity), splitOf);
                    }
                },
                progress);
        nearest.values().stream()
                .sorted(Comparator.comparingDouble(Leak::similarity)
                        .reversed()
                        .thenComparingInt(Leak::row)
                        .thenComparingInt(Leak::other))
                .forEach(leaks::add);
        for (Strata key : keys) {
            byValue(key)
                    .forEach((value, rows) -> across(
                            rows.stream().mapToInt(Integer::intValue).toArray(), splitOf, key.name(), value, leaks));
        }
        return leaks;
    }

    /**
     * An image of no split that shows the same as images of two splits or more.
     *
     * @param others of each of these splits the most similar one, in the order of the splits
     */
    public record Bridge(int row, List<Integer> others) {}

    /**
     * The images that no split has and several know: whichever of them takes one, another one leaks. By row. Time as of {@link #between}.
     *
     * @param splitOf each row; −1 for none
     */
    public List<Bridge> bridges(int[] splitOf, Progress progress) {
        SortedMap<Integer, SortedMap<Integer, Integer>> ties = new TreeMap<>();
        DuplicatePairs.Consumer tie = (one, other, similarity) -> {
            tie(ties, one, other, splitOf);
            tie(ties, other, one, splitOf);
        };
        List<int[]> sure = new ArrayList<>(duplicates.exact());
        sure.addAll(duplicates.decided());
        for (int[] rows : sure) {
            for (int row : rows) {
                if (splitOf[row] < 0) {
                    for (int other : rows) {
                        tie(ties, row, other, splitOf);
                    }
                }
            }
        }
        duplicates.near(neighbours, nearness, tie, progress);
        return ties.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry ->
                        new Bridge(entry.getKey(), List.copyOf(entry.getValue().values())))
                .toList();
    }

    private void tie(SortedMap<Integer, SortedMap<Integer, Integer>> ties, int row, int other, int[] splitOf) {
        if (splitOf[row] < 0 && splitOf[other] >= 0) {
            ties.computeIfAbsent(row, its -> new TreeMap<>())
                    .merge(splitOf[other], other, (old, found) -> isNearer(row, found, old) ? found : old);
        }
    }

    private boolean isNearer(int row, int one, int than) {
        return snapshot.vectors().similarity(row, one) > snapshot.vectors().similarity(row, than);
    }

    private static void keep(Map<Long, Leak> nearest, Leak leak, int[] splitOf) {
        long place = ((long) leak.row << 32) | splitOf[leak.other];
        nearest.merge(place, leak, (old, found) -> found.similarity > old.similarity ? found : old);
    }

    /** Whoever of these rows has another one in another split. */
    private void across(int[] rows, int[] splitOf, String reason, @Nullable String value, List<Leak> leaks) {
        Map<Integer, Integer> firstOf = new LinkedHashMap<>();
        for (int row : rows) {
            if (splitOf[row] >= 0) {
                firstOf.putIfAbsent(splitOf[row], row);
            }
        }
        if (firstOf.size() > 1) {
            for (int row : rows) {
                firstOf.forEach((split, first) -> {
                    if (splitOf[row] >= 0 && splitOf[row] != split) {
                        leaks.add(new Leak(
                                row, first, reason, value, snapshot.vectors().similarity(row, first)));
                    }
                });
            }
        }
    }

    private static Map<String, List<Integer>> byValue(Strata key) {
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        for (int row = 0; row < key.values().size(); row++) {
            for (String value : key.values().get(row)) {
                rows.computeIfAbsent(value, v -> new ArrayList<>()).add(row);
            }
        }
        return rows;
    }
}
