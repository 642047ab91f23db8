package dev.winnow.curation.frontier;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The order in which images are best labelled: always the one of the largest gain,
 *
 * <pre>  distance to the nearest of the labelled and those before it  +  weight · uncertainty</pre>
 *
 * which without weight is k-center greedy from the labelled images on (Gonzalez, 1985; Sener and Savarese, 2018). Of equal gains the
 * lower id is taken. The order is kept as far as somebody asked, and repaired:
 *
 * <ul>
 *   <li>An arrival only lowers the gains of others. It is put where its own gain is the largest, and what follows stays up to the first one
 *       that it is nearer to than all before were. If its gain is nowhere the largest nothing changes.
 *   <li>A label likewise: whoever is labelled in the order of the list changes nothing for the rest.
 *   <li>Where a chosen image goes, what followed is chosen anew; so is all of it where gains can rise: when a label goes, and with a weight
 *       also when one comes.
 * </ul>
 *
 * So it is always what choosing anew would give. That is lazy (Minoux, 1978): an older gain is an upper bound.
 */
final class LabellingOrder {

    /** Arrivals make the order longer than anybody asked. */
    private static final int MOST_KEPT = 8_192;

    private final Points points;
    private final LabelledNeighbours neighbours;
    private final double weight;

    /** Those chosen, their distances and gains when they were. */
    private int[] chosen = new int[64];

    private float[] distance = new float[64];
    private double[] gain = new double[64];
    private int size;
    private final BitSet inOrder = new BitSet();

    /** Of each candidate: its distance to the labelled images and the first {@code seen} of those chosen. */
    private float[] cover = new float[0];

    private int[] seen = new int[0];
    /** NaN where it has not been computed. */
    private float[] uncertainty = new float[0];

    LabellingOrder(Points points, LabelledNeighbours neighbours, double weight) {
        this.points = points;
        this.neighbours = neighbours;
        this.weight = weight;
        reset();
    }

    double weight() {
        return weight;
    }

    /** The first {@code n}, or all; their places are good until the next change. */
    int first(int n) {
        if (size < n) {
            extend(n);
        }
        return Math.min(n, size);
    }

    int at(int place) {
        return chosen[place];
    }

    float distance(int place) {
        return distance[place];
    }

    double gain(int place) {
        return gain[place];
    }

    /** A new candidate, whose neighbours are known. */
    void arrived(int slot) {
        grow();
        uncertainty[slot] = Float.NaN;
        float its = neighbours.distance(slot);
        for (int place = 0; place < size; place++) {
            if (isBetter(gain(its, slot), slot, gain[place], chosen[place])) {
                insert(place, slot, its);
                if (size > MOST_KEPT) {
                    truncate(MOST_KEPT / 2);
                }
                return;
            }
            its = Math.min(its, points.distance(slot, chosen[place]));
        }
        cover[slot] = its;
        seen[slot] = size;
    }

    /** An image that is labelled now and no candidate, whose neighbours know. */
    void labelled(int slot) {
        if (weight > 0) {
            reset();
            return;
        }
        points.candidates().stream()
                .parallel()
                .forEach(candidate -> cover[candidate] = Math.min(cover[candidate], neighbours.distance(candidate)));
        int place = place(slot);
        if (keepsUpTo(0, place, slot) && place < size) {
            take(place);
        }
    }

    /** A candidate that is none any more, and not labelled. */
    void left(int slot) {
        int place = place(slot);
        if (place < size) {
            truncate(place);
        }
    }

    /** Gains may have risen. */
    void reset() {
        grow();
        size = 0;
        inOrder.clear();
        Arrays.fill(uncertainty, Float.NaN);
        points.candidates().stream().forEach(this::forget);
    }

    private void grow() {
        if (cover.length < points.slots()) {
            int from = cover.length;
            int room = Math.max(points.slots(), from + from / 2);
            cover = Arrays.copyOf(cover, room);
            seen = Arrays.copyOf(seen, room);
            uncertainty = Arrays.copyOf(uncertainty, room);
            Arrays.fill(uncertainty, from, room, Float.NaN);
        }
    }

    private double gain(float its, int slot) {
        if (weight == 0) {
            return its;
        }
        if (Float.isNaN(uncertainty[slot])) {
            uncertainty[slot] = (float) neighbours.uncertainty(slot);
        }
        return its + weight * uncertainty[slot];
    }

    private boolean isBetter(double its, int slot, double than, int other) {
        return its > than || (its == than && points.isBefore(slot, other));
    }

    private int place(int slot) {
        if (!inOrder.get(slot)) {
            return size;
        }
        int place = 0;
        while (chosen[place] != slot) {
            place++;
        }
        return place;
    }

    private void insert(int place, int slot, float its) {
        points.candidates().stream().parallel().forEach(candidate -> {
            if (candidate != slot && !inOrder.get(candidate) && seen[candidate] > place) {
                cover[candidate] = Math.min(cover[candidate], points.distance(candidate, slot));
                seen[candidate]++;
            }
        });
        shift(place, place + 1);
        put(place, slot, its);
        keepsUpTo(place + 1, size, slot);
    }

    /** Takes one out that is labelled now: it is as near to the others as before. */
    private void take(int place) {
        inOrder.clear(chosen[place]);
        shift(place + 1, place);
        points.candidates().stream().forEach(candidate -> {
            if (!inOrder.get(candidate) && seen[candidate] > place) {
                seen[candidate]--;
            }
        });
    }

    /** Whether those chosen are still the best although there is another one to be near to; ends the order where not. */
    private boolean keepsUpTo(int from, int to, int slot) {
        for (int place = from; place < to; place++) {
            if (points.distance(chosen[place], slot) < distance[place]) {
                truncate(place);
                return false;
            }
        }
        return true;
    }

    private void shift(int from, int to) {
        int moved = size - from;
        size += to - from;
        if (size > chosen.length) {
            chosen = Arrays.copyOf(chosen, 2 * size);
            distance = Arrays.copyOf(distance, 2 * size);
            gain = Arrays.copyOf(gain, 2 * size);
        }
        System.arraycopy(chosen, from, chosen, to, moved);
        System.arraycopy(distance, from, distance, to, moved);
        System.arraycopy(gain, from, gain, to, moved);
    }

    private void put(int place, int slot, float its) {
        chosen[place] = slot;
        distance[place] = its;
        gain[place] = gain(its, slot);
        inOrder.set(slot);
    }

    private void truncate(int place) {
        for (int later = place; later < size; later++) {
            inOrder.clear(chosen[later]);
            forget(chosen[later]);
        }
        size = place;
        points.candidates().stream().forEach(candidate -> {
            if (!inOrder.get(candidate) && seen[candidate] > place) {
                forget(candidate);
            }
        });
    }

    private void forget(int candidate) {
        cover[candidate] = neighbours.distance(candidate);
        seen[candidate] = 0;
    }

    private void extend(int to) {
        int[] rest = points.candidates().stream()
                .filter(candidate -> !inOrder.get(candidate))
                .toArray();
        double[] bound = new double[cover.length];
        IntStream.range(0, rest.length).parallel().forEach(i -> bound[rest[i]] = gain(cover[rest[i]], rest[i]));
        Heap heap = new Heap(rest, bound);
        while (size < to && heap.size > 0) {
            int top = heap.slots[0];
            if (seen[top] == size) {
                shift(size, size + 1);
                put(size - 1, top, cover[top]);
                heap.removeTop();
            } else {
                for (int place = seen[top]; place < size; place++) {
                    cover[top] = Math.min(cover[top], points.distance(top, chosen[place]));
                }
                seen[top] = size;
                bound[top] = gain(cover[top], top);
                heap.down(0);
            }
        }
    }

    /** Slots by their bounds, the best on top. */
    private final class Heap {

        private final int[] slots;
        private final double[] bound;
        private int size;

        Heap(int[] slots, double[] bound) {
            this.slots = slots;
            this.bound = bound;
            this.size = slots.length;
            for (int i = size / 2 - 1; i >= 0; i--) {
                down(i);
            }
        }

        void removeTop() {
            slots[0] = slots[--size];
            down(0);
        }

        void down(int from) {
            int at = from;
            int moving = slots[at];
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                if (child + 1 < size && comesFirst(slots[child + 1], slots[child])) {
                    child++;
                }
                if (!comesFirst(slots[child], moving)) {
                    break;
                }
                slots[at] = slots[child];
                at = child;
            }
            slots[at] = moving;
        }

        private boolean comesFirst(int one, int other) {
            return isBetter(bound[one], one, bound[other], other);
        }
    }
}
