package dev.winnow.curation.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LloydTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final Lloyd LLOYD = new Lloyd(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void doesWhatTheDefinitionSays(long seed) {
        List<float[]> rows = TestVectors.clustered(new int[] {40, 30, 20, 10}, 6, 0.7, seed);
        Vectors vectors = Vectors.of(6, rows);
        Vectors centres = vectors.select(new int[] {0, 50, 75, 95});
        Lloyd.Fit fit = LLOYD.run(vectors, centres, 3, Progress.NONE);
        double[][] expected = new double[4][];
        for (int c = 0; c < 4; c++) {
            expected[c] = doubles(centres.get(c));
        }
        for (int round = 0; round < fit.rounds(); round++) {
            expected = round(vectors, expected);
        }
        for (int c = 0; c < 4; c++) {
            for (int i = 0; i < 6; i++) {
                assertThat((double) fit.centres().get(c)[i]).isCloseTo(expected[c][i], within(1e-5));
            }
        }
        for (int row = 0; row < vectors.size(); row++) {
            assertThat(fit.assignment().centre()[row]).isEqualTo(nearest(vectors.get(row), expected));
        }
    }

    /** Rounds in which few vectors are compared lead where comparing all leads: in tight clusters, and where there are none. */
    @ParameterizedTest
    @CsvSource({"0.1, 1", "0.3, 2", "0.6, 3", "1.5, 4"})
    void whatIsNotComparedAgainWouldHaveStayed(double spread, long seed) {
        int[] sizes = new int[25];
        Arrays.fill(sizes, 40);
        Vectors vectors = Vectors.of(12, TestVectors.clustered(sizes, 12, spread, seed));
        Vectors centres = vectors.select(IntStream.range(0, 15).map(i -> i * 53).toArray());
        double[][] expected = new double[15][];
        Arrays.setAll(expected, c -> doubles(centres.get(c)));
        for (int rounds = 1; rounds <= 12; rounds++) {
            Lloyd.Fit fit = LLOYD.run(vectors, centres, rounds, Progress.NONE);
            expected = round(vectors, expected);
            int[] nearest = new int[vectors.size()];
            double[][] now = expected;
            Arrays.setAll(nearest, row -> nearest(vectors.get(row), now));
            assertThat(fit.assignment().centre()).isEqualTo(nearest);
        }
    }

    @Test
    void everyRoundBringsVectorsNearerToTheirCentres() {
        Vectors vectors = Vectors.of(8, TestVectors.random(400, 8, 1));
        Vectors centres = vectors.select(new int[] {0, 1, 2, 3, 4, 5});
        double before = -1;
        for (int rounds = 0; rounds < 8; rounds++) {
            double cohesion = LLOYD.run(vectors, centres, rounds, Progress.NONE)
                    .assignment()
                    .cohesion();
            assertThat(cohesion).isGreaterThan(before - 1e-6);
            before = cohesion;
        }
    }

    @Test
    void endsWhenNothingMovesAndLeavesACentreWithoutVectors() {
        Vectors same = Vectors.of(3, Collections.nCopies(20, new float[] {0, 0, 1}));
        Vectors centres = Vectors.of(3, List.of(new float[] {0, 1, 1}, new float[] {1, 0, 0}));
        Lloyd.Fit fit = LLOYD.run(same, centres, 50, Progress.NONE);
        assertThat(fit.rounds()).isEqualTo(1);
        assertThat(fit.assignment().centre()).containsOnly(0);
        assertThat(fit.centres().get(0)).containsExactly(0, 0, 1);
        assertThat(fit.centres().get(1)).containsExactly(1, 0, 0);
    }

    /** Three groups, of which two share a centre and the third centre has nobody: it goes where it is needed. */
    @Test
    void aCentreThatRunsEmptyGoesToTheFarthestVector() {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            float[] row = {0.01f * (i % 5), 0.01f * (i % 3), 0.01f * (i % 2)};
            row[i < 30 ? 0 : i < 60 ? 1 : 2] = 1;
            rows.add(row);
        }
        Vectors vectors = Vectors.of(3, rows);
        Vectors centres = Vectors.of(3, List.of(rows.get(0), rows.get(30), new float[] {-1, -1, -1}));
        assertThat(NEIGHBOURS.assign(vectors, centres, Progress.NONE).centre()).doesNotContain(2);
        int[] found =
                LLOYD.run(vectors, centres, 10, Progress.NONE).assignment().centre();
        for (int row = 0; row < found.length; row++) {
            assertThat(found[row]).isEqualTo(row < 30 ? 0 : row < 60 ? 1 : 2);
        }
    }

    @Test
    void nothingStaysWhereItIs() {
        Vectors centres = Vectors.of(2, List.of(new float[] {1, 0}));
        Lloyd.Fit fit = LLOYD.run(Vectors.of(2, List.of()), centres, 5, Progress.NONE);
        assertThat(fit.assignment().cohesion()).isZero();
        assertThat(fit.centres().get(0)).containsExactly(1, 0);
        Vectors opposite = Vectors.of(2, List.of(new float[] {1, 0}, new float[] {-1, 0}));
        Vectors above = Vectors.of(2, List.of(new float[] {0, 1}));
        assertThat(LLOYD.run(opposite, above, 5, Progress.NONE).centres().get(0))
                .containsExactly(0, 1);
    }

    private static double[][] round(Vectors vectors, double[][] centres) {
        double[][] sums = new double[centres.length][centres[0].length];
        for (int row = 0; row < vectors.size(); row++) {
            float[] vector = vectors.get(row);
            double[] sum = sums[nearest(vector, centres)];
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        for (int c = 0; c < sums.length; c++) {
            double norm = 0;
            for (double x : sums[c]) {
                norm += x * x;
            }
            for (int i = 0; i < sums[c].length; i++) {
                sums[c][i] = norm == 0 ? centres[c][i] : sums[c][i] / Math.sqrt(norm);
            }
        }
        return sums;
    }

    private static int nearest(float[] vector, double[][] centres) {
        int nearest = 0;
        double best = -2;
        for (int c = 0; c < centres.length; c++) {
            double similarity = 0;
            for (int i = 0; i < vector.length; i++) {
                similarity += vector[i] * centres[c][i];
            }
            if (similarity > best) {
                best = similarity;
                nearest = c;
            }
        }
        return nearest;
    }

    private static double[] doubles(float[] vector) {
        double[] copy = new double[vector.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = vector[i];
        }
        return copy;
    }
}
