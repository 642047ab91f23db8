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

    /** Rows that are turned into columns at a time, and the bytes of such a column. */
    private static final int BLOCK_ROWS = 32;

    private static final int BLOCK_BYTES = BLOCK_ROWS * 3;

    Resampler {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("expected positive sides, got " + width + " and " + height);
        }
    }

    /** Memory that a thread uses for one picture after the other. */
    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private static final class Buffers {
        byte[] row = {};
        byte[] block = {};
        byte[] narrow = {};
        byte[] window = {};
        byte[] crop = {};
        int[] sums = {};

        private static byte[] atLeast(byte[] bytes, int length) {
            return bytes.length >= length ? bytes : new byte[length];
        }

        private static int[] atLeast(int[] ints, int length) {
            return ints.length >= length ? ints : new int[length];
        }
    }

    /** {@link #height} rows of {@link #width} pixels of three bytes; the next call of the same thread writes over them. */
    byte[] apply(Pixels picture) {
        Axis x = Axis.of(picture.width(), resize.width(picture.width(), picture.height()), width);
        Axis y = Axis.of(picture.height(), resize.height(picture.width(), picture.height()), height);
        Kernels rows = y.kernels(resize.interpolation());
        Buffers buffers = BUFFERS.get();
        Rows source = (left, row, pixels, rgb) -> picture.line(left, row, 1, 0, pixels, rgb);
        int begin = rows == null ? (int) y.from() : rows.begin();
        int end = rows == null ? begin + y.count() : rows.end();
        if (rows != null && verticalFirst(x, y)) {
            source = new Blended(source, rows, buffers);
            rows = null;
            begin = 0;
            end = y.count();
        }
        int lineBytes = x.count() * 3;
        byte[] narrow = Buffers.atLeast(buffers.narrow, Math.multiplyExact(end - begin, lineBytes));
        buffers.narrow = narrow;
        squeeze(source, x, begin, end, narrow, buffers);
        int cropBytes = Math.multiplyExact(Math.multiplyExact(width, height), 3);
        byte[] crop = buffers.crop.length == cropBytes ? buffers.crop : new byte[cropBytes];
        buffers.crop = crop;
        if (x.count() < width || y.count() < height) {
            Arrays.fill(crop, (byte) 0);
        }
        buffers.sums = Buffers.atLeast(buffers.sums, lineBytes);
        for (int i = 0; i < y.count(); i++) {
            int target = ((y.margin() + i) * width + x.margin()) * 3;
            if (rows == null) {
                System.arraycopy(narrow, i * lineBytes, crop, target, lineBytes);
            } else {
                weigh(narrow, (rows.first()[i] - begin) * lineBytes, lineBytes, rows.weights()[i], buffers.sums);
                for (int k = 0; k < lineBytes; k++) {
                    crop[target + k] = Kernels.toByte(buffers.sums[k]);
                }
            }
        }
        return crop;
    }

    /**
     * Since Pillow 13 the vertical pass comes first where it takes away more than twice as many pixels as the horizontal
     * one; before, it never did. It matters because what the first pass gives is rounded.
     */
    private static boolean verticalFirst(Axis x, Axis y) {
        return y.out < y.in && y.in - y.out > 2 * (x.in - x.out);
    }

    /** Where the horizontal pass reads. */
    private interface Rows {

        /** Copies {@code pixels} pixels of row {@code y} from column {@code left} on to the start of {@code rgb}. */
        void line(int left, int y, int pixels, byte[] rgb);
    }

    /** The rows that the vertical pass makes. They have to be read once each, in their order, and all from the same columns. */
    private static final class Blended implements Rows {

        private final Rows source;
        private final Kernels kernels;
        private final Buffers buffers;
        /** The input rows that {@link Buffers#window} holds: the first, and one past the last. */
        private int begin;

        private int end;

        Blended(Rows source, Kernels kernels, Buffers buffers) {
            this.source = source;
            this.kernels = kernels;
            this.buffers = buffers;
        }

        @Override
        public void line(int left, int y, int pixels, byte[] rgb) {
            int length = pixels * 3;
            int first = kernels.first()[y];
            int[] weights = kernels.weights()[y];
            if (y == 0) {
                buffers.window = Buffers.atLeast(buffers.window, Math.multiplyExact(kernels.longest(), length));
                buffers.sums = Buffers.atLeast(buffers.sums, length);
            }
            byte[] window = buffers.window;
            int kept = Math.max(0, end - first);
            System.arraycopy(window, (end - kept - begin) * length, window, 0, kept * length);
            for (int row = first + kept; row < first + weights.length; row++) {
                source.line(left, row, pixels, rgb);
                System.arraycopy(rgb, 0, window, (row - first) * length, length);
            }
            begin = first;
            end = first + weights.length;
            weigh(window, 0, length, weights, buffers.sums);
            for (int i = 0; i < length; i++) {
                rgb[i] = Kernels.toByte(buffers.sums[i]);
            }
        }
    }

    /** The horizontal pass, over the rows that are needed. */
    private void squeeze(Rows source, Axis x, int begin, int end, byte[] narrow, Buffers buffers) {
        Kernels columns = x.kernels(resize.interpolation());
        int left = columns == null ? (int) x.from() : columns.begin();
        int pixels = columns == null ? x.count() : columns.end() - left;
        byte[] row = Buffers.atLeast(buffers.row, pixels * 3);
        buffers.row = row;
        if (columns == null) {
            for (int y = begin; y < end; y++) {
                source.line(left, y, pixels, row);
                System.arraycopy(row, 0, narrow, (y - begin) * pixels * 3, pixels * 3);
            }
            return;
        }
        byte[] block = Buffers.atLeast(buffers.block, pixels * BLOCK_BYTES);
        buffers.block = block;
        int[] sums = Buffers.atLeast(buffers.sums, BLOCK_BYTES);
        buffers.sums = sums;
        int lineBytes = x.count() * 3;
        for (int top = begin; top < end; top += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, end - top);
            for (int r = 0; r < count; r++) {
                source.line(left, top + r, pixels, row);
                for (int i = 0, to = r * 3; i < pixels * 3; i += 3, to += BLOCK_BYTES) {
                    block[to] = row[i];
                    block[to + 1] = row[i + 1];
                    block[to + 2] = row[i + 2];
                }
            }
            for (int i = 0; i < x.count(); i++) {
                weigh(block, (columns.first()[i] - left) * BLOCK_BYTES, BLOCK_BYTES, columns.weights()[i], sums);
                int target = (top - begin) * lineBytes + i * 3;
                for (int k = 0; k < count * 3; k += 3, target += lineBytes) {
                    narrow[target] = Kernels.toByte(sums[k]);
                    narrow[target + 1] = Kernels.toByte(sums[k + 1]);
                    narrow[target + 2] = Kernels.toByte(sums[k + 2]);
                }
            }
        }
    }

    /**
     * A weighted sum of lines of {@code length} bytes, which follow each other from {@code from} on. Whole lines at a time,
     * which the JIT compiler makes vector instructions of: that is why the horizontal pass turns its rows into columns first.
     */
    private static void weigh(byte[] lines, int from, int length, int[] weights, int[] sums) {
        Arrays.fill(sums, 0, length, 1 << (Kernels.PRECISION - 1));
        for (int k = 0; k < weights.length; k++) {
            int weight = weights[k];
            int line = from + k * length;
            for (int i = 0; i < length; i++) {
                sums[i] += (lines[line + i] & 0xFF) * weight;
            }
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
