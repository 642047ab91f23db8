package dev.winnow.curation.index;

import dev.winnow.curation.DatasetObject;
import java.util.function.Consumer;

/** The boxes. Every question is about one dataset, as for images ({@link VectorIndex}), and about boxes only. */
public interface ObjectIndex {

    /** How many boxes of a dataset have a point. */
    long count(String dataset);

    /** A box and the vector of its crop. */
    record Embedded(DatasetObject object, float[] vector) {}

    /** Hands over every box of a dataset with its vector, in the order of their points' ids. */
    void scan(String dataset, Consumer<Embedded> consumer);
}
