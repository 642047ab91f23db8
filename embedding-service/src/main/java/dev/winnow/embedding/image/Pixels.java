package dev.winnow.embedding.image;

/** A decoded picture: 8-bit RGB, upright. Holds native memory where the decoder does, so close it. */
public interface Pixels extends AutoCloseable {

    /** Pixels, at least 1. */
    int width();

    /** Pixels, at least 1. */
    int height();

    /**
     * Copies a line of pixels, three bytes each in the order red, green, blue, to the start of {@code rgb}. The line
     * begins at ({@code x}, {@code y}) and each next pixel lies ({@code dx}, {@code dy}) further; all have to lie inside.
     */
    void line(int x, int y, int dx, int dy, int count, byte[] rgb);

    /** Copies row {@code y}. */
    default void row(int y, byte[] rgb) {
        line(0, y, 1, 0, width(), rgb);
    }

    /** Gives native memory back. The picture cannot be read afterwards. */
    @Override
    default void close() {}
}
