package dev.winnow.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * Something happened to an object of the bucket. An event only says "look at this object": the worker reads it as it is
 * now, so duplicated, reordered and late events all lead to what the bucket holds. A record that lacks a field is refused
 * when it is read, so that no consumer has to look for nulls.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ImageEvent.ImageStored.class, name = "ImageStored"),
    @JsonSubTypes.Type(value = ImageEvent.ImageRemoved.class, name = "ImageRemoved"),
    @JsonSubTypes.Type(value = ImageEvent.ImageAnnotated.class, name = "ImageAnnotated")
})
public sealed interface ImageEvent {

    /** The image's id, also the record's key. */
    ImageId image();

    /** The dataset of the object's key. */
    String dataset();

    /** The path of the object's key. */
    String path();

    /** When the event was made. */
    Instant at();

    /** The object's key in the bucket. */
    @JsonIgnore
    default ObjectKey key() {
        return new ObjectKey(dataset(), path());
    }

    /**
     * An object was created or overwritten.
     *
     * @param etag the store's entity tag, without quotes
     * @param bytes its size
     */
    record ImageStored(ImageId image, String dataset, String path, String etag, long bytes, Instant at)
            implements ImageEvent {

        public ImageStored {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(etag, "etag");
            requireNonNull(at, "at");
        }

        public ImageStored(ObjectKey key, String etag, long bytes, Instant at) {
            this(ImageId.of(key), key.dataset(), key.path(), etag, bytes, at);
        }
    }

    /** An object was removed. */
    record ImageRemoved(ImageId image, String dataset, String path, Instant at) implements ImageEvent {

        public ImageRemoved {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(at, "at");
        }

        public ImageRemoved(ObjectKey key, Instant at) {
            this(ImageId.of(key), key.dataset(), key.path(), at);
        }
    }

    /** An image's boxes changed: its {@link ImageObjects} were written. Look at the image, and at them. */
    record ImageAnnotated(ImageId image, String dataset, String path, Instant at) implements ImageEvent {

        public ImageAnnotated {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(at, "at");
        }

        public ImageAnnotated(ObjectKey key, Instant at) {
            this(ImageId.of(key), key.dataset(), key.path(), at);
        }
    }
}
