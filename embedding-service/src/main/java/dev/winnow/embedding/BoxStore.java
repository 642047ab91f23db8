package dev.winnow.embedding;

import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import java.util.Optional;

/** The boxes of images, in the bucket. All methods throw {@link DependencyUnavailableException} where it does not answer. */
public interface BoxStore {

    /**
     * The boxes of an image.
     *
     * @param etag of what is stored, without quotes
     */
    record StoredBoxes(ImageObjects objects, String etag) {}

    /**
     * The boxes of an image as they are now; empty where nobody has annotated it.
     *
     * @throws UnreadableBoxesException if what is there are no boxes
     */
    Optional<StoredBoxes> find(ObjectKey image) throws UnreadableBoxesException;

    /** Whether any image of the dataset was annotated. */
    boolean hasAny(String dataset);

    /** Removes the boxes of an image; nothing happens if there are none. */
    void remove(ObjectKey image);

    /** Somebody has put something else where the boxes of an image belong. */
    final class UnreadableBoxesException extends Exception {

        private static final long serialVersionUID = 1L;

        public UnreadableBoxesException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
