package dev.winnow.embedding.image;

import java.util.Arrays;

/**
 * A 64-bit hash that changes little when a picture is scaled, recompressed or slightly recoloured: compare two by their
 * Hamming distance, 0 (alike) to 64. The luma is reduced to 32 × 32, its two-dimensional DCT-II taken, and of the
 * frequencies 1 to 8 in each direction a bit says whether the coefficient is above the median of all 64. The first bit
 * (most significant) is frequency (1, 1), the last (8, 8), rows before columns.
 */
final class PerceptualHash {

    private static final int SIDE = 32;
    private static final int FREQUENCIES = 8;
    private static final double[][] COSINES = cosines();

    private PerceptualHash() {}

    static long of(LumaGrid grid) {
        double[] luma = grid.parts(SIDE);
        double[][] rows = new double[SIDE][FREQUENCIES];
        for (int y = 0; y < SIDE; y++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                for (int x = 0; x < SIDE; x++) {
                    rows[y][u] += luma[y * SIDE + x] * COSINES[u][x];
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
            hash = hash << 1 | (coefficient > median ? 1 : 0);
        }
        return hash;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][SIDE];
        for (int u = 0; u < FREQUENCIES; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = Math.cos((2 * x + 1) * (u + 1) * Math.PI / (2 * SIDE));
            }
        }
        return cosines;
    }
}
