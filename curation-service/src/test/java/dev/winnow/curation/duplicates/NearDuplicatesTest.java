package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final NeighbourJoin JOIN = new NeighbourJoin(NEIGHBOURS, Integer.MAX_VALUE);
    private static final NearDuplicates DUPLICATES = new NearDuplicates(NEIGHBOURS);

    /** Against the obvious algorithm, and the promise itself: close to the survivor, best image survives, no overlap. */
    @Property(tries = 60)
    void groupsDoNotChainAndMatchTheObviousAlgorithm(
            @ForAll @IntRange(max = 60) int size,
            @ForAll @DoubleRange(min = 0.3, max = 0.99) double threshold,
            @ForAll long seed) {
        Snapshot snapshot =
                TestVectors.snapshot(TestVectors.clustered(new int[] {size / 2, size - size / 2}, 4, 0.4, seed));
        List<DuplicateGroup> groups =
                DUPLICATES.find(snapshot, absolute(snapshot, threshold), SurvivorPolicy.RESOLUTION, Progress.NONE);

        Set<Integer> seen = new HashSet<>();
        Map<Integer, Set<Integer>> found = new HashMap<>();
        for (DuplicateGroup group : groups) {
            assertThat(seen.add(group.survivor())).isTrue();
            for (Member member : group.members()) {
                assertThat(seen.add(member.row())).isTrue();
                assertThat(snapshot.vectors().similarity(group.survivor(), member.row()))
                        .isGreaterThanOrEqualTo(threshold - 1e-6);
                assertThat(SurvivorPolicy.RESOLUTION
                                .order()
                                .compare(snapshot.image(group.survivor()), snapshot.image(member.row())))
                        .isNegative();
                found.computeIfAbsent(group.survivor(), survivor -> new HashSet<>())
                        .add(member.row());
            }
        }
        assertThat(found)
                .isEqualTo(obvious(snapshot, (one, other) -> snapshot.vectors().similarity(one, other) >= threshold));
    }

    /** Bursts of more than ten copies too, whose members are not all among each other's ten nearest. */
    @Property(tries = 40)
    void relativeGroupsMatchTheObviousAlgorithm(
            @ForAll @IntRange(min = 1, max = 40) int burst,
            @ForAll @DoubleRange(min = 0.05, max = 1.5) double ratio,
            @ForAll long seed) {
        List<float[]> rows = new ArrayList<>(TestVectors.clustered(new int[] {30, 20}, 6, 0.6, seed));
        rows.addAll(TestVectors.clustered(new int[] {burst, 15}, 6, 0.01, seed + 1));
        Random random = new Random(seed);
        List<DatasetImage> images = IntStream.range(0, rows.size())
                .mapToObj(i -> TestVectors.image("image-%05d.jpg".formatted(i), "sha-" + i, 100 + i, List.of()))
                .map(image -> withHash(image, random.nextInt(4) == 0 ? random.nextLong() : 0))
                .toList();
        Snapshot snapshot = TestVectors.snapshot(rows, images);
        // Of a ratio of 1 two images that are each other's tenth neighbour lie on the threshold: rounding would decide.
        Nearness nearness = Nearness.relative(JOIN, snapshot.vectors(), 0.9993 * ratio, 7, Progress.NONE);
        Map<Integer, Set<Integer>> found = new HashMap<>();
        for (DuplicateGroup group : DUPLICATES.find(snapshot, nearness, SurvivorPolicy.RESOLUTION, Progress.NONE)) {
            group.members().forEach(member -> {
                found.computeIfAbsent(group.survivor(), survivor -> new HashSet<>())
                        .add(member.row());
                assertThat(member.score()).isBetween(0.0, 1.0);
            });
        }
        assertThat(found)
                .isEqualTo(obvious(
                        snapshot,
                        (one, other) -> nearness.isNear(
                                one,
                                other,
                                snapshot.vectors().similarity(one, other),
                                Long.bitCount(images.get(one).phash()
                                        ^ images.get(other).phash()))));
    }

    private static DatasetImage withHash(DatasetImage image, long phash) {
        return new DatasetImage(
                image.id(),
                image.path(),
                image.sha256(),
                phash,
                image.etag(),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.sharpness(),
                image.capturedAt(),
                image.labels(),
                image.tags(),
                image.identifiers());
    }

    private static Map<Integer, Set<Integer>> obvious(Snapshot snapshot, BiPredicate<Integer, Integer> near) {
        List<Integer> waiting = new ArrayList<>();
        for (int row = 0; row < snapshot.size(); row++) {
            waiting.add(row);
        }
        waiting.sort((a, b) -> SurvivorPolicy.RESOLUTION.order().compare(snapshot.image(a), snapshot.image(b)));
        Map<Integer, Set<Integer>> groups = new HashMap<>();
        while (!waiting.isEmpty()) {
            int survivor = waiting.removeFirst();
            Set<Integer> members = new HashSet<>();
            waiting.removeIf(other -> near.test(survivor, other) && members.add(other));
            if (!members.isEmpty()) {
                groups.put(survivor, members);
            }
        }
        return groups;
    }

    @Test
    void aChainOfCloseImagesIsCutAtEachSurvivor() {
        List<float[]> arc = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            arc.add(new float[] {(float) Math.cos(i * 0.1), (float) Math.sin(i * 0.1)});
        }
        Snapshot snapshot = TestVectors.snapshot(arc);
        Nearness oneStep = absolute(snapshot, Math.cos(0.1) - 1e-4);
        List<DuplicateGroup> groups = DUPLICATES.find(snapshot, oneStep, SurvivorPolicy.RESOLUTION, Progress.NONE);
        assertThat(groups).hasSize(15).allMatch(group -> group.members().size() == 1);
    }

    @Test
    void sameBytesAreExactDuplicatesAndThePolicyChoosesTheSurvivor() {
        List<DatasetImage> images = List.of(
                TestVectors.image("small-labelled.jpg", "a", 50, List.of("cat")),
                TestVectors.image("large.jpg", "b", 500, List.of()),
                TestVectors.image("large-copy.jpg", "b", 500, List.of()),
                TestVectors.image("other.jpg", "c", 70, List.of()));
        List<float[]> rows =
                List.of(new float[] {1, 0.01f}, new float[] {1, 0}, new float[] {1, 0}, new float[] {0, 1});
        Snapshot snapshot = TestVectors.snapshot(rows, images);
        Nearness threshold = absolute(snapshot, 0.99);

        DuplicateGroup byResolution = DUPLICATES
                .find(snapshot, threshold, SurvivorPolicy.RESOLUTION, Progress.NONE)
                .getFirst();
        // Equal in size: the path decides.
        assertThat(byResolution.survivor()).isEqualTo(2);
        assertThat(byResolution.members()).extracting(Member::row).containsExactly(1, 0);
        assertThat(byResolution.members()).extracting(Member::verdict).containsExactly(Verdict.EXACT, Verdict.NEAR);

        DuplicateGroup byLabel = DUPLICATES
                .find(snapshot, threshold, SurvivorPolicy.LABELLED, Progress.NONE)
                .getFirst();
        assertThat(byLabel.survivor()).isZero();
    }

    /** Two copies each among widely and among closely spaced images: no one absolute threshold finds just these. */
    @Test
    void aRelativeThresholdFollowsTheLocalScale() {
        List<float[]> rows = new ArrayList<>(TestVectors.clustered(new int[] {60}, 12, 1.5, 1));
        rows.addAll(TestVectors.clustered(new int[] {60}, 12, 0.05, 2));
        rows.add(shifted(rows.get(0), 0.1f));
        rows.add(shifted(rows.get(60), 0.004f));
        Snapshot snapshot = TestVectors.snapshot(rows);
        Nearness relative = Nearness.relative(JOIN, snapshot.vectors(), 0.25, 7, Progress.NONE);
        assertThat(DUPLICATES.find(snapshot, relative, SurvivorPolicy.RESOLUTION, Progress.NONE))
                .extracting(group ->
                        Set.of(group.survivor(), group.members().getFirst().row()))
                .contains(Set.of(0, 120), Set.of(60, 121));
        Nearness.Threshold threshold = relative.threshold();
        assertThat(threshold.similarity()).isEqualTo(1 - 0.25 * threshold.typicalDistance());
        assertThat(absolute(snapshot, threshold.similarity()).threshold().ratio())
                .isEqualTo(0.25, within(1e-12));
    }

    private static float[] shifted(float[] row, float by) {
        float[] copy = row.clone();
        for (int i = 0; i < copy.length; i++) {
            copy[i] += i % 2 == 0 ? by : -by;
        }
        return copy;
    }

    private static Nearness absolute(Snapshot snapshot, double similarity) {
        return Nearness.absolute(JOIN, snapshot.vectors(), similarity, 7, Progress.NONE);
    }

    @Test
    void ofTwoImagesAndOfOnlyCopiesTheDuplicatesAreFound() {
        Snapshot two = TestVectors.snapshot(List.of(new float[] {1, 0.1f}, new float[] {1, 0}));
        Nearness fewImages = Nearness.relative(JOIN, two.vectors(), 0.25, 7, Progress.NONE);
        assertThat(fewImages.threshold().kind()).isEqualTo("absolute");
        assertThat(DUPLICATES.find(two, fewImages, SurvivorPolicy.RESOLUTION, Progress.NONE))
                .hasSize(1);
        Snapshot copies = TestVectors.snapshot(Collections.nCopies(40, new float[] {0.3f, 0.7f, 0.2f}));
        Nearness nearness = Nearness.relative(JOIN, copies.vectors(), 0.25, 7, Progress.NONE);
        assertThat(DUPLICATES
                        .find(copies, nearness, SurvivorPolicy.RESOLUTION, Progress.NONE)
                        .getFirst()
                        .members())
                .hasSize(39);
    }

    /** A hub with spokes that are near it and not each other: only the hub can stand for all. */
    @Test
    void theMostCentralImageStandsForItsNeighbours() {
        List<float[]> rows = new ArrayList<>();
        for (int spoke = 0; spoke < 5; spoke++) {
            float[] row = new float[6];
            row[5] = 1;
            row[spoke] = 0.4f;
            rows.add(row);
        }
        rows.add(2, new float[] {0, 0, 0, 0, 0, 1});
        Snapshot snapshot = TestVectors.snapshot(rows);
        Nearness nearness = absolute(snapshot, 0.9);
        assertThat(DUPLICATES.find(snapshot, nearness, SurvivorPolicy.CENTRAL, Progress.NONE))
                .singleElement()
                .satisfies(group -> {
                    assertThat(group.survivor()).isEqualTo(2);
                    assertThat(group.members()).hasSize(5);
                });
        assertThat(DUPLICATES.find(snapshot, nearness, SurvivorPolicy.RESOLUTION, Progress.NONE))
                .singleElement()
                .satisfies(group -> assertThat(group.members()).hasSize(1));
    }

    /** Similar images are groups of what survives: within the looser threshold of their survivor, and beyond the tighter one. */
    @Property(tries = 30)
    void similarImagesAreGroupsOfWhatSurvives(@ForAll @IntRange(max = 60) int size, @ForAll long seed) {
        Snapshot snapshot =
                TestVectors.snapshot(TestVectors.clustered(new int[] {size / 2, size - size / 2}, 4, 0.4, seed));
        Nearness near = absolute(snapshot, 0.97);
        List<DuplicateGroup> found = DUPLICATES.find(snapshot, near, SurvivorPolicy.RESOLUTION, Progress.NONE);
        Set<Integer> dropped = new HashSet<>();
        found.forEach(group -> group.members().forEach(member -> dropped.add(member.row())));
        List<DuplicateGroup> similar = DUPLICATES.similar(
                snapshot, found, near.withSimilarity(0.8), SurvivorPolicy.RESOLUTION, Links.none(size), Progress.NONE);
        Set<Integer> seen = new HashSet<>();
        for (DuplicateGroup group : similar) {
            assertThat(dropped).doesNotContain(group.survivor());
            assertThat(seen.add(group.survivor())).isTrue();
            for (Member member : group.members()) {
                assertThat(dropped).doesNotContain(member.row());
                assertThat(seen.add(member.row())).isTrue();
                assertThat(member.verdict()).isEqualTo(Verdict.SIMILAR);
                assertThat(snapshot.vectors().similarity(group.survivor(), member.row()))
                        .isBetween(0.8 - 1e-6, 0.97 + 1e-6);
            }
        }
    }

    @Test
    void standsDegenerateDatasets() {
        for (int size : new int[] {0, 1, 2, 500}) {
            Snapshot same = TestVectors.snapshot(Collections.nCopies(size, new float[] {1, 2}));
            Nearness threshold = Nearness.relative(JOIN, same.vectors(), 0.3, 7, Progress.NONE);
            List<DuplicateGroup> groups = DUPLICATES.find(same, threshold, SurvivorPolicy.OLDEST, Progress.NONE);
            assertThat(groups.stream().mapToInt(group -> group.members().size()).sum())
                    .isLessThanOrEqualTo(Math.max(0, size - 1));
        }
    }
}
