package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ApproximateDuplicatesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** Beyond the size that is compared in full, the result says how good its neighbours are, and groups stay nearly the same. */
    @Test
    void beyondTheExactSizeTheRecallIsStated() {
        int[] sizes = new int[120];
        Arrays.fill(sizes, 20);
        List<float[]> rows = new ArrayList<>(TestVectors.clustered(sizes, 16, 0.5, 4));
        for (int row = 0; row < 400; row++) {
            float[] copy = rows.get(row * 6).clone();
            copy[row % 16] += 0.01f;
            rows.add(copy);
        }
        Snapshot snapshot = TestVectors.snapshot(rows);
        Deduplication.Found exact = find(snapshot, new NeighbourJoin(NEIGHBOURS, snapshot.size()));
        Deduplication.Found approximate = find(snapshot, new NeighbourJoin(NEIGHBOURS, snapshot.size() - 1));
        assertThat(exact.nearness().approximation()).isNull();
        assertThat(approximate.nearness().approximation())
                .satisfies(how -> assertThat(how.recall()).isBetween(0.9, 1.0));
        Set<Integer> expected = redundant(exact);
        Set<Integer> both = new HashSet<>(expected);
        both.retainAll(redundant(approximate));
        assertThat(expected).hasSizeGreaterThanOrEqualTo(400);
        assertThat(both).hasSizeGreaterThan(expected.size() * 95 / 100);
    }

    private static Deduplication.Found find(Snapshot snapshot, NeighbourJoin join) {
        return new Deduplication(snapshot, join, Decisions.NONE)
                .find(new Deduplication.Settings(null, null, null, null, null, null), false, null, 7, Progress.NONE);
    }

    private static Set<Integer> redundant(Deduplication.Found found) {
        Set<Integer> rows = new HashSet<>();
        found.groups().forEach(group -> group.members().forEach(member -> rows.add(member.row())));
        return rows;
    }
}
