package dev.winnow.embedding.bench;

import dev.winnow.contract.ObjectKey;

/**
 * An object that lies in the bucket.
 *
 * @param etag without quotes
 */
record Stored(ObjectKey key, String etag, long bytes) {}
