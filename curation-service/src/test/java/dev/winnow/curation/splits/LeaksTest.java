package dev.winnow.curation.splits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.splits.Leaks.Leak;
import dev.winnow.curation.strata.Strata;
import dev.winnow.curation.vectors.Components;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LeaksTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final double[] FRACTIONS = {0.6, 0.2, 0.2};

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void findsWhatComparingAllPairsFindsAndSplittingLeavesNone() {
        Snapshot snapshot = withCopies(400, 80);
        Strata sequence = Strata.of("folder", snapshot.images(), "group_by");
        Nearness nearness = Nearness.absolute(
                new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE), snapshot.vectors(), 0.9, 42, Progress.NONE);
        Leaks leaks = new Leaks(snapshot, NEIGHBOURS, nearness, Decisions.NONE, List.of(sequence));
        int[] drawn = new Random(3).ints(snapshot.size(), 0, 3).toArray();

        Set<List<Object>> expected = new HashSet<>();
        for (int one = 0; one < snapshot.size(); one++) {
            for (int other = 0; other < snapshot.size(); other++) {
                if (one == other || drawn[one] == drawn[other]) {
                    continue;
                }
                if (snapshot.vectors().similarity(one, other) >= 0.9) {
                    expected.add(List.of(one, drawn[other], "near"));
                }
                if (snapshot.image(one).sha256().equals(snapshot.image(other).sha256())) {
                    expected.add(List.of(one, drawn[other], "exact"));
                }
                if (sequence.values().get(one).equals(sequence.values().get(other))) {
                    expected.add(List.of(one, drawn[other], "folder"));
                }
            }
        }
        List<Leak> found = leaks.between(drawn, Progress.NONE);
        assertThat(found)
                .extracting(leak -> List.<Object>of(leak.row(), drawn[leak.other()], leak.reason()))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(expected).extracting(leak -> leak.get(2)).contains("near", "exact", "folder");

        List<int[]> groups = leaks.groups(Progress.NONE);
        int[] splitOf = StratifiedAssignment.assign(groups, List.of(), FRACTIONS, 42);
        assertThat(leaks.between(splitOf, Progress.NONE)).isEmpty();
        assertThat(IntStream.of(splitOf).distinct()).hasSize(3);
    }

    @Test
    void imagesInNoSplitLeakNothing() {
        Snapshot snapshot = withCopies(20, 20);
        Nearness nearness = Nearness.absolute(
                new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE), snapshot.vectors(), 0.9, 42, Progress.NONE);
        Leaks leaks = new Leaks(snapshot, NEIGHBOURS, nearness, Decisions.NONE, List.of());
        int[] half = IntStream.range(0, 40).map(row -> row < 20 ? 0 : -1).toArray();
        assertThat(leaks.between(half, Progress.NONE)).isEmpty();
        int[] both = IntStream.range(0, 40).map(row -> row < 20 ? 0 : 1).toArray();
        assertThat(leaks.between(both, Progress.NONE).stream().map(Leak::row).distinct())
                .hasSize(40);
    }

    @Test
    void anImageOfNoSplitThatSeveralKnowIsABridge() {
        Snapshot snapshot = withCopies(60, 60);
        Nearness nearness = Nearness.absolute(
                new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE), snapshot.vectors(), 0.3, 42, Progress.NONE);
        Leaks leaks = new Leaks(snapshot, NEIGHBOURS, nearness, Decisions.NONE, List.of());
        int[] splitOf = new Random(4).ints(snapshot.size(), -1, 3).toArray();
        Map<Integer, Set<Integer>> expected = new TreeMap<>();
        for (int row = 0; row < snapshot.size(); row++) {
            Set<Integer> splits = new TreeSet<>();
            for (int other = 0; other < snapshot.size(); other++) {
                boolean same = snapshot.image(row)
                        .sha256()
                        .equals(snapshot.image(other).sha256());
                if (splitOf[other] >= 0 && (same || snapshot.vectors().similarity(row, other) >= 0.3)) {
                    splits.add(splitOf[other]);
                }
            }
            if (splitOf[row] < 0 && splits.size() > 1) {
                expected.put(row, splits);
            }
        }
        assertThat(expected).hasSizeGreaterThan(3);
        Map<Integer, Set<Integer>> found = new TreeMap<>();
        leaks.bridges(splitOf, Progress.NONE)
                .forEach(bridge -> found.put(
                        bridge.row(),
                        bridge.others().stream()
                                .map(other -> splitOf[other])
                                .collect(Collectors.toCollection(TreeSet::new))));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void rowsAreInOneGroupWhateverTheOrderTheyAreJoinedIn() {
        Components components = new Components(6);
        components.union(4, 5);
        components.union(0, 4);
        components.union(2, 3);
        assertThat(components.groups()).containsExactly(new int[] {0, 4, 5}, new int[] {1}, new int[] {2, 3});
    }

    /** Random images, and near copies of some; every other copy has the same bytes. Four in a row share a folder here and there. */
    private static Snapshot withCopies(int originals, int copies) {
        List<float[]> rows = new ArrayList<>(TestVectors.random(originals, 32, 8));
        List<float[]> noise = TestVectors.random(copies, 32, 9);
        List<DatasetImage> images = new ArrayList<>();
        for (int i = 0; i < originals; i++) {
            String folder = i % 16 < 4 ? "sequence-" + i / 16 : "own-" + i;
            images.add(TestVectors.image(folder + "/image-%05d.jpg".formatted(i), "sha-" + i, 100, List.of()));
        }
        for (int i = 0; i < copies; i++) {
            float[] copy = rows.get(i).clone();
            for (int j = 0; j < copy.length; j++) {
                copy[j] += 0.2f * noise.get(i)[j];
            }
            rows.add(copy);
            images.add(TestVectors.image(
                    "copies-" + i + "/copy.jpg", i % 2 == 0 ? "sha-" + i : "copy-" + i, 100, List.of()));
        }
        return TestVectors.snapshot(rows, images);
    }
}
