package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to this object; look at it.
 *
 * @param etag of the object when the event was made; null where the event says that it was removed
 * @param partition of the images topic
 * @param offset of the event, in that partition
 * @param at when the event was made
 * @param annotated whether its boxes may have changed
 */
public record ImageChange(
        ObjectKey key, @Nullable String etag, int partition, long offset, Instant at, boolean annotated) {

    public ImageChange(ObjectKey key, @Nullable String etag, int partition, long offset, Instant at) {
        this(key, etag, partition, offset, at, false);
    }

    /** The image's id. */
    public ImageId image() {
        return ImageId.of(key);
    }

    /** The newer of two changes of one image; the boxes may have changed if one of them says so. */
    ImageChange with(ImageChange other) {
        ImageChange newer = offset > other.offset ? this : other;
        return new ImageChange(key, newer.etag, newer.partition, newer.offset, newer.at, annotated || other.annotated);
    }
}
