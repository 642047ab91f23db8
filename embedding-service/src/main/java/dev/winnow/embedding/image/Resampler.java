package dev.winnow.embedding.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Resizes and crops exactly as Pillow and torchvision do: {@code Resize} (two passes, antialiased, the intermediate
 * rounded to 8 bits), then {@code CenterCrop((height, width))}. Only what the crop shows is computed; the picture's rows
 * are read one by one, so that no second copy of a large picture is made.
 *
 * @param width of what is cut from the middle, at least 1; where the resized picture is smaller, black is added around it
 * @param height likewise
 */
record Resampler(Resize resize, int width, int height) {

    Resampler {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("expected positive sides, got " + width + " and " + height);
        }
    }

    /** {@link #height} rows of {@link #width} pixels of three bytes. */
    byte[] apply(Pixels picture) {
        Axis x = Axis.of(picture.width(), resize.width(picture.width(), picture.height()), width);
        Axis y = Axis.of(picture.height(), resize.height(picture.width(), picture.height()), height);
        Kernels rows = y.kernels(resize.interpolation());
        int begin = rows == null ? (int) y.from() : rows.begin();
        int end = rows == null ? begin + y.count() : rows.end();
        byte[] narrow = squeeze(picture, x, begin, end);
        byte[] crop = new byte[width * height * 3];
        int lineBytes = x.count() * 3;
        for (int i = 0; i < y.count(); i++) {
            int target = ((y.margin() + i) * width + x.margin()) * 3;
            if (rows == null) {
                System.arraycopy(narrow, i * lineBytes, crop, target, lineBytes);
            } else {
                blend(narrow, (rows.first()[i] - begin) * lineBytes, lineBytes, rows.weights()[i], crop, target);
            }
        }
        return crop;
    }

    /** The horizontal pass, over the input rows that the vertical one needs. */
    private byte[] squeeze(Pixels picture, Axis x, int begin, int end) {
        Kernels columns = x.kernels(resize.interpolation());
        int count = x.count();
        byte[] narrow = new byte[(end - begin) * count * 3];
        int left = columns == null ? (int) x.from() : columns.begin();
        int pixels = columns == null ? count : columns.end() - left;
        byte[] row = new byte[pixels * 3];
        for (int y = begin; y < end; y++) {
            picture.line(left, y, 1, 0, pixels, row);
            int target = (y - begin) * count * 3;
            if (columns == null) {
                System.arraycopy(row, 0, narrow, target, row.length);
                continue;
            }
            for (int i = 0; i < count; i++) {
                int[] weights = columns.weights()[i];
                int at = (columns.first()[i] - left) * 3;
                int red = 1 << (Kernels.PRECISION - 1);
                int green = red;
                int blue = red;
                for (int weight : weights) {
                    red += (row[at] & 0xFF) * weight;
                    green += (row[at + 1] & 0xFF) * weight;
                    blue += (row[at + 2] & 0xFF) * weight;
                    at += 3;
                }
                narrow[target++] = Kernels.toByte(red);
                narrow[target++] = Kernels.toByte(green);
                narrow[target++] = Kernels.toByte(blue);
            }
        }
        return narrow;
    }

    /** The vertical pass for one output row; whole lines at a time, which the JIT compiler vectorises. */
    private static void blend(byte[] narrow, int from, int lineBytes, int[] weights, byte[] crop, int target) {
        int[] sums = new int[lineBytes];
        Arrays.fill(sums, 1 << (Kernels.PRECISION - 1));
        for (int k = 0; k < weights.length; k++) {
            int weight = weights[k];
            int line = from + k * lineBytes;
            for (int i = 0; i < lineBytes; i++) {
                sums[i] += (narrow[line + i] & 0xFF) * weight;
            }
        }
        for (int i = 0; i < lineBytes; i++) {
            crop[target + i] = Kernels.toByte(sums[i]);
        }
    }

    /**
     * One axis of resize and crop.
     *
     * @param in input pixels
     * @param out pixels after resizing; far beyond an int for a picture of one row
     * @param from the first of them that the crop shows
     * @param count how many of them the crop shows
     * @param margin black pixels before them
     */
    private record Axis(int in, long out, long from, int count, int margin) {

        static Axis of(int in, long out, int crop) {
            return out < crop
                    ? new Axis(in, out, 0, (int) out, (int) (crop - out) / 2)
                    : new Axis(in, out, halfToEven(out - crop), crop, 0);
        }

        /** Null where the axis keeps its size: Pillow then skips the pass. */
        @Nullable
        Kernels kernels(Interpolation filter) {
            return in == out ? null : Kernels.of(filter, in, out, from, count);
        }

        /** Half of {@code n}, rounded as Python's round() does. */
        private static long halfToEven(long n) {
            long half = n / 2;
            return n % 2 == 1 && half % 2 == 1 ? half + 1 : half;
        }
    }
}
