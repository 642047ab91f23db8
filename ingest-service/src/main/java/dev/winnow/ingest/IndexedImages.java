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

    /** The images of a dataset, read page by page while iterating. */
    Iterator<IndexedImage> list(String dataset);

    /** The datasets that have points. */
    Set<String> datasets();

    record IndexedImage(ImageId id, String path) {}
}
