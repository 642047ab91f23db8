package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.embedding.image.Samples.Picture;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grid is what OpenCV makes of a picture, a whole picture after each step. */
class LumaGridTest {

    static {
        var unused = new OpenCvCodec();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 1",
        "1, 7",
        "31, 17",
        "512, 512",
        "513, 2",
        "513, 513",
        "1, 2000",
        "2000, 1",
        "1023, 1025",
        "1500, 3",
        "3, 4000",
        "2049, 700"
    })
    void isWhatOpenCvMakesOfAPicture(int width, int height) {
        Picture picture = Picture.random(width, height, 31L * width + height);
        LumaGrid grid = LumaGrid.of(picture);
        Mat reference = new Mat();
        opencv_imgproc.cvtColor(mat(picture), reference, opencv_imgproc.COLOR_RGB2GRAY);
        while (Math.max(reference.cols(), reference.rows()) > LumaGrid.LONG_SIDE) {
            reference = halved(reference, true, true);
        }
        assertSame(grid, reference);
        assertThat(grid.laplacianVariance()).isCloseTo(laplacianVariance(reference), within(1e-6));
        while (reference.cols() >= 128 || reference.rows() >= 128) {
            reference = halved(reference, reference.cols() >= 128, reference.rows() >= 128);
        }
        assertSame(grid.below(128), reference);
    }

    /** The weights are fixed-point numbers: of every colour the luma is the same. */
    @Test
    void weighsEveryColourAsOpenCvDoes() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 16; round++) {
            Picture picture = Picture.random(512, 512, random.nextLong());
            Mat reference = new Mat();
            opencv_imgproc.cvtColor(mat(picture), reference, opencv_imgproc.COLOR_RGB2GRAY);
            assertSame(LumaGrid.of(picture), reference);
        }
    }

    private static Mat mat(Picture picture) {
        return new Mat(picture.height(), picture.width(), opencv_core.CV_8UC3, new BytePointer(picture.rgb()));
    }

    private static Mat halved(Mat from, boolean across, boolean down) {
        int width = across ? Halving.half(from.cols()) : from.cols();
        int height = down ? Halving.half(from.rows()) : from.rows();
        Mat used = from.apply(
                new Rect(0, 0, from.cols() == width ? width : 2 * width, from.rows() == height ? height : 2 * height));
        Mat to = new Mat();
        opencv_imgproc.resize(used, to, new Size(width, height), 0, 0, opencv_imgproc.INTER_AREA);
        return to;
    }

    private static double laplacianVariance(Mat luma) {
        Mat laplacian = new Mat();
        Mat mean = new Mat();
        Mat deviation = new Mat();
        opencv_imgproc.Laplacian(luma, laplacian, opencv_core.CV_16S);
        opencv_core.meanStdDev(laplacian, mean, deviation);
        double sigma = deviation.data().getDouble();
        return sigma * sigma;
    }

    private static void assertSame(LumaGrid grid, Mat reference) {
        byte[] expected = new byte[reference.cols() * reference.rows()];
        reference.data().get(expected);
        assertThat(grid.width()).isEqualTo(reference.cols());
        assertThat(grid.height()).isEqualTo(reference.rows());
        assertThat(grid.luma()).isEqualTo(expected);
    }
}
