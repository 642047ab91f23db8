package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.NearPairs;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Groups exact and near duplicates around survivors. Images are visited in the order of the survivor policy; each one
 * not yet taken becomes a survivor and takes every untaken image that is near to it. So each member is
 * close to its survivor, no chain links unlike images, and the best image of a group is the one that stays. As exact as the
 * neighbours of the {@link Nearness}: where these are, no pair that may be near is passed over. Cost: after the join of the {@link Nearness}, O(c² · d) time at most for c crowded images, and
 * as a rule O(c · √c · d) ({@link NearPairs}); memory: the vectors of the crowded images twice more.
 *
 * <p>Decisions are obeyed as must-links and cannot-links (Wagstaff et al., "Constrained K-means Clustering with Background
 * Knowledge", 2001): who takes an image takes all that are decided to show the same, and an image stays out of a group
 * that holds one it was decided to differ from.
 */
public final class NearDuplicates {

    /** The surest first. */
    static final Comparator<Member> ORDER = Comparator.comparing(Member::verdict)
            .thenComparing(Comparator.comparingDouble(Member::similarity).reversed())
            .thenComparingInt(Member::row);

    /** Products in single precision are off by less. */
    static final double ROUNDING = 1e-6;

    /** Where partitioning begins; the pairs do not depend on it. */
    private static final long SEED = 1;

    private final Neighbours neighbours;

    public NearDuplicates(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** The groups of two or more, the largest first; no decisions. */
    public List<DuplicateGroup> find(Snapshot snapshot, Nearness nearness, SurvivorPolicy policy, Progress progress) {
        return find(snapshot, nearness, policy, Links.none(snapshot.size()), progress);
    }

    /** The groups of two or more, the largest first. */
    public List<DuplicateGroup> find(
            Snapshot snapshot, Nearness nearness, SurvivorPolicy policy, Links links, Progress progress) {
        Pairing pairing = Pairing.exact(policy.order(snapshot, nearness), nearness);
        return find(snapshot, pairing, nearness, links, progress);
    }

    /**
     * Groups of what {@code found} leaves, around survivors again: images that are within a looser threshold of each other.
     *
     * @param found the groups of duplicates, whose members are left out and whose survivors are not
     */
    public List<DuplicateGroup> similar(
            Snapshot snapshot,
            List<DuplicateGroup> found,
            Nearness looser,
            SurvivorPolicy policy,
            Links links,
            Progress progress) {
        Pairing pairing = Pairing.exact(policy.order(snapshot, looser), looser);
        return similar(snapshot, found, pairing, looser, links, progress);
    }

    List<DuplicateGroup> find(Snapshot snapshot, Pairing pairing, Nearness nearness, Links links, Progress progress) {
        boolean[] taken = new boolean[snapshot.size()];
        return new Grouping(snapshot, pairing, nearness, links, Verdict.NEAR, taken).groups(progress);
    }

    List<DuplicateGroup> similar(
            Snapshot snapshot,
            List<DuplicateGroup> found,
            Pairing pairing,
            Nearness looser,
            Links links,
            Progress progress) {
        boolean[] taken = new boolean[snapshot.size()];
        found.forEach(group -> group.members().forEach(member -> taken[member.row()] = true));
        return new Grouping(snapshot, pairing, looser, links, Verdict.SIMILAR, taken).groups(progress);
    }

    /** One way through all images. */
    private final class Grouping {

        private final Snapshot snapshot;
        private final Pairing pairing;
        private final Nearness nearness;
        private final Links links;
        private final Verdict verdict;
        private final boolean[] taken;
        private int visited;
        private final double least;
        private final ListedPairs listed;
        private final SameBytes sameBytes;

        Grouping(Snapshot snapshot, Pairing pairing, Nearness nearness, Links links, Verdict verdict, boolean[] taken) {
            this.snapshot = snapshot;
            this.pairing = pairing;
            this.nearness = nearness;
            this.links = links;
            this.verdict = verdict;
            this.taken = taken;
            this.least = nearness.leastSimilarity() - ROUNDING;
            this.listed = new ListedPairs(pairing.join(), snapshot.size(), least);
            this.sameBytes = new SameBytes(snapshot.images());
        }

        List<DuplicateGroup> groups(Progress progress) {
            List<DuplicateGroup> groups = new ArrayList<>();
            List<int[]> cells = cells();
            for (int i = 0; i < cells.size(); i++) {
                int[] places = cells.get(i);
                Vectors members = snapshot.vectors()
                        .select(Arrays.stream(places)
                                .map(place -> pairing.order()[place])
                                .toArray());
                new NearPairs(neighbours)
                        .visit(
                                members,
                                least,
                                SEED,
                                new Within(places, groups),
                                progress.part((double) i / cells.size(), (i + 1.0) / cells.size()));
            }
            visitTo(pairing.order().length, groups);
            groups.sort(Comparator.comparingInt(
                            (DuplicateGroup group) -> -group.members().size())
                    .thenComparingInt(DuplicateGroup::survivor));
            return groups;
        }

        /** For each cell, the places in the order of those of its rows that are not taken yet. */
        private List<int[]> cells() {
            Map<Integer, IntStream.Builder> cells = new LinkedHashMap<>();
            for (int place = 0; place < pairing.order().length; place++) {
                int row = pairing.order()[place];
                int cell = pairing.cell()[row];
                if (cell >= 0 && !taken[row]) {
                    cells.computeIfAbsent(cell, number -> IntStream.builder()).add(place);
                }
            }
            return cells.values().stream()
                    .map(places -> places.build().toArray())
                    .toList();
        }

        /** Groups around the rows before {@code place}, for which there are no pairs but the listed ones. */
        private void visitTo(int place, List<DuplicateGroup> groups) {
            for (; visited < place; visited++) {
                int row = pairing.order()[visited];
                if (!taken[row]) {
                    around(row, new int[0], new float[0]).ifPresent(groups::add);
                }
            }
        }

        /** The rows of one cell, by their places in the order: shown from the first to the last, as the cells are. */
        private final class Within implements NearPairs.Visitor {

            private final int[] places;
            private final List<DuplicateGroup> groups;

            Within(int[] places, List<DuplicateGroup> groups) {
                this.places = places;
                this.groups = groups;
            }

            private int row(int number) {
                return pairing.order()[places[number]];
            }

            @Override
            public boolean wants(int number) {
                return !taken[row(number)];
            }

            @Override
            public void near(int number, int[] others, float[] similarities) {
                visitTo(places[number], groups);
                int row = row(number);
                // One of those before may have taken it.
                if (!taken[row]) {
                    int[] rows = Arrays.stream(others).map(this::row).toArray();
                    around(row, rows, similarities).ifPresent(groups::add);
                }
            }
        }

        /** @param others rows near to it, besides the listed ones */
        private Optional<DuplicateGroup> around(int survivor, int[] others, float[] similarities) {
            taken[survivor] = true;
            List<Member> candidates = new ArrayList<>();
            for (int row : links.with(survivor)) {
                candidates.add(member(survivor, row, snapshot.vectors().similarity(survivor, row)));
            }
            List<Member> near = new ArrayList<>();
            for (int row : sameBytes.as(survivor)) {
                near.add(member(survivor, row, snapshot.vectors().similarity(survivor, row)));
            }
            ListedPairs.RowConsumer offer = (row, rounded) -> {
                if (!taken[row]) {
                    int hashes = hashDistance(survivor, row);
                    double similarity = settled(survivor, row, rounded, hashes);
                    if (nearness.isNear(survivor, row, similarity, hashes)) {
                        near.add(member(survivor, row, similarity));
                    }
                }
            };
            listed.of(survivor, offer);
            for (int i = 0; i < others.length; i++) {
                offer.accept(others[i], similarities[i]);
            }
            // The nearest first: of two that were decided to differ, that one comes in.
            near.sort(ORDER);
            candidates.addAll(near);
            Links.Group group = links.group(survivor);
            List<Member> members = new ArrayList<>();
            for (Member candidate : candidates) {
                if (!taken[candidate.row()] && group.admits(candidate.row())) {
                    group.add(candidate.row());
                    take(candidate, members);
                    for (int row : links.with(candidate.row())) {
                        if (!taken[row]) {
                            take(member(survivor, row, snapshot.vectors().similarity(survivor, row)), members);
                        }
                    }
                }
            }
            members.sort(ORDER);
            return members.isEmpty() ? Optional.empty() : Optional.of(new DuplicateGroup(survivor, members));
        }

        /** A similarity that is so close to the limit that rounding would decide is computed in double precision. */
        private double settled(int survivor, int row, float rounded, int hashes) {
            boolean surely = nearness.isNear(survivor, row, rounded - ROUNDING, hashes)
                    == nearness.isNear(survivor, row, rounded + ROUNDING, hashes);
            return surely ? rounded : snapshot.vectors().similarity(survivor, row);
        }

        private void take(Member member, List<Member> members) {
            taken[member.row()] = true;
            members.add(member);
        }

        private Member member(int survivor, int row, double similarity) {
            int hashes = hashDistance(survivor, row);
            boolean exact = sameBytes.are(survivor, row);
            boolean isNear = nearness.isNear(survivor, row, similarity, hashes);
            double observed = exact ? 1 : Math.min(1, similarity);
            return new Member(
                    row,
                    exact ? Verdict.EXACT : isNear ? verdict : Verdict.DECIDED,
                    exact || !isNear ? 1 : nearness.score(survivor, nearness, row, observed, hashes),
                    observed,
                    nearness.scaleRatio(survivor, nearness, row, observed),
                    hashes,
                    links.areBound(row));
        }

        private int hashDistance(int one, int other) {
            DatasetImage image = snapshot.image(one);
            return Long.bitCount(image.phash() ^ snapshot.image(other).phash());
        }
    }
}
