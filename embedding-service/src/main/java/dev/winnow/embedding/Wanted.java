package dev.winnow.embedding;

import dev.winnow.contract.Box;
import java.util.List;

/**
 * What is to be embedded of a file.
 *
 * @param whole whether the image itself is
 * @param boxes crops of it, each like an image of its own
 * @param padding around each box, see {@link Box#within}
 */
public record Wanted(boolean whole, List<Box> boxes, double padding) {

    /** The image and nothing of what is in it. */
    public static final Wanted WHOLE = new Wanted(true, List.of(), 0);

    public Wanted {
        boxes = List.copyOf(boxes);
    }
}
