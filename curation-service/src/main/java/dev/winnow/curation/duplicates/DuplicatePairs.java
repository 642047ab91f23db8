package dev.winnow.curation.duplicates;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.vectors.NearPairs;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What ties the images of a dataset together, pair by pair. {@link NearDuplicates} makes groups around survivors, two of which
 * may hold images that are near each other; here no near pair is left out.
 */
public final class DuplicatePairs {

    /** Where partitioning begins; the pairs do not depend on it. */
    private static final long SEED = 1;

    private final Snapshot snapshot;
    private final Decisions decisions;

    public DuplicatePairs(Snapshot snapshot, Decisions decisions) {
        this.snapshot = snapshot;
        this.decisions = decisions;
    }

    /** Takes a pair of rows, the first one the lower, and their cosine similarity. */
    @FunctionalInterface
    public interface Consumer {
        void accept(int row, int other, double similarity);
    }

    /** All near pairs but those that were decided to differ. Time and memory as of {@link NearPairs}. */
    public void near(Neighbours neighbours, Nearness nearness, Consumer consumer, Progress progress) {
        Links links = Links.of(decisions, snapshot.images());
        NearPairs.Visitor visitor = new NearPairs.Visitor() {
            @Override
            public boolean wants(int row) {
                return true;
            }

            @Override
            public void near(int row, int[] others, float[] similarities) {
                Links.Group group = links.group(row);
                for (int other : others) {
                    double similarity = snapshot.vectors().similarity(row, other);
                    int hashes = Long.bitCount(
                            snapshot.image(row).phash() ^ snapshot.image(other).phash());
                    if (nearness.isNear(row, other, similarity, hashes) && group.admits(other)) {
                        consumer.accept(row, other, similarity);
                    }
                }
            }
        };
        new NearPairs(neighbours)
                .visit(
                        snapshot.vectors(),
                        nearness.leastSimilarity() - NearDuplicates.ROUNDING,
                        SEED,
                        visitor,
                        progress);
    }

    /** Rows of the same bytes, of two or more. */
    public List<int[]> exact() {
        return ofTwoOrMore(new SameBytes(snapshot.images()).groups());
    }

    /** Rows that were decided to be the same, of two or more. */
    public List<int[]> decided() {
        Map<ImageId, Integer> sets = decisions.sets();
        Map<Integer, List<Integer>> rows = new LinkedHashMap<>();
        for (int row = 0; row < snapshot.size(); row++) {
            Integer set = sets.get(snapshot.image(row).id());
            if (set != null) {
                rows.computeIfAbsent(set, number -> new ArrayList<>(1)).add(row);
            }
        }
        return ofTwoOrMore(rows.values());
    }

    private static List<int[]> ofTwoOrMore(Collection<List<Integer>> groups) {
        return groups.stream()
                .filter(group -> group.size() > 1)
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
