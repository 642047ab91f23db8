package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepSearchTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final NeighbourJoin JOIN = new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE);

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.8, 0.99, 1})
    void keepsAboutAsManyAsAsked(double keep) {
        Snapshot snapshot = TestVectors.snapshot(TestVectors.clustered(new int[] {200, 100, 100}, 8, 0.5, 4));
        Deduplication.Found found = find(snapshot, keep, false);
        assertThat(found.kept()).isCloseTo(keep, within(0.005));
        // What it came to is reported, and leads to the same when it is given.
        double similarity = found.nearness().threshold().similarity();
        Deduplication.Found again = new Deduplication(snapshot, JOIN, Decisions.NONE)
                .find(
                        new Deduplication.Settings(similarity, null, null, null, null, null),
                        false,
                        null,
                        1,
                        Progress.NONE);
        assertThat(again.groups()).isEqualTo(found.groups());
    }

    @Test
    void copiesGoWhateverWasToBeKept() {
        Snapshot copies = TestVectors.snapshot(Collections.nCopies(40, new float[] {1, 2, 3}));
        assertThat(find(copies, 0.5, false).kept()).isCloseTo(1.0 / 40, within(1e-9));
    }

    @Test
    void standsDegenerateDatasets() {
        for (int size = 0; size < 3; size++) {
            Snapshot few = TestVectors.snapshot(TestVectors.random(size, 4, 2));
            for (boolean clustered : List.of(true, false)) {
                assertThat(find(few, 0.5, clustered).kept()).isBetween(0.5, 1.0);
            }
        }
    }

    private static Deduplication.Found find(Snapshot snapshot, double keep, boolean clustered) {
        return new Deduplication(snapshot, JOIN, Decisions.NONE)
                .find(
                        new Deduplication.Settings(null, null, keep, null, null, null),
                        clustered,
                        null,
                        1,
                        Progress.NONE);
    }
}
