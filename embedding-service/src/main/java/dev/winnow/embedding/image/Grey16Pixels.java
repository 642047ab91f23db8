package dev.winnow.embedding.image;

import java.nio.ShortBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A grey picture of 16 bits in OpenCV's memory. As Pillow converts it: values above 255 are white. */
final class Grey16Pixels implements Pixels {

    private final Mat mat;
    private final int width;
    private final int height;
    private final ShortBuffer values;

    /** {@code mat}: one channel of unsigned 16-bit values, rows without gaps. */
    Grey16Pixels(Mat mat) {
        this.mat = mat;
        this.width = mat.cols();
        this.height = mat.rows();
        this.values = mat.createBuffer();
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
        int at = y * width + x;
        int step = dy * width + dx;
        for (int i = 0; i < count; i++) {
            byte grey = (byte) Math.min(values.get(at) & 0xFFFF, 255);
            rgb[i * 3] = grey;
            rgb[i * 3 + 1] = grey;
            rgb[i * 3 + 2] = grey;
            at += step;
        }
    }

    @Override
    public void close() {
        mat.close();
    }
}
