package dev.winnow.ingest;

import dev.winnow.contract.ImageId;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * What the active index holds, and while there is a change of model the index that it fills too: an image is only indexed
 * where both have it. Every method throws {@link UnavailableException} while the index does not answer.
 */
public interface IndexedImages {

    /** The entity tags with which those of {@code images} are indexed that are; where both have the same one. */
    Map<ImageId, String> etags(Collection<ImageId> images);

    /** What the index says of the boxes of those of {@code images} that are indexed; where both say the same. */
    Map<ImageId, IndexedBoxes> boxes(Collection<ImageId> images);

    /** The images of a dataset in the active index, read page by page while iterating. */
    Iterator<IndexedImage> list(String dataset);

    /** The images of a dataset that only the index has that is being filled, read likewise. */
    Iterator<IndexedImage> listOnlyNext(String dataset);

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
