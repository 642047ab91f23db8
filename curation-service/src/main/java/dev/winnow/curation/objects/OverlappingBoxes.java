package dev.winnow.curation.objects;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Boxes of one image that are as good as the same one, and say different things of it. */
public final class OverlappingBoxes {

    /** Two people who draw a box around the same thing agree to about so much. */
    static final double LEAST_IOU = 0.9;

    private OverlappingBoxes() {}

    /** @param iou intersection over union, 0 to 1 */
    public record Pair(DatasetObject one, DatasetObject other, double iou) {}

    /** All pairs of different labels, those with the largest overlap first. Cost: the pairs of boxes of each image whose left sides are near. */
    public static List<Pair> of(List<DatasetObject> objects) {
        Map<ImageId, List<DatasetObject>> byImage = new LinkedHashMap<>();
        objects.forEach(object -> byImage.computeIfAbsent(object.parent(), image -> new ArrayList<>())
                .add(object));
        List<Pair> pairs = new ArrayList<>();
        byImage.values().forEach(boxes -> within(boxes, pairs));
        pairs.sort(Comparator.comparingDouble(Pair::iou)
                .reversed()
                .thenComparing(pair -> pair.one().id().toString())
                .thenComparing(pair -> pair.other().id().toString()));
        return pairs;
    }

    private static void within(List<DatasetObject> objects, List<Pair> pairs) {
        List<DatasetObject> boxes = new ArrayList<>(objects);
        boxes.sort(Comparator.comparingDouble(
                        (DatasetObject object) -> object.box().x())
                .thenComparing(object -> object.id().toString()));
        for (int i = 0; i < boxes.size(); i++) {
            DatasetObject one = boxes.get(i);
            // Farther to the right the common part is too narrow for the first box.
            double farthest = one.box().x() + (1 - LEAST_IOU) * one.box().width();
            for (int j = i + 1; j < boxes.size() && boxes.get(j).box().x() <= farthest; j++) {
                DatasetObject other = boxes.get(j);
                double iou = iou(one.box(), other.box());
                if (iou >= LEAST_IOU && !one.labels().equals(other.labels())) {
                    pairs.add(new Pair(one, other, iou));
                }
            }
        }
    }

    static double iou(Box one, Box other) {
        double width = Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
        double height = Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double common = width * height;
        return common / (one.width() * one.height() + other.width() * other.height() - common);
    }
}
