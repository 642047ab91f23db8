package dev.winnow.embedding.image;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash that changes little when a picture is scaled, recompressed or slightly recoloured: compare two by their
 * Hamming distance, 0 (alike) to 64. It is {@code imagehash.phash} of the {@link LumaGrid}: the luma resized to 32 × 32
 * (Lanczos, of a picture that was halved before), its two-dimensional DCT-II, and for each of the lowest 8 × 8 frequencies a bit that says whether the
 * coefficient is above the median of the 64. The first bit (most significant) is the mean, rows go before columns.
 *
 * <p>A coefficient counts as above only by more than rounding errors. So where a picture is plain or symmetrical, and
 * coefficients are equal, the bit is 0 and not chance.
 */
final class PerceptualHash {

    private static final int SIDE = 32;
    private static final int FREQUENCIES = 8;
    private static final double ROUNDING = 1e-6;
    private static final double[][] COSINES = cosines();

    /** By the number of cells that become {@link #SIDE}. */
    private static final AtomicReferenceArray<@Nullable Kernels> KERNELS = new AtomicReferenceArray<>(4 * SIDE);

    private PerceptualHash() {}

    /** The hash of a picture that was measured as stored, and has to be turned. */
    static long of(LumaGrid grid, Orientation orientation) {
        Pixels upright = orientation.apply(new Square(resize(grid)));
        byte[] line = new byte[SIDE * 3];
        double[][] rows = new double[SIDE][FREQUENCIES];
        for (int y = 0; y < SIDE; y++) {
            upright.row(y, line);
            for (int u = 0; u < FREQUENCIES; u++) {
                for (int x = 0; x < SIDE; x++) {
                    rows[y][u] += (line[x * 3] & 0xFF) * COSINES[u][x];
                }
            }
        }
        double[] coefficients = new double[FREQUENCIES * FREQUENCIES];
        for (int v = 0; v < FREQUENCIES; v++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                for (int y = 0; y < SIDE; y++) {
                    coefficients[v * FREQUENCIES + u] += rows[y][u] * COSINES[v][y];
                }
            }
        }
        double[] sorted = coefficients.clone();
        Arrays.sort(sorted);
        double median = (sorted[31] + sorted[32]) / 2;
        long hash = 0;
        for (double coefficient : coefficients) {
            hash = hash << 1 | (coefficient > median + ROUNDING ? 1 : 0);
        }
        return hash;
    }

    private static byte[] resize(LumaGrid grid) {
        LumaGrid smaller = grid.below(4 * SIDE);
        return resize(smaller.luma(), smaller.width(), smaller.height());
    }

    /** Columns first: whole lines at a time, which the JIT compiler vectorises. */
    private static byte[] resize(byte[] luma, int width, int height) {
        Kernels down = kernels(height);
        Kernels across = kernels(width);
        byte[] square = new byte[SIDE * SIDE];
        int[] sums = new int[width];
        for (int y = 0; y < SIDE; y++) {
            Arrays.fill(sums, 1 << (Kernels.PRECISION - 1));
            int line = down.first()[y] * width;
            for (int weight : down.weights()[y]) {
                add(luma, line, weight, sums);
                line += width;
            }
            for (int x = 0; x < width; x++) {
                sums[x] = Kernels.toByte(sums[x]) & 0xFF;
            }
            for (int x = 0; x < SIDE; x++) {
                square[y * SIDE + x] = Kernels.toByte(weighted(sums, across.first()[x], across.weights()[x]));
            }
        }
        return square;
    }

    private static void add(byte[] luma, int line, int weight, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += (luma[line + x] & 0xFF) * weight;
        }
    }

    private static int weighted(int[] values, int at, int[] weights) {
        int sum = 1 << (Kernels.PRECISION - 1);
        for (int i = 0; i < weights.length; i++) {
            sum += values[at + i] * weights[i];
        }
        return sum;
    }

    private static Kernels kernels(int cells) {
        Kernels known = KERNELS.get(cells);
        if (known == null) {
            known = Kernels.of(Interpolation.LANCZOS, cells, SIDE, 0, SIDE);
            KERNELS.set(cells, known);
        }
        return known;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][SIDE];
        for (int u = 0; u < FREQUENCIES; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = 2 * Math.cos((2 * x + 1) * u * Math.PI / (2 * SIDE));
            }
        }
        return cosines;
    }

    /** A grey picture of {@value #SIDE} × {@value #SIDE}. */
    private record Square(byte[] luma) implements Pixels {

        @Override
        public int width() {
            return SIDE;
        }

        @Override
        public int height() {
            return SIDE;
        }

        @Override
        public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
            for (int i = 0; i < count; i++) {
                Arrays.fill(rgb, i * 3, i * 3 + 3, luma[(y + i * dy) * SIDE + x + i * dx]);
            }
        }
    }
}
