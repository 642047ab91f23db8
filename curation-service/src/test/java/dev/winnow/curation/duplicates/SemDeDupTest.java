package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SemDeDupTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final NeighbourJoin JOIN = new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE);

    /** Within each cluster the obvious algorithm, in the paper's order; across clusters nothing. */
    @Property(tries = 30)
    void groupsMatchTheObviousAlgorithmWithinEachCluster(
            @ForAll @IntRange(min = 1, max = 80) int size,
            @ForAll @IntRange(min = 1, max = 6) int k,
            @ForAll long seed) {
        Snapshot snapshot =
                TestVectors.snapshot(TestVectors.clustered(new int[] {size / 2, size - size / 2}, 4, 0.4, seed));
        SemDeDup clusters = SemDeDup.cluster(snapshot, NEIGHBOURS, k, seed, Progress.NONE);
        Nearness nearness = clusters.nearness().withSimilarity(0.9);
        Pairing pairing = clusters.pairing(null);
        Map<Integer, Set<Integer>> expected = new HashMap<>();
        Set<Integer> taken = new HashSet<>();
        int pairs = 0;
        int together = 0;
        for (int survivor : pairing.order()) {
            boolean survives = taken.add(survivor);
            for (int other : pairing.order()) {
                if (snapshot.vectors().similarity(survivor, other) >= 0.9 && survivor != other) {
                    pairs++;
                    if (pairing.cell()[survivor] == pairing.cell()[other]) {
                        together++;
                        if (survives && taken.add(other)) {
                            expected.computeIfAbsent(survivor, row -> new HashSet<>())
                                    .add(other);
                        }
                    }
                }
            }
        }
        Map<Integer, Set<Integer>> found = new HashMap<>();
        new NearDuplicates(NEIGHBOURS)
                .find(snapshot, pairing, nearness, Links.none(size), Progress.NONE)
                .forEach(group -> group.members()
                        .forEach(member -> found.computeIfAbsent(group.survivor(), row -> new HashSet<>())
                                .add(member.row())));
        assertThat(found).isEqualTo(expected);
        SemDeDup.Recall recall = clusters.recall(nearness);
        if (size <= 11) {
            assertThat(recall.pairs()).isEqualTo(pairs);
            if (recall.recall() != null) {
                assertThat(recall.recall()).isCloseTo((double) together / pairs, within(1e-9));
            }
        }
    }

    @Test
    void findsPlantedCopiesInTheirClustersAndSaysHowMany() {
        List<float[]> rows = new ArrayList<>(TestVectors.clustered(new int[] {100, 100, 100, 100}, 16, 0.3, 5));
        rows.addAll(List.copyOf(rows.subList(0, 50)));
        Snapshot snapshot = TestVectors.snapshot(rows);
        Deduplication.Found found = new Deduplication(snapshot, JOIN, Decisions.NONE)
                .find(new Deduplication.Settings(0.9999, null, null, null, null, null), true, null, 7, Progress.NONE);
        assertThat(found.clusters()).isEqualTo(21);
        assertThat(found.groups()).hasSize(50);
        assertThat(found.recall()).satisfies(recall -> {
            assertThat(recall.pairs()).isEqualTo(100);
            assertThat(recall.recall()).isEqualTo(1.0);
        });
        assertThat(found.policy()).isEqualTo("farthest_from_centre");
    }

    @Test
    void standsDegenerateDatasets() {
        for (int size : new int[] {0, 1, 2, 300}) {
            Snapshot same = TestVectors.snapshot(Collections.nCopies(size, new float[] {1, 2}));
            Deduplication.Found found = new Deduplication(same, JOIN, Decisions.NONE)
                    .find(new Deduplication.Settings(null, null, null, null, null, null), true, null, 7, Progress.NONE);
            assertThat(found.count(DuplicateGroup.Verdict.NEAR)).isEqualTo(Math.max(0, size - 1));
        }
    }
}
