package dev.winnow.curation.adapter;

import dev.winnow.curation.InvalidParameterException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Directions in which classes lie far apart beside how far each is spread: linear discriminants (Fisher, "The Use of Multiple
 * Measurements in Taxonomic Problems", 1936; for several classes Rao, 1948) with the spread within classes shrunk towards a
 * sphere (Friedman, "Regularized Discriminant Analysis", 1989):
 *
 * <pre>  S = (1 − λ) · S_within + λ · trace(S_within) / d · I = L Lᵀ,   P = L⁻ᵀ U</pre>
 *
 * The first columns of U are the principal axes of the class means where the spread is 1 in all directions, at most classes − 1.
 * There may be more columns than that: they are random directions orthogonal to all before, which keep something of whatever
 * the labels do not speak of (Johnson and Lindenstrauss, 1984). P is scaled so that the squares of its weights sum to
 * k. Cost O(n · d² + d³ + min(classes, d)³), where n · d is at most {@value #MOST_DEVIATIONS}: of more images every second, third, …
 * serves for the spread. Memory 8 · (d² + min(classes, d)²) bytes and 64 MiB.
 */
final class Discriminants {

    /** Of either side of the smaller of the two matrices whose eigenvectors are looked for. */
    private static final int MOST_EIGENVECTORS = 2_048;

    /** 64 MiB: the spread needs fewer images than there may be. */
    private static final int MOST_DEVIATIONS = 1 << 24;

    /** Of an eigenvalue beside the largest: what is less is rounding. */
    private static final double ROUNDING = 1e-10;

    private final Examples examples;
    private final int d;
    private final double[][] means;
    private final double[] mean;

    private Discriminants(Examples examples) {
        this.examples = examples;
        this.d = examples.dimension();
        this.means = means(examples);
        this.mean = new double[d];
        int[] support = examples.support();
        for (int c = 0; c < means.length; c++) {
            for (int i = 0; i < d; i++) {
                mean[i] += means[c][i] * support[c] / examples.size();
            }
        }
    }

    /**
     * The projection, {@code [i * k + j]}.
     *
     * @param k columns, at most d
     * @param shrinkage λ, above 0 to 1
     * @param seed of the random directions
     */
    static double[] fit(Examples examples, int k, double shrinkage, long seed) {
        int side = Math.min(examples.classes(), examples.dimension());
        if (side > MOST_EIGENVECTORS) {
            throw new InvalidParameterException(
                    "label", "expected at most " + MOST_EIGENVECTORS + " labels or numbers of a vector, got " + side);
        }
        Discriminants fit = new Discriminants(examples);
        double[][] lower = Cholesky.of(fit.spread(shrinkage));
        double[][] axes = fit.axes(lower, k);
        double[] projection = new double[fit.d * k];
        double[][] columns = new double[k][];
        SplittableRandom random = new SplittableRandom(seed);
        for (int j = 0; j < k; j++) {
            columns[j] = j < axes.length ? axes[j] : another(columns, j, fit.d, random);
        }
        double squares = 0;
        for (int j = 0; j < k; j++) {
            double[] column = Cholesky.solveTransposed(lower, columns[j]);
            for (int i = 0; i < fit.d; i++) {
                projection[i * k + j] = column[i];
                squares += column[i] * column[i];
            }
        }
        double scale = Math.sqrt(k / squares);
        for (int i = 0; i < projection.length; i++) {
            projection[i] *= scale;
        }
        return projection;
    }

    private static double[][] means(Examples examples) {
        double[][] means = new double[examples.classes()][examples.dimension()];
        float[] row = new float[examples.dimension()];
        for (int n = 0; n < examples.size(); n++) {
            examples.vectors().read(n, row);
            double[] of = means[examples.given()[n]];
            for (int i = 0; i < row.length; i++) {
                of[i] += row[i];
            }
        }
        int[] support = examples.support();
        for (int c = 0; c < means.length; c++) {
            for (int i = 0; i < means[c].length; i++) {
                means[c][i] /= Math.max(1, support[c]);
            }
        }
        return means;
    }

    /** The shrunk spread within classes; its lower triangle is set. */
    private double[][] spread(double shrinkage) {
        // Evenly over all images, so over the classes as well.
        int step = Math.max(1, Math.ceilDiv(examples.size(), Math.max(1, MOST_DEVIATIONS / d)));
        int rows = Math.ceilDiv(examples.size(), step);
        float[][] deviations = new float[d][rows];
        float[] row = new float[d];
        for (int n = 0; n < rows; n++) {
            examples.vectors().read(n * step, row);
            double[] centre = means[examples.given()[n * step]];
            for (int i = 0; i < d; i++) {
                deviations[i][n] = (float) (row[i] - centre[i]);
            }
        }
        double[][] spread = new double[d][d];
        IntStream.range(0, d).parallel().forEach(i -> {
            for (int j = 0; j <= i; j++) {
                spread[i][j] = dot(deviations[i], deviations[j]) / rows;
            }
        });
        double trace = IntStream.range(0, d).mapToDouble(i -> spread[i][i]).sum();
        // Where nothing is spread, all directions are the same.
        double sphere = trace > 0 ? shrinkage * trace / d : 1;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                spread[i][j] *= 1 - shrinkage;
            }
            spread[i][i] += sphere;
        }
        return spread;
    }

    /** The principal axes of the class means where the spread is a sphere, the longest first, at most k. */
    private double[][] axes(double[][] lower, int k) {
        int[] support = examples.support();
        double[][] whitened = new double[means.length][];
        IntStream.range(0, means.length).parallel().forEach(c -> {
            double weight = Math.sqrt((double) support[c] / examples.size());
            double[] from = new double[d];
            for (int i = 0; i < d; i++) {
                from[i] = weight * (means[c][i] - mean[i]);
            }
            whitened[c] = Cholesky.solve(lower, from);
        });
        boolean byClass = means.length <= d;
        double[][] rows = byClass ? whitened : transposed(whitened);
        double[][] gram = new double[rows.length][rows.length];
        IntStream.range(0, rows.length).parallel().forEach(i -> {
            for (int j = 0; j <= i; j++) {
                gram[i][j] = dot(rows[i], rows[j]);
            }
        });
        for (int i = 0; i < gram.length; i++) {
            for (int j = 0; j < i; j++) {
                gram[j][i] = gram[i][j];
            }
        }
        EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(new Array2DRowRealMatrix(gram, false));
        double largest = eigen.getEigenvalue(0);
        int wanted = Math.min(k, Math.min(means.length - 1, d));
        int found = 0;
        while (found < wanted && eigen.getEigenvalue(found) > ROUNDING * largest) {
            found++;
        }
        double[][] axes = new double[found][];
        for (int axis = 0; axis < found; axis++) {
            double[] vector = eigen.getEigenvector(axis).toArray();
            axes[axis] = upright(unit(byClass ? combined(whitened, vector) : vector));
        }
        return axes;
    }

    private double[] combined(double[][] rows, double[] weights) {
        double[] sum = new double[d];
        for (int c = 0; c < rows.length; c++) {
            for (int i = 0; i < d; i++) {
                sum[i] += weights[c] * rows[c][i];
            }
        }
        return sum;
    }

    /** A random direction orthogonal to the first {@code count} of some orthogonal ones; taken off twice, since once leaves rounding. */
    private static double[] another(double[][] before, int count, int d, SplittableRandom random) {
        double[] direction = new double[d];
        for (int i = 0; i < d; i++) {
            direction[i] = random.nextGaussian();
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < count; j++) {
                double along = dot(direction, before[j]);
                for (int i = 0; i < d; i++) {
                    direction[i] -= along * before[j][i];
                }
            }
        }
        return unit(direction);
    }

    /** An eigenvector's sign says nothing: its largest component is made positive. */
    private static double[] upright(double[] vector) {
        int largest = 0;
        for (int i = 1; i < vector.length; i++) {
            if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
                largest = i;
            }
        }
        if (vector[largest] < 0) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = -vector[i];
            }
        }
        return vector;
    }

    private static double[] unit(double[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    private static double[][] transposed(double[][] rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                columns[j][i] = rows[i][j];
            }
        }
        return columns;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
