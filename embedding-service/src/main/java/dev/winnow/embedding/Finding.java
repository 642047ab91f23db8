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

    /** The point was made from just these bytes; of its boxes some may be new. */
    record Unchanged(ImageChange change, String etag, ObjectChanges objects) implements Finding {}

    /** The object is no usable image. */
    record Rejected(ImageChange change, String etag, Rejection rejection) implements Finding {}

    /** New bytes, and what the model made of them. */
    record Fresh(ImageChange change, String etag, Identifiers identifiers, float[] vector, ObjectChanges objects)
            implements Finding {

        EmbeddedImage point() {
            return new EmbeddedImage(change.key(), etag, identifiers, vector, objects.boxes());
        }
    }

    /** What is told once the finding has had its effect. */
    default EmbeddingEvent outcome(String model, Instant now) {
        ObjectKey key = change().key();
        long cause = change().offset();
        return switch (this) {
            case Gone gone -> new EmbeddingRemoved(gone.change().image(), key.dataset(), key.path(), now, cause);
            case Unchanged same -> embedded(same.change(), same.etag(), same.objects(), model, now);
            case Fresh fresh -> embedded(fresh.change(), fresh.etag(), fresh.objects(), model, now);
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

    /** What is to be done for the boxes; nothing where there is no image. */
    default ObjectChanges objects() {
        return switch (this) {
            case Unchanged same -> same.objects;
            case Fresh fresh -> fresh.objects;
            case Gone gone -> ObjectChanges.NONE;
            case Rejected bad -> ObjectChanges.NONE;
        };
    }

    private static ImageEmbedded embedded(
            ImageChange change, String etag, ObjectChanges objects, String model, Instant now) {
        return new ImageEmbedded(
                change.image(),
                change.key().dataset(),
                change.key().path(),
                etag,
                model,
                now,
                change.offset(),
                objects.boxes().count() == 0 ? null : objects.boxes().count() - objects.refused(),
                objects.refused() == 0 ? null : objects.refused());
    }
}
