package dev.winnow.curation;

import dev.winnow.contract.ObjectKey;
import java.io.InputStream;

/** The image files themselves, in the bucket. */
public interface ImageFiles {

    /**
     * Opens a file; the caller closes the stream.
     *
     * @throws NotFoundException if the object is gone
     */
    InputStream open(ObjectKey key);

    /** Whether the store answers. */
    boolean answers();
}
