package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Groups exact and near duplicates around survivors. Images are visited in the order of the survivor policy; each one
 * not yet taken becomes a survivor and takes every untaken image that is near to it. So each member is
 * close to its survivor, no chain links unlike images, and the best image of a group is the one that stays. Exact: no pair
 * that may be near is passed over. Cost: after the join of the {@link Nearness}, O(c² · d) time for c crowded images; memory as in
 * {@link NearPairs}.
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
        private final NearPairs pairs;
        private final SameBytes sameBytes;

        Grouping(Snapshot snapshot, Pairing pairing, Nearness nearness, Links links, Verdict verdict, boolean[] taken) {
            this.snapshot = snapshot;
            this.pairing = pairing;
            this.nearness = nearness;
            this.links = links;
            this.verdict = verdict;
            this.taken = taken;
            this.pairs = new NearPairs(neighbours, snapshot.vectors(), pairing, nearness.leastSimilarity(), taken);
            this.sameBytes = new SameBytes(snapshot.images());
        }

        List<DuplicateGroup> groups(Progress progress) {
            List<DuplicateGroup> groups = new ArrayList<>();
            int visited = 0;
            for (int row : pairing.order()) {
                progress.at("comparing", (double) visited++ / pairing.order().length);
                if (!taken[row]) {
                    around(row).ifPresent(groups::add);
                }
            }
            groups.sort(Comparator.comparingInt(
                            (DuplicateGroup group) -> -group.members().size())
                    .thenComparingInt(DuplicateGroup::survivor));
            return groups;
        }

        private Optional<DuplicateGroup> around(int survivor) {
            taken[survivor] = true;
            List<Member> candidates = new ArrayList<>();
            for (int row : links.with(survivor)) {
                candidates.add(member(survivor, row, snapshot.vectors().similarity(survivor, row)));
            }
            List<Member> near = new ArrayList<>();
            for (int row : sameBytes.as(survivor)) {
                near.add(member(survivor, row, snapshot.vectors().similarity(survivor, row)));
            }
            pairs.of(survivor, (row, similarity) -> {
                if (nearness.isNear(survivor, row, similarity, hashDistance(survivor, row))) {
                    near.add(member(survivor, row, similarity));
                }
            });
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
