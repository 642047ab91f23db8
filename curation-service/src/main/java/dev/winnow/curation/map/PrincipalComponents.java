package dev.winnow.curation.map;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * The plane of the largest variance through the mean (Pearson, 1901; Hotelling, 1933): the two first eigenvectors of the
 * covariance, found by the method of Lanczos (1950) with full reorthogonalisation, without ever writing the covariance
 * down. They are exact up to a residual of a billionth of the largest eigenvalue. The sign of an axis is chosen so that
 * its largest component is positive.
 *
 * @param mean of the vectors, d numbers
 * @param axes two orthogonal unit vectors; zero where the vectors vary in fewer directions
 * @param explained the share of the variance along each axis, 0 to 1; both 0 where there is none
 */
public record PrincipalComponents(double[] mean, double[][] axes, double[] explained) {

    private static final int AXES = 2;
    private static final double RESIDUAL = 1e-9;
    /** A variance below this, of unit vectors, is rounding. */
    private static final double NO_VARIANCE = 1e-12;
    /** Looking whether it is exact enough costs as much as some steps. */
    private static final int LOOK_EVERY = 8;

    private static final int CHUNK = 2_048;
    private static final int CHUNKS_A_REPORT = 32;

    /**
     * Fits the plane. Cost O(n · d) a step, some tens of steps as a rule, d at most; memory: 8 · d bytes a step.
     */
    public static PrincipalComponents fit(Vectors vectors, Progress progress) {
        return new Lanczos(vectors, progress).fit();
    }

    /** Where the vectors lie on the plane. */
    public Layout project(Vectors vectors) {
        Layout layout = Layout.of(vectors.size());
        for (int row = 0; row < vectors.size(); row++) {
            double[] place = project(vectors.get(row));
            layout.x()[row] = place[0];
            layout.y()[row] = place[1];
        }
        return layout;
    }

    /** Where a unit vector lies on the plane, x and y. */
    public double[] project(float[] vector) {
        double[] place = new double[AXES];
        for (int axis = 0; axis < AXES; axis++) {
            for (int i = 0; i < vector.length; i++) {
                place[axis] += axes[axis][i] * (vector[i] - mean[i]);
            }
        }
        return place;
    }

    private static final class Lanczos {

        private final Vectors vectors;
        private final Progress progress;
        private final int dimension;
        private final double[] mean;
        private final double variance;
        /** Any seed leads to the same plane; a fixed one to the same last digits. */
        private final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(1);

        private final List<double[]> basis = new ArrayList<>();
        private final List<Double> diagonal = new ArrayList<>();
        private final List<Double> besides = new ArrayList<>();

        Lanczos(Vectors vectors, Progress progress) {
            this.vectors = vectors;
            this.progress = progress;
            this.dimension = vectors.dimension();
            this.mean = new double[dimension];
            double squares = 0;
            for (int row = 0; row < vectors.size(); row++) {
                if (row % (CHUNK * CHUNKS_A_REPORT) == 0) {
                    progress.at("principal components", 0);
                }
                float[] vector = vectors.get(row);
                for (int i = 0; i < dimension; i++) {
                    mean[i] += (double) vector[i] / vectors.size();
                    squares += (double) vector[i] * vector[i] / vectors.size();
                }
            }
            this.variance = squares - dot(mean, mean);
        }

        PrincipalComponents fit() {
            if (variance < NO_VARIANCE) {
                return new PrincipalComponents(mean, new double[AXES][dimension], new double[AXES]);
            }
            double[] direction = anyOther();
            while (true) {
                basis.add(direction);
                double[] next = covarianceTimes(direction);
                diagonal.add(dot(next, direction));
                orthogonalise(next);
                double rest = Math.sqrt(dot(next, next));
                int steps = basis.size();
                // All that is reached from here is known; what varies across all of it is found from another beginning.
                boolean closed = rest < NO_VARIANCE;
                if (steps == dimension || closed || steps % LOOK_EVERY == 0) {
                    EigenDecompositionSymmetric found = decomposition();
                    if (steps == dimension || (closed ? allFound(found) : exact(found, rest))) {
                        return components(found);
                    }
                }
                besides.add(closed ? 0 : rest);
                direction = closed ? anyOther() : scaled(next, 1 / rest);
            }
        }

        /** The eigenvectors of the covariance as seen within the basis: a tridiagonal matrix. */
        private EigenDecompositionSymmetric decomposition() {
            return new EigenDecompositionSymmetric(
                    diagonal.stream().mapToDouble(x -> x).toArray(),
                    besides.stream().mapToDouble(x -> x).toArray());
        }

        private static boolean exact(EigenDecompositionSymmetric found, double rest) {
            int last = found.getEigenvector(0).getDimension() - 1;
            return last >= AXES
                    && IntStream.range(0, AXES)
                            .allMatch(axis ->
                                    Math.abs(rest * found.getEigenvector(axis).getEntry(last))
                                            < RESIDUAL * found.getEigenvalue(0));
        }

        private boolean allFound(EigenDecompositionSymmetric found) {
            double sum = 0;
            for (double eigenvalue : found.getEigenvalues()) {
                sum += eigenvalue;
            }
            return variance - sum < RESIDUAL * variance;
        }

        private PrincipalComponents components(EigenDecompositionSymmetric found) {
            double[][] axes = new double[AXES][dimension];
            double[] explained = new double[AXES];
            for (int axis = 0; axis < Math.min(AXES, basis.size()); axis++) {
                explained[axis] = Math.clamp(found.getEigenvalue(axis) / variance, 0.0, 1.0);
                if (explained[axis] > RESIDUAL) {
                    for (int step = 0; step < basis.size(); step++) {
                        add(axes[axis], found.getEigenvector(axis).getEntry(step), basis.get(step));
                    }
                    double length = Math.sqrt(dot(axes[axis], axes[axis]));
                    axes[axis] = scaled(axes[axis], sign(axes[axis]) / length);
                }
            }
            return new PrincipalComponents(mean, axes, explained);
        }

        private static double sign(double[] vector) {
            double largest = 0;
            for (double x : vector) {
                largest = Math.abs(x) > Math.abs(largest) ? x : largest;
            }
            return Math.signum(largest);
        }

        /** A direction drawn at random, orthogonal to all so far. */
        private double[] anyOther() {
            double[] direction = new double[dimension];
            for (int i = 0; i < dimension; i++) {
                direction[i] = random.nextGaussian();
            }
            orthogonalise(direction);
            return scaled(direction, 1 / Math.sqrt(dot(direction, direction)));
        }

        /** Twice, because rounding leaves some of what is taken out once. */
        private void orthogonalise(double[] vector) {
            for (int pass = 0; pass < 2; pass++) {
                for (double[] other : basis) {
                    add(vector, -dot(vector, other), other);
                }
            }
        }

        /** Σ (x − mean) ((x − mean) · direction) / n; summed chunk by chunk in a fixed order, whatever the threads. */
        private double[] covarianceTimes(double[] direction) {
            double offset = dot(mean, direction);
            double[] product = new double[dimension];
            int chunks = (vectors.size() + CHUNK - 1) / CHUNK;
            for (int first = 0; first < chunks; first += CHUNKS_A_REPORT) {
                progress.at("principal components", 1 - Math.pow(0.95, basis.size()));
                IntStream.range(first, Math.min(chunks, first + CHUNKS_A_REPORT))
                        .parallel()
                        .mapToObj(chunk -> covarianceTimes(direction, offset, chunk * CHUNK))
                        .toList()
                        .forEach(part -> add(product, 1.0 / vectors.size(), part));
            }
            return product;
        }

        private double[] covarianceTimes(double[] direction, double offset, int from) {
            double[] sum = new double[dimension];
            double along = 0;
            for (int row = from; row < Math.min(vectors.size(), from + CHUNK); row++) {
                float[] vector = vectors.get(row);
                double coefficient = -offset;
                for (int i = 0; i < vector.length; i++) {
                    coefficient += vector[i] * direction[i];
                }
                for (int i = 0; i < vector.length; i++) {
                    sum[i] += coefficient * vector[i];
                }
                along += coefficient;
            }
            add(sum, -along, mean);
            return sum;
        }

        private static double dot(double[] one, double[] other) {
            double sum = 0;
            for (int i = 0; i < one.length; i++) {
                sum += one[i] * other[i];
            }
            return sum;
        }

        private static void add(double[] to, double factor, double[] vector) {
            for (int i = 0; i < to.length; i++) {
                to[i] += factor * vector[i];
            }
        }

        private static double[] scaled(double[] vector, double factor) {
            double[] scaled = new double[vector.length];
            add(scaled, factor, vector);
            return scaled;
        }
    }
}
