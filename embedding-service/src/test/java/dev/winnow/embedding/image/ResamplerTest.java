package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.embedding.image.Samples.Picture;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {

    /**
     * Against the definition: all of the picture resized, in floating point, rounded after each pass, then cropped. The box
     * filter is left out: where its edge meets a pixel's centre, the last bit decides whether that pixel counts.
     */
    @ParameterizedTest
    @EnumSource(value = Interpolation.class, mode = EnumSource.Mode.EXCLUDE, names = "BOX")
    void agreesWithTheSlowReference(Interpolation filter) {
        Random random = new Random(11);
        for (int round = 0; round < 60; round++) {
            int width = 1 + random.nextInt(90);
            int height = 1 + random.nextInt(90);
            Picture picture = Picture.random(width, height, round);
            int shortSide = 1 + random.nextInt(40);
            int cropWidth = 1 + random.nextInt(48);
            int cropHeight = 1 + random.nextInt(48);
            Resize resize = round % 3 == 0
                    ? new Resize.Squash(shortSide, 1 + random.nextInt(40), filter)
                    : new Resize.ShortSide(shortSide, filter);
            byte[] fast = new Resampler(resize, cropWidth, cropHeight).apply(picture);
            double[][][] slow = reference(picture, resize, cropWidth, cropHeight);
            for (int y = 0; y < cropHeight; y++) {
                for (int x = 0; x < cropWidth; x++) {
                    for (int c = 0; c < 3; c++) {
                        // A value that lies on the edge between two may be rounded either way.
                        assertThat((double) (fast[(y * cropWidth + x) * 3 + c] & 0xFF))
                                .as(
                                        "%d x %d by %s, crop %d x %d, at %d, %d",
                                        width, height, resize, cropWidth, cropHeight, x, y)
                                .isBetween(slow[c][y][x] - 1, slow[c][y][x] + 1);
                    }
                }
            }
        }
    }

    @Test
    void leavesAPictureOfTheRightSizeAsItIs() {
        Picture picture = Picture.random(20, 20, 3);
        assertThat(new Resampler(new Resize.ShortSide(20, Interpolation.BICUBIC), 20, 20).apply(picture))
                .isEqualTo(picture.rgb());
    }

    /** A picture of one row becomes thousands of columns of which few are shown; nothing of that size is allocated. */
    @Test
    void copesWithExtremeShapes() {
        Picture line = Picture.plain(200_000, 1, 10, 20, 30);
        assertThat(new Resampler(new Resize.ShortSide(144, Interpolation.BILINEAR), 128, 128).apply(line))
                .startsWith(10, 20, 30)
                .endsWith(10, 20, 30)
                .hasSize(128 * 128 * 3);
        Picture dot = Picture.plain(1, 1, 1, 2, 3);
        assertThat(new Resampler(new Resize.ShortSide(144, Interpolation.BICUBIC), 128, 128).apply(dot))
                .endsWith(1, 2, 3);
    }

    @Test
    void putsASmallPictureInTheMiddleOfBlack() {
        byte[] square = new Resampler(new Resize.ShortSide(2, Interpolation.BILINEAR), 5, 5)
                .apply(Picture.plain(2, 2, 9, 9, 9));
        int[] lit = new int[25];
        for (int i = 0; i < 25; i++) {
            lit[i] = square[i * 3];
        }
        assertThat(lit).containsExactly(0, 0, 0, 0, 0, 0, 9, 9, 0, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static double[][][] reference(Picture picture, Resize resize, int cropWidth, int cropHeight) {
        int width = picture.width();
        int height = picture.height();
        int newWidth;
        int newHeight;
        switch (resize) {
            case Resize.Squash squash -> {
                newWidth = squash.width();
                newHeight = squash.height();
            }
            case Resize.ShortSide(int side, Interpolation filtering) -> {
                newWidth = width <= height ? side : (int) ((double) side * width / height);
                newHeight = width <= height ? (int) ((double) side * height / width) : side;
            }
        }
        Interpolation filter = resize.interpolation();
        double[][][] cropped = new double[3][cropHeight][cropWidth];
        for (int c = 0; c < 3; c++) {
            double[][] plane = new double[height][width];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    plane[y][x] = picture.rgb()[(y * width + x) * 3 + c] & 0xFF;
                }
            }
            boolean verticalFirst = newHeight < height && height - newHeight > 2 * (width - newWidth);
            double[][] resized = verticalFirst
                    ? stretched(transposed(stretched(transposed(plane), newHeight, filter)), newWidth, filter)
                    : transposed(stretched(transposed(stretched(plane, newWidth, filter)), newHeight, filter));
            for (int y = 0; y < cropHeight; y++) {
                for (int x = 0; x < cropWidth; x++) {
                    int fromY = y + offset(newHeight, cropHeight);
                    int fromX = x + offset(newWidth, cropWidth);
                    boolean inside = fromY >= 0 && fromY < newHeight && fromX >= 0 && fromX < newWidth;
                    cropped[c][y][x] = inside ? resized[fromY][fromX] : 0;
                }
            }
        }
        return cropped;
    }

    private static int offset(int size, int crop) {
        return size >= crop ? (int) Math.rint((size - crop) / 2.0) : -((crop - size) / 2);
    }

    private static double[][] stretched(double[][] rows, int out, Interpolation filter) {
        int in = rows[0].length;
        double scale = (double) in / out;
        double[][] result = new double[rows.length][out];
        if (filter == Interpolation.NEAREST) {
            double position = scale * 0.5;
            for (int x = 0; x < out; x++) {
                for (int y = 0; y < rows.length; y++) {
                    result[y][x] = rows[y][(int) position];
                }
                // Added up, as Pillow does: where it meets a pixel's edge, the last bit decides.
                position += scale;
            }
            return result;
        }
        double widening = Math.max(1, scale);
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < out; x++) {
                double sum = 0;
                double weights = 0;
                for (int i = 0; i < in; i++) {
                    double weight = filter.weight((i - (x + 0.5) * scale + 0.5) * (1 / widening));
                    sum += weight * rows[y][i];
                    weights += weight;
                }
                result[y][x] = in == out ? rows[y][x] : Math.clamp(Math.round(sum / weights), 0, 255);
            }
        }
        return result;
    }

    private static double[][] transposed(double[][] rows) {
        double[][] result = new double[rows[0].length][rows.length];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[0].length; x++) {
                result[x][y] = rows[y][x];
            }
        }
        return result;
    }
}
