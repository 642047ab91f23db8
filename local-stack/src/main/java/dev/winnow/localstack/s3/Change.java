package dev.winnow.localstack.s3;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of the journal. Applied in their order to nothing, the lines give everything the server knows. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.BucketSet.class, name = "bucket"),
    @JsonSubTypes.Type(value = Change.BucketRemoved.class, name = "no-bucket"),
    @JsonSubTypes.Type(value = Change.ObjectStored.class, name = "object"),
    @JsonSubTypes.Type(value = Change.ObjectShared.class, name = "object-access"),
    @JsonSubTypes.Type(value = Change.ObjectRemoved.class, name = "no-object"),
    @JsonSubTypes.Type(value = Change.UploadBegun.class, name = "upload"),
    @JsonSubTypes.Type(value = Change.PartStored.class, name = "part"),
    @JsonSubTypes.Type(value = Change.UploadAborted.class, name = "no-upload")
})
sealed interface Change {

    /** A bucket was created, or shared in another way. */
    record BucketSet(String bucket, long created, String access) implements Change {}

    record BucketRemoved(String bucket) implements Change {}

    /** A change that the bucket's topic is told of. */
    sealed interface Told extends Change {
        /** Greater than those of all earlier lines: nanoseconds since the epoch where the clock runs forward. */
        long number();

        /** As MinIO names it, e.g. {@code s3:ObjectCreated:Put}. */
        String name();

        String bucket();

        String key();

        /** In milliseconds since the epoch. */
        long time();
    }

    /** @param upload the upload that ended with this object */
    record ObjectStored(
            long number,
            String name,
            String bucket,
            StoredObject object,
            @Nullable String upload) implements Told {
        @Override
        public String key() {
            return object.key();
        }

        @Override
        public long time() {
            return object.modified();
        }
    }

    record ObjectRemoved(long number, String name, String bucket, String key, long time) implements Told {}

    record ObjectShared(String bucket, String key, boolean publicRead) implements Change {}

    record UploadBegun(
            String upload,
            String bucket,
            String key,
            long time,
            Map<String, String> headers,
            Map<String, String> metadata,
            boolean publicRead)
            implements Change {
        public UploadBegun {
            headers = Map.copyOf(headers);
            metadata = Map.copyOf(metadata);
        }
    }

    record PartStored(String upload, StoredPart part) implements Change {}

    record UploadAborted(String upload) implements Change {}
}
