package dev.winnow.curation.frontier;

import dev.winnow.curation.Progress;
import dev.winnow.curation.balance.NeighbourVotes;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The {@value #K} nearest labelled images of each candidate, kept while labels come and go. A label that comes is compared with each
 * candidate, O(N · d); one that goes costs the candidates it was near to a comparison with all that are left. Memory: 84 bytes an image.
 */
final class LabelledNeighbours {

    /** As many as vote in {@code select}. */
    static final int K = 10;

    /** Where nothing is labelled everything is as far as can be. */
    static final float FARTHEST = 2;

    /** The kernel rounds otherwise: so many more are asked for, and put in order by what they are here. */
    private static final int SPARE = 8;

    private static final int QUERIES = 8_192;

    private final Points points;
    private int[] near = new int[0];
    private float[] similarity = new float[0];
    private int[] count = new int[0];

    LabelledNeighbours(Points points, Neighbours neighbours, Progress progress) {
        this.points = points;
        grow();
        int[] base = points.labelled().stream().toArray();
        int[] candidates = points.candidates().stream().toArray();
        if (base.length == 0) {
            return;
        }
        Vectors labelled = points.select(base);
        for (int from = 0; from < candidates.length; from += QUERIES) {
            int[] part = Arrays.copyOfRange(candidates, from, Math.min(candidates.length, from + QUERIES));
            Nearest nearest = neighbours.nearest(points.select(part), labelled, K + SPARE, Progress.NONE);
            IntStream.range(0, part.length).parallel().forEach(i -> {
                for (int rank = 0; rank < nearest.k(); rank++) {
                    insert(part[i], base[nearest.row(i, rank)]);
                }
            });
            progress.at("neighbours", (double) (from + part.length) / candidates.length);
        }
    }

    /** Room for every slot there is. */
    void grow() {
        if (count.length < points.slots()) {
            int room = Math.max(points.slots(), count.length + count.length / 2);
            near = Arrays.copyOf(near, room * K);
            similarity = Arrays.copyOf(similarity, room * K);
            count = Arrays.copyOf(count, room);
        }
    }

    /** Takes note of an image that is labelled now. */
    void labelled(int slot) {
        points.candidates().stream().parallel().forEach(candidate -> insert(candidate, slot));
    }

    /** Takes note of an image that is labelled no more. */
    void unlabelled(int slot) {
        points.candidates().stream()
                .parallel()
                .filter(candidate -> knows(candidate, slot))
                .forEach(this::look);
    }

    /** Compares a candidate with all that is labelled. */
    void look(int candidate) {
        count[candidate] = 0;
        points.labelled().stream().forEach(slot -> insert(candidate, slot));
    }

    /** The distance to the nearest labelled image. */
    float distance(int candidate) {
        return count[candidate] == 0 ? FARTHEST : Points.distance(similarity[candidate * K]);
    }

    /** The nearest labelled image; null where there is none. */
    @Nullable
    Integer nearest(int candidate) {
        return count[candidate] == 0 ? null : Integer.valueOf(near[candidate * K]);
    }

    /** How far they disagree, 0 to 1, as {@link NeighbourVotes} has it. */
    double uncertainty(int candidate) {
        int k = count[candidate];
        List<List<String>> labels = new ArrayList<>(k);
        int[] rows = new int[k];
        for (int rank = 0; rank < k; rank++) {
            labels.add(points.labels(near[candidate * K + rank]));
            rows[rank] = rank;
        }
        float[] its = Arrays.copyOfRange(similarity, candidate * K, candidate * K + k);
        return new NeighbourVotes(labels, new Nearest(k, rows, its)).uncertainty(0);
    }

    private boolean knows(int candidate, int slot) {
        for (int rank = 0; rank < count[candidate]; rank++) {
            if (near[candidate * K + rank] == slot) {
                return true;
            }
        }
        return false;
    }

    /** Of equally similar ones the lower id comes first, so that the list does not depend on who came first. */
    private void insert(int candidate, int slot) {
        float its = points.similarity(candidate, slot);
        int from = candidate * K;
        int at = from + count[candidate];
        if (count[candidate] == K) {
            at--;
            if (!isNearer(its, slot, at)) {
                return;
            }
        } else {
            count[candidate]++;
        }
        for (; at > from && isNearer(its, slot, at - 1); at--) {
            near[at] = near[at - 1];
            similarity[at] = similarity[at - 1];
        }
        near[at] = slot;
        similarity[at] = its;
    }

    private boolean isNearer(float its, int slot, int than) {
        return its > similarity[than] || (its == similarity[than] && points.isBefore(slot, near[than]));
    }
}
