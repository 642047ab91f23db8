package dev.winnow.embedding;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.image.Identifiers;
import java.time.Instant;

/** How an object was found when an event made the worker look at it. */
sealed interface Finding {

    /** The event that was answered. */
    ImageChange change();

    /** There is no such object. */
    record Gone(ImageChange change) implements Finding {}

    /** The point was made from just these bytes. */
    record Unchanged(ImageChange change, String etag) implements Finding {}

    /** The object is no usable image. */
    record Rejected(ImageChange change, String etag, Rejection rejection) implements Finding {}

    /** New bytes, and what the model made of them. */
    record Fresh(ImageChange change, String etag, Identifiers identifiers, float[] vector) implements Finding {

        EmbeddedImage point() {
            return new EmbeddedImage(change.key(), etag, identifiers, vector);
        }
    }

    /** What is told once the finding has had its effect. */
    default EmbeddingEvent outcome(String model, Instant now) {
        ObjectKey key = change().key();
        long cause = change().offset();
        return switch (this) {
            case Gone gone -> new EmbeddingRemoved(gone.change().image(), key.dataset(), key.path(), now, cause);
            case Unchanged same ->
                new ImageEmbedded(same.change().image(), key.dataset(), key.path(), same.etag(), model, now, cause);
            case Fresh fresh ->
                new ImageEmbedded(fresh.change().image(), key.dataset(), key.path(), fresh.etag(), model, now, cause);
            case Rejected bad ->
                new ImageRejected(
                        bad.change().image(),
                        key.dataset(),
                        key.path(),
                        bad.etag(),
                        bad.rejection().reason(),
                        bad.rejection().detail(),
                        now,
                        cause);
        };
    }
}
