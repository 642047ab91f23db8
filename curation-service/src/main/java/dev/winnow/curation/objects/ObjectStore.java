package dev.winnow.curation.objects;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The boxes of images, the store of record. Every method throws {@link
 * dev.winnow.curation.DependencyUnavailableException} while the store does not answer.
 */
public interface ObjectStore {

    /**
     * The boxes of an image.
     *
     * @param etag of what is stored, without quotes
     */
    record Stored(ImageObjects objects, String etag) {}

    /** The boxes of an image; empty where nobody has annotated it. */
    Optional<Stored> find(String dataset, ImageId image);

    /** Writes the boxes of an image, whatever was there, and returns the new entity tag. */
    String write(ImageObjects objects);

    /**
     * Writes the boxes of an image if what is there is still what the caller saw.
     *
     * @param etag of what the caller saw; null if there was nothing
     * @return the new entity tag
     * @throws ConcurrentEditException if it is not
     */
    String replace(ImageObjects objects, @Nullable String etag);

    /** The images of a dataset that were annotated, in the order of their ids, read page by page while iterating. */
    Iterator<ImageId> list(String dataset);

    /** The categories of a dataset as COCO files named them. */
    Categories categories(String dataset);

    void saveCategories(String dataset, Categories categories);
}
