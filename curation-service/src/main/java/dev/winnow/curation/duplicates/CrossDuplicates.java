package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup.Member;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For each image of one dataset its duplicates in another; nothing within either is compared or grouped. Where the threshold
 * is relative, each image has the scale of its own dataset. Exact. Cost O(n · m · d) time, besides what the scales cost; 80
 * bytes for each image.
 */
public final class CrossDuplicates {

    /** Reported of one image; a burst of a thousand copies says no more. */
    public static final int MOST = 10;

    private final Neighbours neighbours;

    public CrossDuplicates(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * The duplicates of one image.
     *
     * @param row the image
     * @param found at most {@value #MOST} of the other dataset, surest first
     * @param more whether there may be others
     */
    public record Match(int row, List<Member> found, boolean more) {
        public Match {
            found = List.copyOf(found);
        }
    }

    /** A dataset, and what is near and what is similar by its scales. */
    public record Side(
            Snapshot snapshot, Nearness near, @Nullable Nearness similar) {}

    /** The images of {@code mine} that have a duplicate in {@code theirs}, in the order of their rows. */
    public List<Match> find(Side mine, Side theirs, Progress progress) {
        SameBytes bytes = new SameBytes(theirs.snapshot.images());
        Neighbours.Nearest nearest =
                neighbours.nearest(mine.snapshot.vectors(), theirs.snapshot.vectors(), MOST, progress);
        List<Match> matches = new ArrayList<>();
        for (int row = 0; row < mine.snapshot.size(); row++) {
            List<Member> found = new ArrayList<>();
            Set<Integer> exact = new HashSet<>(bytes.of(mine.snapshot.image(row)));
            for (int other : exact) {
                Double ratio = mine.near.scaleRatio(row, theirs.near, other, 1);
                found.add(new Member(other, Verdict.EXACT, 1, 1, ratio, 0, false));
            }
            int last = 0;
            for (int rank = 0; rank < nearest.k(); rank++) {
                int other = nearest.row(row, rank);
                Member member = member(mine, row, theirs, other, nearest.similarity(row, rank));
                if (member != null) {
                    last = rank + 1;
                    if (!exact.contains(other)) {
                        found.add(member);
                    }
                }
            }
            if (!found.isEmpty()) {
                found.sort(NearDuplicates.ORDER);
                boolean more = found.size() > MOST || (last == MOST && theirs.snapshot.size() > MOST);
                matches.add(new Match(row, found.subList(0, Math.min(MOST, found.size())), more));
            }
        }
        return matches;
    }

    private static @Nullable Member member(Side mine, int row, Side theirs, int other, double similarity) {
        DatasetImage image = mine.snapshot.image(row);
        int hashes = Long.bitCount(image.phash() ^ theirs.snapshot.image(other).phash());
        Nearness near = mine.near;
        Nearness others = theirs.near;
        Verdict verdict = Verdict.NEAR;
        if (!near.isNear(row, others, other, similarity, hashes)) {
            if (mine.similar == null
                    || theirs.similar == null
                    || !mine.similar.isNear(row, theirs.similar, other, similarity, hashes)) {
                return null;
            }
            near = mine.similar;
            others = theirs.similar;
            verdict = Verdict.SIMILAR;
        }
        return new Member(
                other,
                verdict,
                near.score(row, others, other, similarity, hashes),
                Math.min(1, similarity),
                near.scaleRatio(row, others, other, similarity),
                hashes,
                false);
    }
}
