package dev.winnow.curation.index;

import dev.winnow.curation.DatasetObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The vectors of boxes. Every question is about one dataset, as for images ({@link VectorIndex}), and about boxes only. */
public interface ObjectIndex {

    /** How many boxes of a dataset have a point. */
    long count(String dataset);

    /** The vector of a box or an image of the dataset, by the id of its point. */
    Optional<float[]> vector(String dataset, UUID id);

    /** A search result; similarity is the cosine, −1 to 1. */
    record Hit(DatasetObject object, double similarity) {}

    /**
     * The most similar boxes, best first.
     *
     * @param exclude a box to leave out, or null
     * @param exact whether every box is compared; otherwise the graph index may miss some
     */
    List<Hit> nearest(String dataset, float[] vector, Filter filter, int limit, @Nullable UUID exclude, boolean exact);
}
