package dev.winnow.curation.objects;

import dev.winnow.contract.Box;

/**
 * A box as Pascal VOC writes it: the pixels in its corners, which belong to it, in whole numbers from 1. What reaches beyond
 * the picture is cut off.
 */
public record VocCoordinates(double xmin, double ymin, double xmax, double ymax) {

    /** The nearest such box; of a box that has at least a pixel in the picture. */
    public static VocCoordinates of(Box box, Extras.Size picture) {
        long left = Math.clamp(Math.round(box.x()) + 1, 1, picture.width());
        long top = Math.clamp(Math.round(box.y()) + 1, 1, picture.height());
        long right = Math.clamp(Math.round(box.x() + box.width()), left, picture.width());
        long bottom = Math.clamp(Math.round(box.y() + box.height()), top, picture.height());
        return new VocCoordinates(left, top, right, bottom);
    }

    /** From the upper left corner of the first pixel to the lower right one of the last. */
    public Box box() {
        return new Box(xmin - 1, ymin - 1, xmax - xmin + 1, ymax - ymin + 1);
    }
}
