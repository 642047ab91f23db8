package dev.winnow.curation.exports;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.slices.CloseableIterator;
import java.util.function.Supplier;

/** Which images of a dataset. */
public sealed interface Selection {

    /** All of them. */
    Selection ALL = new Matching(Filter.ALL);

    /** Those that match. */
    record Matching(Filter filter) implements Selection {}

    /**
     * Those that are named; ids that are no images of the dataset are passed over.
     *
     * @param name of the list, for the name of the file
     * @param images how many at most
     * @param ids opens the ids, each once, in ascending order; may be asked several times, and is to give the same each time
     */
    record Listed(String name, long images, Supplier<CloseableIterator<ImageId>> ids) implements Selection {}
}
