package dev.winnow.localstack.s3;

import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.SdkRequests;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of an object are wanted.
 *
 * @param first counted from 0
 */
record ByteRange(long first, long length) {

    /**
     * Reads a {@code Range} header; none means the whole object.
     *
     * @throws S3ProxyException when no byte of the object is in the range
     */
    static ByteRange of(@Nullable String header, long size) {
        var range = SdkRequests.parseRange(header);
        if (range == null) {
            return new ByteRange(0, size);
        }
        long first;
        long last = size - 1;
        if (range.first() == null) {
            long count = range.last() == null ? 0 : range.last();
            first = count == 0 ? size : Math.max(0, size - count);
        } else {
            first = range.first();
            last = range.last() == null ? last : Math.min(last, range.last());
        }
        if (first >= size || first > last) {
            throw new S3ProxyException(S3ErrorCode.INVALID_RANGE);
        }
        return new ByteRange(first, last - first + 1);
    }

    String contentRange(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
