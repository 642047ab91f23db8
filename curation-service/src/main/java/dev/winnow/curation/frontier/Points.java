package dev.winnow.curation.frontier;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images of a dataset with their vectors, each in a slot of its own. The vectors of the slots that were there at the beginning are
 * the snapshot's, which others may hold as well; those of later ones stand alone.
 */
final class Points {

    private final Vectors first;
    private final List<Vectors> later = new ArrayList<>();
    private final List<Point> points = new ArrayList<>();
    private final Map<ImageId, Integer> slots;
    private final BitSet candidates = new BitSet();
    private final BitSet labelled = new BitSet();

    /** What an image is to whoever labels. */
    enum Role {
        /** It can be labelled next. */
        CANDIDATE,
        LABELLED,
        /** It was decided to drop it: nobody need look at it, and it stands for no other. */
        DROPPED;

        static Role of(DatasetImage image) {
            if (image.is(Verdict.DROP)) {
                return DROPPED;
            }
            return image.labels().isEmpty() ? CANDIDATE : LABELLED;
        }
    }

    private record Point(ImageId id, String etag, List<String> labels, Role role) {

        Point(DatasetImage image) {
            this(image.id(), image.etag(), image.labels(), Role.of(image));
        }
    }

    Points(Snapshot snapshot) {
        this.first = snapshot.vectors();
        this.slots = HashMap.newHashMap(snapshot.size());
        for (DatasetImage image : snapshot.images()) {
            slots.put(image.id(), points.size());
            points.add(new Point(image));
            mark(points.size() - 1);
        }
    }

    /** How many slots there are, those of removed images included. */
    int slots() {
        return points.size();
    }

    /** How many slots hold vectors of their own. */
    int alone() {
        return later.size();
    }

    /** The slot of an image; null where there is none. */
    @Nullable
    Integer slot(ImageId id) {
        return slots.get(id);
    }

    Iterable<ImageId> ids() {
        return List.copyOf(slots.keySet());
    }

    /** A slot for an image that has none. */
    int add(DatasetImage image, float[] vector) {
        int slot = points.size();
        later.add(Vectors.of(vector.length, List.of(vector)));
        points.add(new Point(image));
        slots.put(image.id(), slot);
        mark(slot);
        return slot;
    }

    /** What is known of an image now; its vector stays. */
    void set(int slot, DatasetImage image) {
        points.set(slot, new Point(image));
        mark(slot);
    }

    void remove(int slot) {
        slots.remove(points.get(slot).id);
        candidates.clear(slot);
        labelled.clear(slot);
    }

    private void mark(int slot) {
        candidates.set(slot, role(slot) == Role.CANDIDATE);
        labelled.set(slot, role(slot) == Role.LABELLED);
    }

    BitSet candidates() {
        return candidates;
    }

    BitSet labelled() {
        return labelled;
    }

    ImageId id(int slot) {
        return points.get(slot).id;
    }

    String etag(int slot) {
        return points.get(slot).etag;
    }

    List<String> labels(int slot) {
        return points.get(slot).labels;
    }

    Role role(int slot) {
        return points.get(slot).role;
    }

    /** Whether the slot holds this vector. */
    boolean has(int slot, float[] vector) {
        Vectors given = Vectors.of(vector.length, List.of(vector));
        return Arrays.equals(given.get(0), matrix(slot).get(row(slot)));
    }

    /** The cosine similarity of two images, rounded to single precision: the same whoever asks, in whatever order. */
    float similarity(int one, int other) {
        return (float) matrix(one).similarity(row(one), matrix(other), row(other));
    }

    /** The cosine distance of two images, 0 to 2. */
    float distance(int one, int other) {
        return distance(similarity(one, other));
    }

    static float distance(float similarity) {
        return Math.max(0, 1 - similarity);
    }

    /** The vectors of some slots, as a copy. */
    Vectors select(int[] among) {
        Vectors.Builder copy = new Vectors.Builder(first.dimension(), among.length);
        for (int slot : among) {
            copy.addRow(matrix(slot), row(slot));
        }
        return copy.build();
    }

    /** Whether an image comes before another where nothing else tells: the lower id, as it is written. */
    boolean isBefore(int one, int other) {
        return VectorIndex.ID_ORDER.compare(
                        points.get(one).id.value(), points.get(other).id.value())
                < 0;
    }

    private Vectors matrix(int slot) {
        return slot < first.size() ? first : later.get(slot - first.size());
    }

    private int row(int slot) {
        return slot < first.size() ? slot : 0;
    }
}
