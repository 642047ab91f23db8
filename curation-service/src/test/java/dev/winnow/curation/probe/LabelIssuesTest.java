package dev.winnow.curation.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.probe.LabelIssues.Judgement;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelIssuesTest {

    @Test
    void confidentLearningIsThatOfThePaper() {
        float[][] p = {{0.9f, 0.1f}, {0.7f, 0.3f}, {0.1f, 0.9f}, {0.2f, 0.8f}, {0.4f, 0.6f}, {0.95f, 0.05f}};
        int[] given = {0, 0, 0, 1, 1, 1};
        boolean[] judged = {true, true, true, true, true, true};
        ConfidentLearning found = ConfidentLearning.of(p, given, judged, 2);
        // (0.9 + 0.7 + 0.1) / 3 and (0.8 + 0.6 + 0.05) / 3.
        assertThat(found.thresholds()).containsExactly(new double[] {1.7 / 3, 1.45 / 3}, within(1e-6));
        assertThat(found.believed()).containsExactly(0, 0, 1, 1, 1, 0);
        assertThat(found.joint()).isDeepEqualTo(new double[][] {{2, 1}, {1, 2}});
        assertThat(found.expectedErrors()).isCloseTo(2, within(1e-9));
    }

    @Test
    void whoIsNotJudgedIsBelievedNothing() {
        float[][] p = {{0.9f, 0.1f}, {0.2f, 0.8f}};
        ConfidentLearning found = ConfidentLearning.of(p, new int[] {0, 1}, new boolean[2], 2);
        assertThat(found.believed()).containsExactly(-1, -1);
        assertThat(found.expectedErrors()).isZero();
    }

    @Test
    void plantedErrorsComeFirstWithTheRightSuggestion() {
        int[] sizes = {80, 80, 80, 80, 80};
        Vectors vectors = Vectors.of(32, TestVectors.clustered(sizes, 32, 0.5, 9));
        LabelledRows clean = LinearProbeTest.labelled(sizes);
        int[] noisy = clean.given().clone();
        TreeSet<Integer> wrong = new TreeSet<>();
        Random random = new Random(1);
        while (wrong.size() < 20) {
            int i = random.nextInt(noisy.length);
            if (wrong.add(i)) {
                noisy[i] = (noisy[i] + 1 + random.nextInt(4)) % 5;
            }
        }
        try (Neighbours neighbours = new Neighbours()) {
            LinearProbe.Validated probe = new LinearProbe(neighbours)
                    .validate(
                            vectors,
                            new LabelledRows(clean.classes(), clean.rows(), noisy),
                            List.of(),
                            5,
                            10,
                            1,
                            Progress.NONE);
            Neighbours.Nearest nearest = neighbours.join(vectors, LabelIssues.DEFAULT_K, Progress.NONE);
            LabelIssues.Found found = LabelIssues.rank(probe, nearest);
            List<Judgement> first = found.ranking().subList(0, 20);
            assertThat(first).extracting(Judgement::image).containsExactlyInAnyOrderElementsOf(wrong);
            assertThat(first).allSatisfy(judgement -> {
                assertThat(judgement.issue()).isTrue();
                assertThat(judgement.suggested()).isEqualTo(clean.given()[judgement.image()]);
            });
            assertThat(found.confident().expectedErrors()).isBetween(10.0, 30.0);
            assertQualityIsTheMeanOfBoth(probe, nearest, found.ranking());
        }
    }

    private static void assertQualityIsTheMeanOfBoth(
            LinearProbe.Validated probe, Neighbours.Nearest nearest, List<Judgement> ranking) {
        int[] given = probe.labelled().given();
        for (Judgement judgement : ranking) {
            int i = judgement.image();
            long same = IntStream.range(0, nearest.k())
                    .filter(rank -> given[nearest.row(i, rank)] == given[i])
                    .count();
            double expected = (probe.probabilities()[i][given[i]] + (double) same / nearest.k()) / 2;
            assertThat(judgement.quality()).isCloseTo(expected, within(1e-9));
        }
        double[] qualities = ranking.stream().mapToDouble(Judgement::quality).toArray();
        assertThat(qualities).isEqualTo(Arrays.stream(qualities).sorted().toArray());
    }
}
