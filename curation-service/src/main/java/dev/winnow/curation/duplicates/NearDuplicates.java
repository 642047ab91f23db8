package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups exact and near duplicates around survivors. Images are visited in the order of the survivor policy; each one
 * not yet taken becomes a survivor and takes every untaken image that is near to it. So each member is
 * close to its survivor, no chain links unlike images, and the best image of a group is the one that stays. Exact: all
 * pairs are looked at. Cost O(n² · d) time, a second copy of the vectors and 64 MiB of similarities.
 */
public final class NearDuplicates {

    private static final int BLOCK_FLOATS = 16 << 20;

    private final Neighbours neighbours;

    public NearDuplicates(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** The groups of two or more, the largest first. */
    public List<DuplicateGroup> find(Snapshot snapshot, Nearness nearness, SurvivorPolicy policy, Progress progress) {
        int n = snapshot.size();
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparing(snapshot::image, policy.order()))
                .mapToInt(Integer::intValue)
                .toArray();
        Vectors vectors = snapshot.vectors().select(order);
        boolean[] taken = new boolean[n];
        List<DuplicateGroup> groups = new ArrayList<>();
        for (int from = 0; from < n; ) {
            progress.at("comparing", (double) from / n);
            int to = Math.min(n, from + Math.clamp(BLOCK_FLOATS / (n - from), 1, 256));
            float[] similarity = neighbours.triangle(vectors, from, to);
            for (int candidate = from; candidate < to; candidate++) {
                if (taken[candidate]) {
                    continue;
                }
                DatasetImage survivor = snapshot.image(order[candidate]);
                List<Member> members = new ArrayList<>();
                int offset = (candidate - from) * (n - from) - from;
                for (int other = candidate + 1; other < n; other++) {
                    if (taken[other]) {
                        continue;
                    }
                    DatasetImage image = snapshot.image(order[other]);
                    boolean exact = image.sha256().equals(survivor.sha256());
                    if (exact || nearness.isNear(order[candidate], order[other], similarity[offset + other])) {
                        taken[other] = true;
                        members.add(new Member(
                                order[other],
                                exact ? Verdict.EXACT : Verdict.NEAR,
                                exact ? 1 : Math.min(1, similarity[offset + other]),
                                Long.bitCount(image.phash() ^ survivor.phash())));
                    }
                }
                if (!members.isEmpty()) {
                    members.sort(Comparator.comparing(Member::verdict)
                            .thenComparing(Comparator.comparingDouble(Member::similarity)
                                    .reversed())
                            .thenComparingInt(Member::row));
                    groups.add(new DuplicateGroup(order[candidate], members));
                }
            }
            from = to;
        }
        groups.sort(Comparator.comparingInt(
                        (DuplicateGroup group) -> -group.members().size())
                .thenComparingInt(DuplicateGroup::survivor));
        return groups;
    }
}
