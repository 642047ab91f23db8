package dev.winnow.curation.frontier;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.frontier.Points.Role;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The unlabelled images of a dataset in the order in which they are best labelled, kept while images and labels come and go: at any time the
 * list is the one that a new frontier of the same images would give, whatever led there. Not safe for several threads.
 *
 * <p>Memory: the snapshot's vectors, shared with whoever else holds them, 4 · d bytes and about 100 more for each image that came
 * later, and about {@value #BYTES_AN_IMAGE} bytes an image.
 */
final class Frontier {

    static final int BYTES_AN_IMAGE = 300;

    /** One without a weight, and one of whatever weight was asked for last. */
    private static final int ORDERS = 2;

    private final Vectors first;
    private final Points points;
    private final LabelledNeighbours neighbours;
    /** From the least to the most recently asked for. */
    private final Deque<LabellingOrder> orders = new ArrayDeque<>();

    Frontier(Snapshot snapshot, Neighbours kernel, Progress progress) {
        this.first = snapshot.vectors();
        this.points = new Points(snapshot);
        this.neighbours = new LabelledNeighbours(points, kernel, progress);
    }

    /**
     * An image to label, and why.
     *
     * @param distance cosine distance to the nearest of the labelled images and those before it in the list, 0 to 2; 2 where there are none
     * @param nearest the nearest labelled image; null where nothing is labelled
     * @param toLabelled its distance; null as well
     * @param uncertainty how far its nearest labelled images disagree, 0 to 1
     */
    record Place(
            ImageId id,
            float distance,
            @Nullable ImageId nearest,
            @Nullable Float toLabelled,
            double uncertainty,
            double gain) {}

    int candidates() {
        return points.candidates().cardinality();
    }

    int labelled() {
        return points.labelled().cardinality();
    }

    /** How many images came since it was made, and so stand beside the vectors it was made of. */
    int later() {
        return points.alone();
    }

    long bytes() {
        return first.bytes()
                + (long) points.alone() * (4L * first.dimension() + 100)
                + (long) points.slots() * BYTES_AN_IMAGE;
    }

    /** Whether the image can be labelled next, as far as is known. */
    boolean offers(DatasetImage image) {
        Integer slot = points.slot(image.id());
        return slot != null
                && points.role(slot) == Role.CANDIDATE
                && Role.of(image) == Role.CANDIDATE
                && points.etag(slot).equals(image.etag());
    }

    /** Whether this is what is known of the image. */
    boolean knows(DatasetImage image) {
        Integer slot = points.slot(image.id());
        return slot != null
                && !image.etag().isEmpty()
                && points.etag(slot).equals(image.etag())
                && points.role(slot) == Role.of(image)
                && points.labels(slot).equals(image.labels());
    }

    /** Takes note of what is known of an image now, without its vector; false where that is needed too. */
    boolean update(DatasetImage image) {
        Integer slot = points.slot(image.id());
        if (slot == null || image.etag().isEmpty() || !points.etag(slot).equals(image.etag())) {
            return false;
        }
        change(slot, image);
        return true;
    }

    /** Takes note of an image as it is now. */
    void put(DatasetImage image, float[] vector) {
        Integer slot = points.slot(image.id());
        if (slot != null && points.has(slot, vector)) {
            change(slot, image);
            return;
        }
        remove(image.id());
        int added = points.add(image, vector);
        neighbours.grow();
        entered(added);
    }

    /** Takes note of an image that is there no more. */
    void remove(ImageId id) {
        Integer slot = points.slot(id);
        if (slot != null) {
            Role before = points.role(slot);
            points.remove(slot);
            left(slot, before, null);
        }
    }

    /** Removes all images but these. */
    void retain(Set<ImageId> ids) {
        points.ids().forEach(id -> {
            if (!ids.contains(id)) {
                remove(id);
            }
        });
    }

    private void change(int slot, DatasetImage image) {
        Role before = points.role(slot);
        boolean sameLabels = new HashSet<>(points.labels(slot)).equals(Set.copyOf(image.labels()));
        points.set(slot, image);
        Role now = points.role(slot);
        if (before != now) {
            left(slot, before, now);
            entered(slot);
        } else if (now == Role.LABELLED && !sameLabels) {
            orders.stream().filter(order -> order.weight() > 0).forEach(LabellingOrder::reset);
        }
    }

    private void left(int slot, Role before, @Nullable Role now) {
        if (before == Role.LABELLED) {
            neighbours.unlabelled(slot);
            orders.forEach(LabellingOrder::reset);
        } else if (before == Role.CANDIDATE && now != Role.LABELLED) {
            orders.forEach(order -> order.left(slot));
        }
    }

    private void entered(int slot) {
        switch (points.role(slot)) {
            case LABELLED -> {
                neighbours.labelled(slot);
                orders.forEach(order -> order.labelled(slot));
            }
            case CANDIDATE -> {
                neighbours.look(slot);
                orders.forEach(order -> order.arrived(slot));
            }
            case DROPPED -> {}
        }
    }

    /**
     * The first {@code n} of those that are wanted.
     *
     * @param weight of uncertainty
     */
    List<Place> first(int n, double weight, Predicate<ImageId> wanted) {
        LabellingOrder order = order(weight);
        List<Place> places = new ArrayList<>();
        for (int place = 0; places.size() < n; place++) {
            // Not one by one: what is asked for at once is chosen at once.
            int known = order.first(place + n - places.size());
            if (place >= known) {
                break;
            }
            if (wanted.test(points.id(order.at(place)))) {
                places.add(place(order, place));
            }
        }
        return places;
    }

    /** Chooses up to {@code n} before anybody asks; whether there are more to choose. */
    boolean prepare(int n, double weight) {
        return order(weight).first(n) == n;
    }

    private Place place(LabellingOrder order, int at) {
        int slot = order.at(at);
        Integer nearest = neighbours.nearest(slot);
        return new Place(
                points.id(slot),
                order.distance(at),
                nearest == null ? null : points.id(nearest),
                nearest == null ? null : Float.valueOf(neighbours.distance(slot)),
                neighbours.uncertainty(slot),
                order.gain(at));
    }

    private LabellingOrder order(double weight) {
        LabellingOrder order = orders.stream()
                .filter(kept -> kept.weight() == weight)
                .findFirst()
                .orElse(null);
        if (order == null) {
            if (orders.size() == ORDERS) {
                orders.removeFirst();
            }
            order = new LabellingOrder(points, neighbours, weight);
        } else {
            orders.remove(order);
        }
        orders.addLast(order);
        return Objects.requireNonNull(order);
    }
}
