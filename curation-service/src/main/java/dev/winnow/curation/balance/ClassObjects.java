package dev.winnow.curation.balance;

import dev.winnow.contract.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * What the boxes of each class look like: how many, how large, where, of what shape, and with which others.
 *
 * @param images how many have at least one
 * @param perImage mean number on the images that have one
 * @param area share of the image's area that a box covers, of what lies in the image
 * @param aspect width over height
 * @param small below 32² pixels, {@code medium} below 96², {@code large} the rest, as COCO counts them
 * @param position how many have their centre in each ninth of the image, rows from above, each from the left
 */
public record ClassObjects(
        int count,
        int images,
        double perImage,
        Quartiles area,
        Quartiles aspect,
        int small,
        int medium,
        int large,
        List<Integer> position) {

    private static final double SMALL = 32.0 * 32;
    private static final double MEDIUM = 96.0 * 96;
    private static final int GRID = 3;

    /** An image with its boxes. */
    public record Annotated(int width, int height, List<Labelled> objects) {

        public Annotated {
            objects = List.copyOf(objects);
        }
    }

    /** A box and its class. */
    public record Labelled(String label, Box box) {}

    /** Least, lower quartile, median, upper quartile and largest; between two values by linear interpolation. */
    public record Quartiles(double least, double lower, double median, double upper, double largest) {

        static Quartiles of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Quartiles(at(sorted, 0), at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75), at(sorted, 1));
        }

        private static double at(double[] sorted, double share) {
            double place = share * (sorted.length - 1);
            int below = (int) place;
            int above = Math.min(sorted.length - 1, below + 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    /**
     * Two classes on the same images.
     *
     * @param images that have both
     * @param lift how many times as often as if they were independent: images · all / (images of one · of the other)
     */
    public record Together(String one, String other, int images, double lift) {}

    /** Each class that has a box. */
    public static SortedMap<String, ClassObjects> of(List<Annotated> images) {
        SortedMap<String, List<Placed>> placed = new TreeMap<>();
        Map<String, Integer> imagesOf = imagesOf(images);
        for (Annotated image : images) {
            for (Labelled object : image.objects()) {
                placed.computeIfAbsent(object.label(), label -> new ArrayList<>())
                        .add(new Placed(image.width(), image.height(), object.box()));
            }
        }
        SortedMap<String, ClassObjects> classes = new TreeMap<>();
        placed.forEach((label, boxes) -> classes.put(label, of(boxes, imagesOf.getOrDefault(label, 0))));
        return classes;
    }

    private static ClassObjects of(List<Placed> boxes, int images) {
        Integer[] position = new Integer[GRID * GRID];
        Arrays.fill(position, 0);
        int small = 0;
        int medium = 0;
        for (Placed placed : boxes) {
            position[placed.cell()]++;
            double pixels = placed.box.width() * placed.box.height();
            small += pixels < SMALL ? 1 : 0;
            medium += pixels >= SMALL && pixels < MEDIUM ? 1 : 0;
        }
        return new ClassObjects(
                boxes.size(),
                images,
                (double) boxes.size() / images,
                quartiles(boxes, Placed::area),
                quartiles(boxes, placed -> placed.box.width() / placed.box.height()),
                small,
                medium,
                boxes.size() - small - medium,
                List.of(position));
    }

    private static Quartiles quartiles(List<Placed> boxes, ToDoubleFunction<Placed> of) {
        return Quartiles.of(boxes.stream().mapToDouble(of).toArray());
    }

    /** Pairs of classes that are on at least one image together, the most frequent first, then by name. */
    public static List<Together> together(List<Annotated> images) {
        Map<String, Integer> imagesOf = imagesOf(images);
        Map<List<String>, Integer> pairs = new HashMap<>();
        for (Annotated image : images) {
            List<String> labels = List.copyOf(labels(image));
            for (int i = 0; i < labels.size(); i++) {
                for (int j = i + 1; j < labels.size(); j++) {
                    pairs.merge(List.of(labels.get(i), labels.get(j)), 1, Integer::sum);
                }
            }
        }
        List<Together> together = new ArrayList<>();
        pairs.forEach((pair, both) -> together.add(new Together(
                pair.get(0),
                pair.get(1),
                both,
                (double) both
                        * images.size()
                        / ((double) imagesOf.getOrDefault(pair.get(0), 1) * imagesOf.getOrDefault(pair.get(1), 1)))));
        together.sort((a, b) -> a.images != b.images
                ? b.images - a.images
                : a.one.equals(b.one) ? a.other.compareTo(b.other) : a.one.compareTo(b.one));
        return together;
    }

    private static Map<String, Integer> imagesOf(List<Annotated> images) {
        Map<String, Integer> imagesOf = new HashMap<>();
        images.forEach(image -> labels(image).forEach(label -> imagesOf.merge(label, 1, Integer::sum)));
        return imagesOf;
    }

    private static Set<String> labels(Annotated image) {
        Set<String> labels = new HashSet<>();
        image.objects().forEach(object -> labels.add(object.label()));
        return new TreeSet<>(labels);
    }

    /** A box on an image of this size. */
    private record Placed(int width, int height, Box box) {

        double area() {
            double inside = Math.max(0, Math.min(box.x() + box.width(), width) - Math.max(box.x(), 0))
                    * Math.max(0, Math.min(box.y() + box.height(), height) - Math.max(box.y(), 0));
            return inside / ((double) width * height);
        }

        int cell() {
            return GRID * part(box.y() + box.height() / 2, height) + part(box.x() + box.width() / 2, width);
        }

        private static int part(double centre, int length) {
            return (int) Math.clamp(Math.floor(GRID * centre / length), 0, GRID - 1);
        }
    }
}
