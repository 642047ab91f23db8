package dev.winnow.embedding.image;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A picture in OpenCV's memory, three bytes a pixel. */
final class MatPixels implements Pixels {

    private final Mat mat;
    private final int width;
    private final int height;
    private final long rowBytes;
    private final ByteBuffer bytes;

    MatPixels(Mat mat) {
        this.mat = mat;
        this.width = mat.cols();
        this.height = mat.rows();
        this.rowBytes = mat.step();
        this.bytes = mat.createBuffer();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
        int at = Math.toIntExact(y * rowBytes + x * 3L);
        int step = Math.toIntExact(dy * rowBytes + dx * 3L);
        if (step == 3) {
            bytes.get(at, rgb, 0, count * 3);
            return;
        }
        for (int i = 0; i < count; i++) {
            rgb[i * 3] = bytes.get(at);
            rgb[i * 3 + 1] = bytes.get(at + 1);
            rgb[i * 3 + 2] = bytes.get(at + 2);
            at += step;
        }
    }

    @Override
    public void close() {
        mat.close();
    }
}
