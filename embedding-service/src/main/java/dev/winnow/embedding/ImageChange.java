package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.time.Instant;

/**
 * Something happened to this object; look at it.
 *
 * @param offset of the event, on the images topic
 * @param at when the event was made
 */
public record ImageChange(ObjectKey key, long offset, Instant at) {

    /** The image's id. */
    public ImageId image() {
        return ImageId.of(key);
    }
}
