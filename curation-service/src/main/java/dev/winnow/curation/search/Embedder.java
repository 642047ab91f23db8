package dev.winnow.curation.search;

/** Turns a query image or text into a vector of the active model. */
public interface Embedder {

    /**
     * Embeds an image file.
     *
     * @throws NotEmbeddableException if it cannot be embedded
     */
    Embedding embed(byte[] image);

    /**
     * Embeds a text.
     *
     * @throws NotEmbeddableException if it cannot be embedded, also because the active model embeds images only
     */
    Embedding embed(String text);

    /**
     * A vector, and the model it is of.
     *
     * @param truncated whether it is of a text's beginning only, the text being longer than the model takes
     */
    record Embedding(String model, float[] vector, boolean truncated) {}
}
