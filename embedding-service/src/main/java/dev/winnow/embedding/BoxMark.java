package dev.winnow.embedding;

/**
 * What the point of an image says of its boxes.
 *
 * @param count how many there were at the last look
 * @param etag the entity tag of what they were read from; empty where nobody annotated the image
 */
public record BoxMark(int count, String etag) {

    public static final BoxMark NONE = new BoxMark(0, "");
}
