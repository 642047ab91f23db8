package dev.winnow.embedding;

import dev.winnow.contract.ObjectKey;
import java.util.Optional;

/** The bucket, read only. All methods throw {@link DependencyUnavailableException} where it does not answer. */
public interface ImageStore {

    /** The entity tag of the object as it is now, without quotes; empty where there is none. */
    Optional<String> etag(ObjectKey key);

    /** Opens the object as it is now; empty where there is none. Nothing of its content is held in memory yet. */
    Optional<StoredImage> open(ObjectKey key);

    /** An open object: close it, read or not. */
    interface StoredImage extends AutoCloseable {

        /** The entity tag of what {@link #read} gives, without quotes. */
        String etag();

        /** How many bytes {@link #read} gives. */
        long bytes();

        /** The whole content. */
        byte[] read();

        @Override
        void close();
    }
}
