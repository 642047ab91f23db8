package dev.winnow.ingest;

import dev.winnow.contract.ImageId;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** What the active index holds. Every method throws {@link UnavailableException} while the index does not answer. */
public interface IndexedImages {

    /** The entity tags with which those of {@code images} are indexed that are. */
    Map<ImageId, String> etags(Collection<ImageId> images);

    /** What the index says of the boxes of those of {@code images} that are indexed. */
    Map<ImageId, IndexedBoxes> boxes(Collection<ImageId> images);

    /** The images of a dataset, read page by page while iterating. */
    Iterator<IndexedImage> list(String dataset);

    /** The datasets that have points. */
    Set<String> datasets();

    record IndexedImage(ImageId id, String path) {}

    /**
     * What the index says of the boxes of an image.
     *
     * @param path the image's
     * @param etag of the boxes its objects were made from, without quotes; empty where it knows of none
     */
    record IndexedBoxes(String path, String etag) {}
}
