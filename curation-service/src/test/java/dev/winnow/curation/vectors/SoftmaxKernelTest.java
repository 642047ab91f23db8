package dev.winnow.curation.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.SoftmaxKernel.Rows;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxKernelTest {

    private static final int CLASSES = 7;
    private static final int DIMENSION = 13;

    @Test
    void lossGradientAndScoresAreThoseOfPlainLoops() {
        Random random = new Random(3);
        Vectors vectors = Vectors.of(DIMENSION, TestVectors.random(2_600, DIMENSION, 4));
        int[] given = random.ints(vectors.size(), 0, CLASSES).toArray();
        double[] model = random.doubles((DIMENSION + 1) * CLASSES, -2, 2).toArray();
        List<Rows> runs = List.of(new Rows(0, 1_100), new Rows(1_300, 2_600));
        double[] expected = new double[model.length];
        double expectedLoss = 0;
        for (Rows run : runs) {
            for (int row = run.from(); row < run.to(); row++) {
                expectedLoss += add(vectors.get(row), given[row], model, expected);
            }
        }
        try (Neighbours neighbours = new Neighbours();
                SoftmaxKernel kernel = new SoftmaxKernel(neighbours, vectors, CLASSES)) {
            double[] gradient = new double[model.length];
            double loss = kernel.crossEntropy(runs, given, model, gradient);
            assertThat(loss).isCloseTo(expectedLoss, within(1e-2));
            assertThat(gradient).containsExactly(expected, within(1e-2));
            float[][] scores = kernel.scores(new Rows(1_000, 2_300), model);
            assertThat(scores).hasDimensions(1_300, CLASSES);
            for (int c = 0; c < CLASSES; c++) {
                assertThat((double) scores[77][c]).isCloseTo(score(vectors.get(1_077), model, c), within(1e-5));
            }
        }
    }

    private static double score(float[] x, double[] model, int c) {
        double score = model[CLASSES * DIMENSION + c];
        for (int i = 0; i < DIMENSION; i++) {
            score += model[c * DIMENSION + i] * x[i];
        }
        return score;
    }

    private static double add(float[] x, int given, double[] model, double[] gradient) {
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            sum += Math.exp(score(x, model, c));
        }
        for (int c = 0; c < CLASSES; c++) {
            double error = Math.exp(score(x, model, c)) / sum - (c == given ? 1 : 0);
            for (int i = 0; i < DIMENSION; i++) {
                gradient[c * DIMENSION + i] += error * x[i];
            }
            gradient[CLASSES * DIMENSION + c] += error;
        }
        return Math.log(sum) - score(x, model, given);
    }
}
