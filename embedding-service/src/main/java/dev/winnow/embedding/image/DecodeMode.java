package dev.winnow.embedding.image;

/** How files are decoded. */
public enum DecodeMode {
    /** Every pixel: what the model gets is what it was trained on, bit for bit. */
    EXACT,
    /**
     * JPEGs that are at least twice as large as the model's input at a half, a quarter or an eighth of their size, straight
     * from their frequencies: a multiple of the speed, and slightly other vectors. Measures are taken of the reduced picture.
     */
    FAST
}
