package dev.winnow.curation.adapter;

import java.util.stream.IntStream;

/** A positive definite matrix as {@code L Lᵀ}, and equations with the parts; only lower triangles are read and written. */
final class Cholesky {

    private Cholesky() {}

    /**
     * L, in place of the matrix. Cost d³ / 3.
     *
     * @throws IllegalArgumentException if the matrix is not positive definite
     */
    static double[][] of(double[][] matrix) {
        int d = matrix.length;
        for (int j = 0; j < d; j++) {
            double[] pivotRow = matrix[j];
            double pivot = pivotRow[j] - squares(pivotRow, j);
            if (!(pivot > 0)) {
                throw new IllegalArgumentException("not positive definite at " + j);
            }
            double root = Math.sqrt(pivot);
            int column = j;
            pivotRow[j] = root;
            IntStream.range(j + 1, d).parallel().forEach(i -> {
                double[] row = matrix[i];
                double sum = row[column];
                for (int k = 0; k < column; k++) {
                    sum -= row[k] * pivotRow[k];
                }
                row[column] = sum / root;
            });
        }
        return matrix;
    }

    private static double squares(double[] row, int count) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += row[k] * row[k];
        }
        return sum;
    }

    /** y with {@code L y = b}. */
    static double[] solve(double[][] lower, double[] b) {
        double[] y = b.clone();
        for (int i = 0; i < y.length; i++) {
            double sum = y[i];
            for (int k = 0; k < i; k++) {
                sum -= lower[i][k] * y[k];
            }
            y[i] = sum / lower[i][i];
        }
        return y;
    }

    /** x with {@code Lᵀ x = b}. */
    static double[] solveTransposed(double[][] lower, double[] b) {
        double[] x = b.clone();
        for (int i = x.length - 1; i >= 0; i--) {
            x[i] /= lower[i][i];
            for (int k = 0; k < i; k++) {
                x[k] -= lower[i][k] * x[i];
            }
        }
        return x;
    }
}
