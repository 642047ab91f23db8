package dev.winnow.localstack.s3;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * The conditions of RFC 9110 for reading an object. An ETag that is named counts for more than a time.
 *
 * @param unmet the status that says the object is not wanted as it is: 304, or 412 for a copy
 */
record ReadConditions(
        @Nullable String match,
        @Nullable String noneMatch,
        @Nullable Instant modifiedSince,
        @Nullable Instant unmodifiedSince,
        int unmet) {

    static ReadConditions of(GetObjectRequest request) {
        return new ReadConditions(
                request.ifMatch(), request.ifNoneMatch(), request.ifModifiedSince(), request.ifUnmodifiedSince(), 304);
    }

    static ReadConditions ofCopy(CopyObjectRequest request) {
        return new ReadConditions(
                request.copySourceIfMatch(),
                request.copySourceIfNoneMatch(),
                request.copySourceIfModifiedSince(),
                request.copySourceIfUnmodifiedSince(),
                412);
    }

    void check(StoredObject object) {
        Instant modified = Instant.ofEpochMilli(object.modified()).truncatedTo(ChronoUnit.SECONDS);
        boolean met = match == null
                ? unmodifiedSince == null || !modified.isAfter(unmodifiedSince)
                : Condition.names(match, object);
        if (!met) {
            throw S3Exceptions.preconditionFailed(null);
        }
        boolean wanted = noneMatch == null
                ? modifiedSince == null || modified.isAfter(modifiedSince)
                : !Condition.names(noneMatch, object);
        if (!wanted && unmet == 412) {
            throw S3Exceptions.preconditionFailed(null);
        }
        if (!wanted) {
            throw S3Exceptions.fromStatusCode(unmet, '"' + object.eTag() + '"', java.util.Map.of(), null);
        }
    }

    /** Whether the object is the one that the request wants removed. */
    static boolean allowRemoval(DeleteObjectRequest request, StoredObject object) {
        return (request.ifMatch() == null || Condition.names(request.ifMatch(), object))
                && (request.ifMatchSize() == null || request.ifMatchSize() == object.size())
                && (request.ifMatchLastModifiedTime() == null
                        || request.ifMatchLastModifiedTime()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .equals(Instant.ofEpochMilli(object.modified()).truncatedTo(ChronoUnit.SECONDS)));
    }
}
