package dev.winnow.curation.index;

/** The boxes. Every question is about one dataset, as for images ({@link VectorIndex}), and about boxes only. */
public interface ObjectIndex {

    /** How many boxes of a dataset have a point. */
    long count(String dataset);
}
