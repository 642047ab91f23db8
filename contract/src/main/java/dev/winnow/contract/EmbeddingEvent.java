package dev.winnow.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link ImageEvent}. Every image event has exactly one kind of outcome, published after its effect,
 * also when there was nothing to do: that is how the curation service knows what is still pending.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EmbeddingEvent.ImageEmbedded.class, name = "ImageEmbedded"),
    @JsonSubTypes.Type(value = EmbeddingEvent.EmbeddingRemoved.class, name = "EmbeddingRemoved"),
    @JsonSubTypes.Type(value = EmbeddingEvent.ImageRejected.class, name = "ImageRejected")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface EmbeddingEvent {

    /** The image's id, also the record's key. */
    ImageId image();

    /** The dataset of the object's key. */
    String dataset();

    /** The path of the object's key. */
    String path();

    /** When the outcome was reached. */
    Instant at();

    /**
     * The offset, on {@link Topic#IMAGES}, of the newest event about this image that this outcome answers; null where no
     * such event led to it. Both topics are keyed by image, so an image is pending exactly while its newest image event
     * has a higher offset than its newest outcome.
     */
    @Nullable
    Long causeOffset();

    /**
     * The image's point is in the index, searchable.
     *
     * @param etag the entity tag of the bytes that were embedded
     * @param model the model's id, {@code name-version}, which also names the collection
     * @param objects how many of its boxes have a point; null where it has no box
     * @param refusedObjects how many boxes have none, for less than a pixel of them lies in the picture; null for none
     */
    record ImageEmbedded(
            ImageId image,
            String dataset,
            String path,
            String etag,
            String model,
            Instant at,
            @Nullable Long causeOffset,
            @Nullable Integer objects,
            @Nullable Integer refusedObjects)
            implements EmbeddingEvent {
        public ImageEmbedded {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(etag, "etag");
            requireNonNull(model, "model");
            requireNonNull(at, "at");
        }

        /** Of an image without boxes. */
        public ImageEmbedded(
                ImageId image,
                String dataset,
                String path,
                String etag,
                String model,
                Instant at,
                @Nullable Long causeOffset) {
            this(image, dataset, path, etag, model, at, causeOffset, null, null);
        }
    }

    /** The object is gone, and so is its point. */
    record EmbeddingRemoved(
            ImageId image,
            String dataset,
            String path,
            Instant at,
            @Nullable Long causeOffset) implements EmbeddingEvent {
        public EmbeddingRemoved {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(at, "at");
        }
    }

    /**
     * The object is no image Winnow can use. It stays in the bucket; it has no point.
     *
     * @param etag the entity tag of the bytes that were looked at; null where they were not read
     * @param reason {@link Rejection#reason()}
     * @param detail {@link Rejection#detail()}
     */
    record ImageRejected(
            ImageId image,
            String dataset,
            String path,
            @Nullable String etag,
            String reason,
            String detail,
            Instant at,
            @Nullable Long causeOffset)
            implements EmbeddingEvent {
        public ImageRejected {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(reason, "reason");
            requireNonNull(detail, "detail");
            requireNonNull(at, "at");
        }
    }
}
