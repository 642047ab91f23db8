package dev.winnow.localstack.s3;

import java.util.Map;

/**
 * An object as a bucket lists it. Its bytes lie in a file of their own that is never written again.
 *
 * @param file the number of the file with the bytes
 * @param size in bytes
 * @param eTag without quotes
 * @param modified in milliseconds since the epoch
 * @param headers the headers it is answered with, by their lower-case names, e.g. {@code content-type}
 * @param metadata the user's, by names without {@code x-amz-meta-}
 */
record StoredObject(
        String key,
        long file,
        long size,
        String eTag,
        long modified,
        Map<String, String> headers,
        Map<String, String> metadata,
        boolean publicRead) {

    StoredObject {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
    }
}
