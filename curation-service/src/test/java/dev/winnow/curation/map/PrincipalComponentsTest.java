package dev.winnow.curation.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrincipalComponentsTest {

    @ParameterizedTest
    @CsvSource({"5, 3", "40, 12", "300, 64", "3000, 20", "10, 128"})
    void areTheFirstEigenvectorsOfTheCovariance(int size, int dimension) {
        Vectors vectors = Vectors.of(
                dimension, TestVectors.clustered(new int[] {size / 2, size - size / 2}, dimension, 0.5, size));
        PrincipalComponents found = PrincipalComponents.fit(vectors, Progress.NONE);

        double[][] covariance = covariance(vectors);
        EigenDecompositionSymmetric expected =
                new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(covariance));
        double trace =
                IntStream.range(0, dimension).mapToDouble(i -> covariance[i][i]).sum();
        for (int axis = 0; axis < 2; axis++) {
            double[] direction = expected.getEigenvector(axis).toArray();
            assertThat(Math.abs(dot(found.axes()[axis], direction))).isCloseTo(1, within(1e-6));
            assertThat(found.explained()[axis]).isCloseTo(expected.getEigenvalue(axis) / trace, within(1e-8));
        }
        assertThat(dot(found.axes()[0], found.axes()[1])).isCloseTo(0, within(1e-6));
        Layout layout = found.project(vectors);
        double spread = IntStream.range(0, size)
                .mapToDouble(i -> layout.x()[i] * layout.x()[i])
                .average()
                .orElseThrow();
        assertThat(spread).isCloseTo(expected.getEigenvalue(0), within(1e-6));
        assertThat(IntStream.range(0, size).mapToDouble(i -> layout.x()[i]).sum())
                .isCloseTo(0, within(1e-3));
    }

    private static double[][] covariance(Vectors vectors) {
        int d = vectors.dimension();
        double[] mean = new double[d];
        for (int row = 0; row < vectors.size(); row++) {
            for (int i = 0; i < d; i++) {
                mean[i] += vectors.get(row)[i] / vectors.size();
            }
        }
        double[][] covariance = new double[d][d];
        for (int row = 0; row < vectors.size(); row++) {
            float[] x = vectors.get(row);
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / vectors.size();
                }
            }
        }
        return covariance;
    }

    private static double dot(double[] one, double[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> one[i] * other[i])
                .sum();
    }

    @Test
    void theSameAgain() {
        Vectors vectors = Vectors.of(32, TestVectors.random(5_000, 32, 1));
        PrincipalComponents once = PrincipalComponents.fit(vectors, Progress.NONE);
        PrincipalComponents again = PrincipalComponents.fit(vectors, Progress.NONE);
        assertThat(again.axes()).isDeepEqualTo(once.axes());
    }

    @Test
    void standsDegenerateDatasets() {
        assertThat(PrincipalComponents.fit(Vectors.of(3, List.of()), Progress.NONE)
                        .explained())
                .containsExactly(0, 0);
        assertThat(PrincipalComponents.fit(Vectors.of(3, TestVectors.random(1, 3, 1)), Progress.NONE)
                        .explained())
                .containsExactly(0, 0);
        assertThat(PrincipalComponents.fit(Vectors.of(2, Collections.nCopies(30, new float[] {1, 1})), Progress.NONE)
                        .explained())
                .containsExactly(0, 0);
        // Two images lie on a line, and three at right angles to each other vary alike in both directions.
        Vectors two = Vectors.of(3, List.of(new float[] {1, 0, 0}, new float[] {0, 1, 0}));
        PrincipalComponents line = PrincipalComponents.fit(two, Progress.NONE);
        assertThat(line.explained()[0]).isCloseTo(1, within(1e-9));
        assertThat(line.explained()[1]).isZero();
        Vectors three = Vectors.of(3, List.of(new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, 1}));
        PrincipalComponents plane = PrincipalComponents.fit(three, Progress.NONE);
        assertThat(plane.explained()[0]).isCloseTo(0.5, within(1e-9));
        assertThat(plane.explained()[1]).isCloseTo(0.5, within(1e-9));
        Vectors numbers = Vectors.of(1, List.of(new float[] {1}, new float[] {-1}));
        assertThat(PrincipalComponents.fit(numbers, Progress.NONE).explained()[0])
                .isCloseTo(1, within(1e-9));
    }
}
