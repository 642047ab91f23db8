package dev.winnow.embedding.image;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

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

    /** The rows {@code from} to before {@code to}, for OpenCV; to be closed. Not to be written to: they may not be a copy. */
    default Mat rows(int from, int to) {
        Mat rows = new Mat(to - from, width(), opencv_core.CV_8UC3);
        ByteBuffer bytes = rows.createBuffer();
        byte[] row = new byte[width() * 3];
        for (int y = from; y < to; y++) {
            row(y, row);
            bytes.put(row);
        }
        return rows;
    }

    /** Gives native memory back. The picture cannot be read afterwards. */
    @Override
    default void close() {}
}
