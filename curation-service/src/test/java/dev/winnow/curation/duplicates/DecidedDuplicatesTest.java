package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.duplicates.Decision.Verdict;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DecidedDuplicatesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final NeighbourJoin JOIN = new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE);

    /** Whatever was decided: what is the same is together, what is different is apart, and the rest is near its survivor. */
    @Property(tries = 80)
    void groupsObeyEveryDecision(@ForAll @IntRange(min = 2, max = 60) int size, @ForAll long seed) {
        Snapshot snapshot =
                TestVectors.snapshot(TestVectors.clustered(new int[] {size / 2, size - size / 2}, 4, 0.4, seed));
        Random random = new Random(seed);
        Decisions decisions = Decisions.NONE;
        for (int i = 0; i < size; i++) {
            int one = random.nextInt(size);
            int other = random.nextInt(size);
            if (one != other) {
                try {
                    decisions = decisions.with(List.of(decide(snapshot, one, other, random.nextInt(3) == 0)));
                } catch (ContradictionException e) {
                    assertThat(e).hasMessageContaining(snapshot.image(one).id().toString());
                }
            }
        }
        double threshold = 0.9;
        Nearness nearness = Nearness.absolute(JOIN, snapshot.vectors(), threshold, 7, Progress.NONE);
        List<DuplicateGroup> groups = new NearDuplicates(NEIGHBOURS)
                .find(
                        snapshot,
                        nearness,
                        SurvivorPolicy.RESOLUTION,
                        Links.of(decisions, snapshot.images()),
                        Progress.NONE);
        int[] groupOf = new int[size];
        Arrays.setAll(groupOf, row -> -1 - row);
        for (DuplicateGroup group : groups) {
            groupOf[group.survivor()] = group.survivor();
            group.members().forEach(member -> groupOf[member.row()] = group.survivor());
        }
        int[] sets = transitive(snapshot, decisions);
        for (Decision decision : decisions.decisions()) {
            int one = row(snapshot, decision.image());
            int other = row(snapshot, decision.other());
            if (decision.verdict() == Verdict.SAME) {
                assertThat(groupOf[one]).isEqualTo(groupOf[other]);
            } else {
                assertThat(groupOf[one]).isNotEqualTo(groupOf[other]);
            }
        }
        for (DuplicateGroup group : groups) {
            for (Member member : group.members()) {
                boolean near = snapshot.vectors().similarity(group.survivor(), member.row()) >= threshold - 1e-6;
                if (member.verdict() == DuplicateGroup.Verdict.NEAR) {
                    assertThat(near).isTrue();
                } else {
                    assertThat(member.verdict()).isEqualTo(DuplicateGroup.Verdict.DECIDED);
                    assertThat(member.decided()).isTrue();
                    // It is the same as the survivor, or as a member that is near.
                    assertThat(sets[member.row()] == sets[group.survivor()]
                                    || group.members().stream()
                                            .anyMatch(other -> other.verdict() == DuplicateGroup.Verdict.NEAR
                                                    && sets[other.row()] == sets[member.row()]))
                            .isTrue();
                }
            }
        }
    }

    private static int[] transitive(Snapshot snapshot, Decisions decisions) {
        int[] sets = new int[snapshot.size()];
        Arrays.setAll(sets, row -> row);
        for (int round = 0; round < snapshot.size(); round++) {
            for (Decision decision : decisions.decisions()) {
                if (decision.verdict() == Verdict.SAME) {
                    int one = row(snapshot, decision.image());
                    int other = row(snapshot, decision.other());
                    sets[one] = Math.min(sets[one], sets[other]);
                    sets[other] = sets[one];
                }
            }
        }
        return sets;
    }

    @Test
    void sameIsTransitiveAlsoThroughAnImageThatHasGone() {
        Snapshot snapshot = TestVectors.snapshot(TestVectors.random(3, 8, 1));
        ImageId gone = ImageId.ofRawKey("d/gone.jpg");
        Decisions decisions = Decisions.NONE.with(List.of(
                new Decision(snapshot.image(0).id(), gone, Verdict.SAME, Instant.EPOCH),
                new Decision(gone, snapshot.image(2).id(), Verdict.SAME, Instant.EPOCH)));
        List<DuplicateGroup> groups = find(snapshot, decisions);
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(List.of(group.survivor(), group.members().getFirst().row()))
                    .containsExactlyInAnyOrder(0, 2);
            assertThat(group.members().getFirst().verdict()).isEqualTo(DuplicateGroup.Verdict.DECIDED);
        });
        assertThatThrownBy(() -> decisions.with(List.of(decide(snapshot, 2, 0, true))))
                .isInstanceOf(ContradictionException.class)
                .hasMessageContaining(" = " + gone + " = ");
        assertThat(decisions.without(gone, snapshot.image(2).id()).with(List.of(decide(snapshot, 2, 0, true))))
                .extracting(after -> after.count(Verdict.DIFFERENT))
                .isEqualTo(1);
    }

    @Test
    void whatWasDecidedDifferentIsKeptApartEvenWithTheSameBytes() {
        List<float[]> rows = Collections.nCopies(3, new float[] {1, 2});
        Snapshot snapshot = TestVectors.snapshot(
                rows,
                List.of(
                        TestVectors.image("a.jpg", "x", 30, List.of()),
                        TestVectors.image("b.jpg", "x", 20, List.of()),
                        TestVectors.image("c.jpg", "x", 10, List.of())));
        List<DuplicateGroup> groups = find(snapshot, Decisions.NONE.with(List.of(decide(snapshot, 0, 1, true))));
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.survivor()).isZero();
            assertThat(group.members()).extracting(Member::row).containsExactly(2);
        });
    }

    @Test
    void aLaterDecisionOnAPairReplacesTheEarlierOne() {
        Snapshot snapshot = TestVectors.snapshot(TestVectors.random(2, 8, 1));
        Decisions decisions =
                Decisions.NONE.with(List.of(decide(snapshot, 0, 1, false))).with(List.of(decide(snapshot, 1, 0, true)));
        assertThat(decisions.decisions()).singleElement().satisfies(decision -> assertThat(decision.verdict())
                .isEqualTo(Verdict.DIFFERENT));
    }

    private static List<DuplicateGroup> find(Snapshot snapshot, Decisions decisions) {
        Nearness nearness = Nearness.absolute(JOIN, snapshot.vectors(), 0.99, 7, Progress.NONE);
        return new NearDuplicates(NEIGHBOURS)
                .find(
                        snapshot,
                        nearness,
                        SurvivorPolicy.RESOLUTION,
                        Links.of(decisions, snapshot.images()),
                        Progress.NONE);
    }

    private static Decision decide(Snapshot snapshot, int one, int other, boolean different) {
        return new Decision(
                snapshot.image(one).id(),
                snapshot.image(other).id(),
                different ? Verdict.DIFFERENT : Verdict.SAME,
                Instant.EPOCH);
    }

    private static int row(Snapshot snapshot, ImageId id) {
        List<ImageId> ids = new ArrayList<>();
        snapshot.images().forEach(image -> ids.add(image.id()));
        return ids.indexOf(id);
    }
}
