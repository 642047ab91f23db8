package dev.winnow.localstack.s3;

import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of an object for it to be replaced or removed.
 *
 * @param match an ETag or {@code *} for any object
 * @param noneMatch an ETag or {@code *} for any object
 */
record Condition(@Nullable String match, @Nullable String noneMatch) {

    static final Condition NONE = new Condition(null, null);

    /** Whether the header's value names the object's ETag, or any. */
    static boolean names(String header, StoredObject object) {
        return header.equals("*") || header.replace("\"", "").equals(object.eTag());
    }

    /** @throws S3ProxyException when it is not true */
    void check(@Nullable StoredObject object) {
        if (match != null && object == null) {
            throw new S3ProxyException(S3ErrorCode.NO_SUCH_KEY);
        }
        if ((match != null && object != null && !names(match, object))
                || (noneMatch != null && object != null && names(noneMatch, object))) {
            throw S3Exceptions.preconditionFailed(null);
        }
    }
}
