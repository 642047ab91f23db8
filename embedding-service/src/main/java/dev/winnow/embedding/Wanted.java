package dev.winnow.embedding;

import dev.winnow.contract.Box;
import java.util.List;

/**
 * What is to be embedded of a file.
 *
 * @param by where its pictures wait for a forward pass
 * @param whole whether the image itself is
 * @param boxes crops of it, each like an image of its own
 * @param padding around each box, see {@link Box#within}
 */
public record Wanted(DynamicBatcher by, boolean whole, List<Box> boxes, double padding) {

    public Wanted {
        boxes = List.copyOf(boxes);
    }

    /** The image and nothing of what is in it. */
    public static Wanted whole(DynamicBatcher by) {
        return new Wanted(by, true, List.of(), 0);
    }

    boolean isNothing() {
        return !whole && boxes.isEmpty();
    }
}
