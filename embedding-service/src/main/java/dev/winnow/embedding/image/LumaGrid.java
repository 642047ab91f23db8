package dev.winnow.embedding.image;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A picture's luma, reduced for measuring: halved ({@link Halving}) until its longer side has at most {@value #LONG_SIDE}
 * pixels. Luma is BT.601's, 0.299 R + 0.587 G + 0.114 B, rounded to 8 bits as each halving is. The picture is read in
 * strips, so memory does not grow with it.
 */
final class LumaGrid implements AutoCloseable {

    static final int LONG_SIDE = 512;

    /** Of the reduced picture: little enough to stay in a core's cache. */
    private static final int STRIP_ROWS = 16;

    private final Mat luma;

    private LumaGrid(Mat luma) {
        this.luma = luma;
    }

    static LumaGrid of(Pixels picture) {
        int halvings = halvings(picture);
        int width = picture.width();
        int height = picture.height();
        for (int i = 0; i < halvings; i++) {
            width = Halving.half(width);
            height = Halving.half(height);
        }
        Mat luma = new Mat(height, width, opencv_core.CV_8UC1);
        Mat[] steps = new Mat[halvings + 1];
        for (int i = 0; i < halvings; i++) {
            steps[i] = new Mat();
        }
        for (int top = 0; top < height; top += STRIP_ROWS) {
            int bottom = Math.min(height, top + STRIP_ROWS);
            int end = Math.min(picture.height(), bottom << halvings);
            try (Mat strip = picture.rows(top << halvings, end);
                    Mat target = luma.rowRange(top, bottom)) {
                steps[halvings] = target;
                opencv_imgproc.cvtColor(strip, steps[0], opencv_imgproc.COLOR_RGB2GRAY);
                for (int i = 0; i < halvings; i++) {
                    Halving.halve(steps[i], true, true, steps[i + 1]);
                }
            }
        }
        for (int i = 0; i < halvings; i++) {
            steps[i].close();
        }
        return new LumaGrid(luma);
    }

    /** How often a picture is halved. */
    static int halvings(Pixels picture) {
        int halvings = 0;
        for (int side = Math.max(picture.width(), picture.height()); side > LONG_SIDE; side = Halving.half(side)) {
            halvings++;
        }
        return halvings;
    }

    /** Pixels, 1 to {@value #LONG_SIDE}. */
    int width() {
        return luma.cols();
    }

    /** Pixels, 1 to {@value #LONG_SIDE}. */
    int height() {
        return luma.rows();
    }

    /** Row by row. */
    byte[] luma() {
        byte[] bytes = new byte[width() * height()];
        luma.data().get(bytes);
        return bytes;
    }

    /** Each side halved until it is below {@code side} pixels. */
    LumaGrid below(int side) {
        LumaGrid smaller = new LumaGrid(luma.clone());
        while (smaller.width() >= side || smaller.height() >= side) {
            Mat half = new Mat();
            try (LumaGrid larger = smaller) {
                Halving.halve(larger.luma, larger.width() >= side, larger.height() >= side, half);
            }
            smaller = new LumaGrid(half);
        }
        return smaller;
    }

    /** Of the four neighbours less four times the pixel; beyond the border, its neighbour on the other side. */
    double laplacianVariance() {
        try (Mat laplacian = new Mat();
                Mat mean = new Mat();
                Mat deviation = new Mat()) {
            opencv_imgproc.Laplacian(luma, laplacian, opencv_core.CV_16S);
            opencv_core.meanStdDev(laplacian, mean, deviation);
            double sigma = deviation.data().getDouble();
            return sigma * sigma;
        }
    }

    @Override
    public void close() {
        luma.close();
    }
}
