package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.time.Instant;

/**
 * Something happened to this object; look at it.
 *
 * @param offset of the event, on the images topic
 * @param at when the event was made
 * @param annotated whether its boxes may have changed
 */
public record ImageChange(ObjectKey key, long offset, Instant at, boolean annotated) {

    public ImageChange(ObjectKey key, long offset, Instant at) {
        this(key, offset, at, false);
    }

    /** The image's id. */
    public ImageId image() {
        return ImageId.of(key);
    }

    /** The newer of two changes of one image; the boxes may have changed if one of them says so. */
    ImageChange with(ImageChange other) {
        ImageChange newer = offset > other.offset ? this : other;
        return new ImageChange(key, newer.offset, newer.at, annotated || other.annotated);
    }
}
