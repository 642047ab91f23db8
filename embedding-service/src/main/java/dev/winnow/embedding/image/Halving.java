package dev.winnow.embedding.image;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Makes pictures smaller by factors of two, by OpenCV: means of 2 × 2 pixels, rounded, halves up. Where only one side is
 * halved, means of two pixels, halves to even. A row or column that is left over is dropped.
 */
final class Halving {

    private Halving() {}

    /** Half of a side; a side of one pixel stays. */
    static int half(int side) {
        return Math.max(1, side / 2);
    }

    /**
     * Halves the sides that are asked for.
     *
     * @param to receives the picture; allocated where its size does not fit
     */
    static void halve(Mat from, boolean across, boolean down, Mat to) {
        int width = across ? half(from.cols()) : from.cols();
        int height = down ? half(from.rows()) : from.rows();
        int usedWidth = from.cols() == width ? width : 2 * width;
        int usedHeight = from.rows() == height ? height : 2 * height;
        try (Rect rect = new Rect(0, 0, usedWidth, usedHeight);
                Mat used = from.apply(rect);
                Size size = new Size(width, height)) {
            opencv_imgproc.resize(used, to, size, 0, 0, opencv_imgproc.INTER_AREA);
        }
    }
}
