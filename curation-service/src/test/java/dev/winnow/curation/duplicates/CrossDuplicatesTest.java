package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
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

class CrossDuplicatesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final NeighbourJoin JOIN = new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE);

    @Property(tries = 40)
    void findsWhatComparingEachPairFinds(
            @ForAll @IntRange(max = 30) int mine, @ForAll @IntRange(max = 9) int theirs, @ForAll long seed) {
        Snapshot one = TestVectors.snapshot(TestVectors.random(mine, 3, seed));
        Snapshot other = TestVectors.snapshot(TestVectors.random(theirs, 3, seed + 1));
        Map<Integer, Map<Integer, Verdict>> expected = new HashMap<>();
        for (int row = 0; row < mine; row++) {
            for (int match = 0; match < theirs; match++) {
                double similarity = dot(one.vectors().get(row), other.vectors().get(match));
                // Row by row the two have the same digests.
                Verdict verdict = row == match
                        ? Verdict.EXACT
                        : similarity >= 0.9 ? Verdict.NEAR : similarity >= 0.6 ? Verdict.SIMILAR : null;
                if (verdict != null) {
                    expected.computeIfAbsent(row, key -> new HashMap<>()).put(match, verdict);
                }
            }
        }
        Map<Integer, Map<Integer, Verdict>> found = new HashMap<>();
        new CrossDuplicates(NEIGHBOURS)
                .find(side(one), side(other), Progress.NONE)
                .forEach(match -> match.found()
                        .forEach(member -> found.computeIfAbsent(match.row(), key -> new HashMap<>())
                                .put(member.row(), member.verdict())));
        assertThat(found).isEqualTo(expected);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static CrossDuplicates.Side side(Snapshot snapshot) {
        Nearness near = Nearness.absolute(JOIN, snapshot.vectors(), 0.9, 7, Progress.NONE);
        return new CrossDuplicates.Side(snapshot, near, near.withSimilarity(0.6));
    }

    @Test
    void reportsTenOfABurstAndThatThereAreMore() {
        Snapshot one = TestVectors.snapshot(List.of(new float[] {1, 2}));
        Snapshot burst = TestVectors.snapshot(Collections.nCopies(25, new float[] {1, 2}));
        List<CrossDuplicates.Match> matches =
                new CrossDuplicates(NEIGHBOURS).find(side(one), side(burst), Progress.NONE);
        assertThat(matches).singleElement().satisfies(match -> {
            assertThat(match.more()).isTrue();
            assertThat(match.found()).hasSize(10);
            assertThat(match.found().getFirst().verdict()).isEqualTo(Verdict.EXACT);
            Set<Integer> rows = new HashSet<>();
            match.found().stream().map(Member::row).forEach(rows::add);
            assertThat(rows).hasSize(10);
        });
    }

    /** Where one of the two is too small to have a scale, both go by the absolute threshold. */
    @Test
    void aSmallDatasetIsComparedAbsolutely() {
        Snapshot few = TestVectors.snapshot(TestVectors.random(3, 4, 1));
        Snapshot many = TestVectors.snapshot(TestVectors.random(50, 4, 2));
        Deduplication.Settings settings = new Deduplication.Settings(null, null, null, null, 1.0, null);
        Deduplication.Limits ofFew = settings.limits(JOIN, few, 7, Progress.NONE);
        Deduplication.Limits ofMany = settings.limits(JOIN, many, 7, Progress.NONE);
        assertThat(ofMany.near().threshold().kind()).isEqualTo("relative");
        assertThat(ofMany.with(ofFew).near().threshold().kind()).isEqualTo("absolute");
        assertThat(ofMany.with(ofFew).near().threshold().similarity())
                .isEqualTo(ofFew.with(ofMany).near().threshold().similarity());
    }
}
