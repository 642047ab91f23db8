package dev.winnow.curation.search;

/** Turns a query image into a vector of the active model. */
public interface Embedder {

    /**
     * Embeds an image file.
     *
     * @throws NotAnImageException if it cannot be embedded
     */
    Embedding embed(byte[] image);

    /** A vector, and the model it is of. */
    record Embedding(String model, float[] vector) {}
}
