package dev.winnow.ingest;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;

/** The bucket. Every method throws {@link UnavailableException} while the store does not answer. */
public interface ImageStore {

    /**
     * Stores a file, replacing what was there.
     *
     * @return the entity tag, without quotes
     */
    String put(ObjectKey key, byte[] file, ImageFormat format);

    boolean exists(ObjectKey key);

    /** Removes an object; nothing happens if there is none. */
    void remove(ObjectKey key);

    /** A URL to which the holder may send one object until it expires. */
    URI presignPut(ObjectKey key, Duration expiry);

    /** The objects of a dataset, read page by page while iterating. */
    Iterator<StoredObject> list(String dataset);

    /** The boxes of a dataset's images, by {@link ImageObjects#storedAt}, read page by page while iterating. */
    Iterator<StoredObject> listBoxes(String dataset);

    /** The names before the first slash of all keys, valid datasets or not. */
    Set<String> topLevelNames();

    /**
     * An object of the listing.
     *
     * @param key the key as the store has it: it need not be an {@link ObjectKey}
     * @param etag without quotes
     */
    record StoredObject(String key, String etag, long bytes) {}
}
