package dev.winnow.curation.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LinearProbeTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final LinearProbe PROBE = new LinearProbe(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void aFoldIsJudgedAsByAPlainModelOfTheOthers() {
        int[] sizes = {30, 25, 20};
        Vectors vectors = Vectors.of(6, TestVectors.clustered(sizes, 6, 0.8, 5));
        LabelledRows labelled = labelled(sizes);
        LinearProbe.Validated found = PROBE.validate(vectors, labelled, List.of(), 3, 2, 42, Progress.NONE);
        double[][] expected = new double[75][];
        for (int fold = 0; fold < 3; fold++) {
            int held = fold;
            int[] train = IntStream.range(0, 75)
                    .filter(i -> found.foldOf()[i] != held)
                    .toArray();
            double[][] model = descend(vectors, train, labelled.given(), 3, 2);
            for (int i = 0; i < 75; i++) {
                if (found.foldOf()[i] == fold) {
                    expected[i] = scores(vectors.get(i), model);
                }
            }
        }
        // The temperature moves probabilities, not their order, and ratios of logarithms even less.
        for (int i = 0; i < 75; i++) {
            float[] p = found.probabilities()[i];
            double ours = Math.log(p[0] / p[1]) / Math.log(p[1] / p[2]);
            double theirs = (expected[i][0] - expected[i][1]) / (expected[i][1] - expected[i][2]);
            assertThat(Math.atan(ours)).isCloseTo(Math.atan(theirs), within(0.05));
        }
        assertThat(found.accuracy()).isGreaterThan(0.6);
    }

    /** Gradient descent on the same function, in double precision, until nothing changes. */
    private static double[][] descend(Vectors vectors, int[] rows, int[] given, int classes, double c) {
        int d = vectors.dimension();
        double[][] model = new double[classes][d + 1];
        for (int step = 0; step < 6_000; step++) {
            double[][] gradient = new double[classes][d + 1];
            for (int row : rows) {
                float[] x = vectors.get(row);
                double[] scores = scores(x, model);
                double sum = Arrays.stream(scores).map(Math::exp).sum();
                for (int k = 0; k < classes; k++) {
                    double error = Math.exp(scores[k]) / sum - (given[row] == k ? 1 : 0);
                    for (int i = 0; i < d; i++) {
                        gradient[k][i] += error * x[i] / rows.length;
                    }
                    gradient[k][d] += error / rows.length;
                }
            }
            for (int k = 0; k < classes; k++) {
                for (int i = 0; i <= d; i++) {
                    double held = i < d ? model[k][i] / (c * rows.length) : 0;
                    model[k][i] -= gradient[k][i] + held;
                }
            }
        }
        return model;
    }

    private static double[] scores(float[] x, double[][] model) {
        double[] scores = new double[model.length];
        for (int k = 0; k < model.length; k++) {
            scores[k] = model[k][x.length];
            for (int i = 0; i < x.length; i++) {
                scores[k] += model[k][i] * x[i];
            }
        }
        return scores;
    }

    @Test
    void foldsAreStratifiedAndKeepGroupsTogether() {
        int[] sizes = {50, 50, 20};
        Vectors vectors = Vectors.of(8, TestVectors.clustered(sizes, 8, 0.3, 1));
        List<int[]> groups = new ArrayList<>();
        for (int i = 0; i < 100; i += 4) {
            groups.add(new int[] {i, i + 1, i + 2, i + 3});
        }
        LinearProbe.Validated found = PROBE.validate(vectors, labelled(sizes), groups, 5, 10, 7, Progress.NONE);
        for (int[] group : groups) {
            Set<Integer> folds =
                    Arrays.stream(group).mapToObj(row -> found.foldOf()[row]).collect(Collectors.toSet());
            assertThat(folds).hasSize(1);
        }
        for (int fold = 0; fold < 5; fold++) {
            int held = fold;
            assertThat(IntStream.range(100, 120).filter(i -> found.foldOf()[i] == held))
                    .hasSize(4);
        }
        LinearProbe.Validated again = PROBE.validate(vectors, labelled(sizes), groups, 5, 10, 7, Progress.NONE);
        assertThat(again.probabilities()).isDeepEqualTo(found.probabilities());
    }

    @Test
    void aClassOfOneImageIsNotJudged() {
        int[] sizes = {10, 10, 1};
        Vectors vectors = Vectors.of(4, TestVectors.clustered(sizes, 4, 0.2, 2));
        LinearProbe.Validated found = PROBE.validate(vectors, labelled(sizes), List.of(), 5, 10, 7, Progress.NONE);
        assertThat(found.judged()[20]).isFalse();
        assertThat(found.judgedCount()).isEqualTo(20);
        assertThat(found.probabilities()[20][2]).isLessThan(1e-3f);
    }

    @Test
    void twoImagesOfTwoClassesAreNotJudgedEither() {
        int[] sizes = {1, 1};
        Vectors vectors = Vectors.of(4, TestVectors.clustered(sizes, 4, 0.2, 2));
        LinearProbe.Validated found = PROBE.validate(vectors, labelled(sizes), List.of(), 5, 10, 7, Progress.NONE);
        assertThat(found.folds()).isEqualTo(2);
        assertThat(found.judgedCount()).isZero();
        assertThat(found.accuracy()).isZero();
        assertThat(found.errorAfter()).isZero();
    }

    @Test
    void saysWhatItNeeds() {
        Vectors vectors = Vectors.of(4, TestVectors.random(6, 4, 2));
        assertThatThrownBy(() -> PROBE.validate(vectors, labelled(6), List.of(), 5, 10, 7, Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("two labels");
        List<int[]> all = List.of(new int[] {0, 1, 2, 3, 4, 5});
        assertThatThrownBy(() -> PROBE.validate(vectors, labelled(3, 3), all, 5, 10, 7, Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("not all duplicates");
    }

    @Test
    void aModelThatIsTooSureIsCooled() {
        // A third of the labels is drawn: a model cannot be surer than that, and one of little regularisation is.
        int[] sizes = {200, 200, 200, 200};
        Vectors vectors = Vectors.of(64, TestVectors.clustered(sizes, 64, 0.6, 2));
        LabelledRows clean = labelled(sizes);
        Random random = new Random(1);
        int[] noisy = Arrays.stream(clean.given())
                .map(c -> random.nextInt(3) == 0 ? random.nextInt(4) : c)
                .toArray();
        LinearProbe.Validated found = PROBE.validate(
                vectors, new LabelledRows(clean.classes(), clean.rows(), noisy), List.of(), 5, 1000, 7, Progress.NONE);
        assertThat(found.temperature()).isGreaterThan(1.1);
        assertThat(found.errorBefore()).isGreaterThan(0.07);
    }

    @Test
    void furtherImagesAreGivenTheClassTheyLieIn() {
        int[] sizes = {20, 20};
        Vectors vectors = Vectors.of(8, TestVectors.clustered(sizes, 8, 0.2, 3));
        int[] known = IntStream.range(0, 40).filter(i -> i % 2 == 0).toArray();
        LabelledRows labelled = new LabelledRows(
                List.of("a", "b"), known, Arrays.stream(known).map(i -> i / 20).toArray());
        int[] unknown = IntStream.range(0, 40).filter(i -> i % 2 == 1).toArray();
        float[][] found = PROBE.predict(vectors, labelled, unknown, 10, 1, Progress.NONE);
        for (int i = 0; i < unknown.length; i++) {
            assertThat(LinearProbe.best(found[i])).isEqualTo(unknown[i] / 20);
            assertThat(found[i][0] + found[i][1]).isCloseTo(1f, within(1e-5f));
        }
    }

    @Test
    void temperatureIsTheOneOfLeastLoss() {
        Random random = new Random(4);
        float[][] scores = new float[300][3];
        int[] given = new int[300];
        for (int i = 0; i < 300; i++) {
            given[i] = random.nextInt(3);
            for (int c = 0; c < 3; c++) {
                scores[i][c] = (float) (5 * random.nextGaussian() + (c == given[i] ? 4 : 0));
            }
        }
        double found = Calibration.temperature(scores, given, i -> true);
        double best = loss(scores, given, found);
        for (double other = 0.05; other < 50; other *= 1.05) {
            assertThat(loss(scores, given, other)).isGreaterThan(best - 1e-6);
        }
    }

    private static double loss(float[][] scores, int[] given, double temperature) {
        return IntStream.range(0, given.length)
                .mapToDouble(
                        i -> -Math.log(Math.max(1e-30, Calibration.probabilities(scores[i], temperature)[given[i]])))
                .average()
                .orElseThrow();
    }

    @Test
    void sharesOfFewImagesAreUncertain() {
        // Wilson's interval of 8 of 10, as statsmodels' proportion_confint gives it.
        Proportion share = Proportion.of(8, 10);
        assertThat(share.low()).isCloseTo(0.4901625, within(1e-6));
        assertThat(share.high()).isCloseTo(0.9433178, within(1e-6));
        assertThat(Proportion.of(0, 0).high()).isEqualTo(1);
    }

    static LabelledRows labelled(int... sizes) {
        int[] given = IntStream.range(0, sizes.length)
                .flatMap(c -> IntStream.generate(() -> c).limit(sizes[c]))
                .toArray();
        return new LabelledRows(
                IntStream.range(0, sizes.length).mapToObj(c -> "class-" + c).toList(),
                IntStream.range(0, given.length).toArray(),
                given);
    }
}
