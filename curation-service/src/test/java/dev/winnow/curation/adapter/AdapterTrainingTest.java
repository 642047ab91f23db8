package dev.winnow.curation.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.winnow.contract.Adapter;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.adapter.AdapterTraining.Accuracy;
import dev.winnow.curation.adapter.AdapterTraining.Settings;
import dev.winnow.curation.adapter.AdapterTraining.Trained;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.vectors.CosineKernel;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AdapterTrainingTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final int CLASSES = 5;

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** Five classes that differ in four directions, beside {@code noise} directions that say nothing and are as large. */
    private static Vectors noisy(int perClass, int noise, long seed) {
        Random random = new Random(seed);
        List<float[]> rows = new ArrayList<>();
        float[][] centres = new float[CLASSES][4];
        for (float[] centre : centres) {
            for (int i = 0; i < 4; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        for (int n = 0; n < CLASSES * perClass; n++) {
            float[] row = new float[4 + noise];
            for (int i = 0; i < row.length; i++) {
                row[i] =
                        (float) (i < 4 ? centres[n % CLASSES][i] + 0.3 * random.nextGaussian() : random.nextGaussian());
            }
            rows.add(row);
        }
        return Vectors.of(4 + noise, rows);
    }

    private static LabelledRows labelled(int size, int[] given) {
        return new LabelledRows(
                IntStream.range(0, CLASSES).mapToObj(c -> "class " + c).toList(),
                IntStream.range(0, size).toArray(),
                given);
    }

    private static LabelledRows byTurns(int size) {
        return labelled(size, IntStream.range(0, size).map(i -> i % CLASSES).toArray());
    }

    private static Settings settings(int dimension, long seed) {
        return new Settings(dimension, 0.25, 0.7, null, seed);
    }

    private static Trained train(Vectors vectors, LabelledRows labelled, Settings settings) {
        return new AdapterTraining(NEIGHBOURS).train(vectors, labelled, List.of(), settings, Progress.NONE);
    }

    @Test
    void findsWhatClassesDifferInAmongNoise() {
        Vectors vectors = noisy(60, 40, 1);
        Trained trained = train(vectors, byTurns(300), settings(8, 1));
        assertThat(trained.recommended()).isTrue();
        assertThat(trained.gain()).as(trained.accuracy().toString()).isGreaterThan(0.2);
        assertThat(trained.trained()).isEqualTo(225);
        assertThat(trained.heldOut()).isEqualTo(75);
        assertThat(trained.accuracy()).hasSize(6).allSatisfy(accuracy -> {
            assertThat(accuracy.after()).isGreaterThan(accuracy.before());
            assertThat(accuracy.after()).isGreaterThan(0.7);
        });
        assertThat(trained.classes()).hasSize(CLASSES).allSatisfy(of -> assertThat(of.heldOut())
                .isEqualTo(15));
    }

    @Test
    void isNotRecommendedWhereLabelsSayNothing() {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            Vectors vectors = Vectors.of(16, TestVectors.random(300, 16, seed));
            int[] given =
                    IntStream.generate(() -> random.nextInt(CLASSES)).limit(300).toArray();
            Trained trained = train(vectors, labelled(300, given), settings(8, seed));
            assertThat(trained.recommended()).as("seed " + seed).isFalse();
        }
    }

    @Test
    void isNotRecommendedWhereNothingIsToBeGained() {
        Vectors vectors = Vectors.of(8, TestVectors.clustered(new int[] {40, 40, 40, 40, 40}, 8, 0.01, 3));
        int[] given = IntStream.range(0, 200).map(i -> i / 40).toArray();
        Trained trained = train(vectors, labelled(200, given), settings(6, 1));
        assertThat(trained.accuracy()).allSatisfy(accuracy -> {
            assertThat(accuracy.before()).isEqualTo(1);
            assertThat(accuracy.after()).isEqualTo(1);
        });
        assertThat(trained.recommended()).isFalse();
    }

    @Test
    void theSameSeedGivesTheSameToTheLastBit() {
        Vectors vectors = noisy(30, 12, 2);
        Trained one = train(vectors, byTurns(150), settings(8, 7));
        Trained same = train(vectors, byTurns(150), settings(8, 7));
        Trained other = train(vectors, byTurns(150), settings(8, 8));
        assertThat(same.projection().weights()).containsExactly(one.projection().weights());
        assertThat(other.projection().weights()).isNotEqualTo(one.projection().weights());
        assertThat(same.accuracy()).isEqualTo(one.accuracy());
        String sha256 = TrainedAdapter.of("a", "m-1", one.projection()).sha256();
        assertThat(TrainedAdapter.of("a", "m-1", same.projection()).sha256()).isEqualTo(sha256);
        assertThat(TrainedAdapter.of("a", "m-2", same.projection()).sha256()).isNotEqualTo(sha256);
    }

    @Test
    void whatBelongsTogetherIsTrainedOnOrMeasuredOnTogether() {
        // Pairs of the same vector and a label of its own kind each: with a mate on the other side all would be known.
        Random random = new Random(5);
        List<float[]> rows = new ArrayList<>();
        List<int[]> pairs = new ArrayList<>();
        int[] given = new int[200];
        for (int i = 0; i < 100; i++) {
            float[] row = TestVectors.random(1, 12, 100 + i).getFirst();
            rows.add(row);
            rows.add(row);
            pairs.add(new int[] {2 * i, 2 * i + 1});
            given[2 * i] = given[2 * i + 1] = random.nextInt(CLASSES);
        }
        Trained trained = new AdapterTraining(NEIGHBOURS)
                .train(Vectors.of(12, rows), labelled(200, given), pairs, settings(6, 1), Progress.NONE);
        Accuracy nearest = trained.accuracy().getFirst();
        assertThat(nearest.neighbours()).isEqualTo("trained");
        assertThat(nearest.k()).isEqualTo(1);
        assertThat(nearest.before()).isLessThan(0.5);
    }

    @Test
    void tooFewAreRefused() {
        Vectors vectors = Vectors.of(4, TestVectors.random(5, 4, 1));
        assertThatThrownBy(() -> train(vectors, byTurns(5), settings(2, 1)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("held_out");
    }

    /** The loss as it is written down, in double precision. */
    private static double loss(Examples examples, double[] start, int k, double strength, double[] model) {
        int d = examples.dimension();
        double sum = 0;
        for (int n = 0; n < examples.size(); n++) {
            float[] x = examples.vectors().get(n);
            double[] h = new double[k];
            for (int j = 0; j < k; j++) {
                for (int i = 0; i < d; i++) {
                    h[j] += x[i] * model[i * k + j];
                }
            }
            double[] scores = new double[examples.classes()];
            for (int c = 0; c < scores.length; c++) {
                double[] w = Arrays.copyOfRange(model, d * k + c * k, d * k + (c + 1) * k);
                scores[c] = CosineSoftmax.SCALE
                        * Discriminants.dot(h, w)
                        / Math.sqrt(Discriminants.dot(h, h) * Discriminants.dot(w, w));
            }
            double all = Arrays.stream(scores).map(Math::exp).sum();
            sum -= Math.log(Math.exp(scores[examples.given()[n]]) / all) / examples.size();
        }
        double moved = 0;
        for (int i = 0; i < start.length; i++) {
            moved += (model[i] - start[i]) * (model[i] - start[i]);
        }
        return sum + strength * moved / (2 * Discriminants.dot(start, start));
    }

    @Test
    void theGradientIsThatOfTheLossAsItIsWrittenDown() {
        int k = 3;
        Vectors vectors = noisy(8, 3, 4);
        Examples examples = new Examples(vectors, byTurns(40).given(), CLASSES);
        double[] start = Discriminants.fit(examples, k, 0.7, 1);
        Random random = new Random(1);
        try (CosineKernel kernel = new CosineKernel(NEIGHBOURS, vectors, CLASSES, k)) {
            CosineSoftmax function = new CosineSoftmax(examples, kernel, start, k, 2);
            double[] model = function.begin();
            for (int i = 0; i < model.length; i++) {
                model[i] += 0.3 * random.nextGaussian();
            }
            double[] gradient = new double[model.length];
            assertThat(function.at(model, gradient)).isCloseTo(loss(examples, start, k, 2, model), within(1e-5));
            for (int i = 0; i < model.length; i++) {
                double step = 1e-5;
                double[] up = model.clone();
                double[] down = model.clone();
                up[i] += step;
                down[i] -= step;
                double slope = (loss(examples, start, k, 2, up) - loss(examples, start, k, 2, down)) / (2 * step);
                assertThat(gradient[i]).as("component " + i).isCloseTo(slope, within(1e-4));
            }
        }
    }

    @Test
    void discriminantsMakeTheSpreadASphereAndTheMeansUncorrelated() {
        Vectors vectors = noisy(40, 6, 3);
        Examples examples = new Examples(vectors, byTurns(200).given(), CLASSES);
        int k = 4;
        double shrinkage = 0.2;
        double[] p = Discriminants.fit(examples, k, shrinkage, 1);
        int d = 10;
        double[][] mean = new double[CLASSES][d];
        for (int n = 0; n < 200; n++) {
            for (int i = 0; i < d; i++) {
                mean[n % CLASSES][i] += vectors.get(n)[i] / 40;
            }
        }
        double[][] within = new double[d][d];
        for (int n = 0; n < 200; n++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    within[i][j] += (vectors.get(n)[i] - mean[n % CLASSES][i])
                            * (vectors.get(n)[j] - mean[n % CLASSES][j])
                            / 200;
                }
            }
        }
        double trace = IntStream.range(0, d).mapToDouble(i -> within[i][i]).sum();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                within[i][j] = (1 - shrinkage) * within[i][j] + (i == j ? shrinkage * trace / d : 0);
            }
        }
        double[][] projected = new double[CLASSES][k];
        double[] middle = new double[k];
        for (int c = 0; c < CLASSES; c++) {
            for (int j = 0; j < k; j++) {
                for (int i = 0; i < d; i++) {
                    projected[c][j] += p[i * k + j] * mean[c][i];
                }
                middle[j] += projected[c][j] / CLASSES;
            }
        }
        double scale = quadratic(p, within, d, k, 0, 0);
        double before = Double.POSITIVE_INFINITY;
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                assertThat(quadratic(p, within, d, k, a, b) / scale).isCloseTo(a == b ? 1 : 0, within(1e-5));
                double between = 0;
                for (int c = 0; c < CLASSES; c++) {
                    between += (projected[c][a] - middle[a]) * (projected[c][b] - middle[b]) / CLASSES / scale;
                }
                if (a == b) {
                    assertThat(between).isLessThanOrEqualTo(before);
                    before = between;
                } else {
                    assertThat(between).isCloseTo(0, within(1e-5));
                }
            }
        }
    }

    private static double quadratic(double[] p, double[][] matrix, int d, int k, int a, int b) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                sum += p[i * k + a] * matrix[i][j] * p[j * k + b];
            }
        }
        return sum;
    }

    @Test
    void theGraphDoesWhatTheProjectionSays() throws Exception {
        Trained trained = train(noisy(20, 4, 6), byTurns(100), settings(4, 1));
        byte[] graph = AdapterGraph.of(trained.projection(), "m-1");
        Vectors vectors = Vectors.of(8, TestVectors.random(3, 8, 9));
        Vectors expected = trained.projection().of(vectors);
        float[] rows = new float[24];
        for (int n = 0; n < 3; n++) {
            System.arraycopy(vectors.get(n), 0, rows, n * 8, 8);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(graph);
                OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(rows), new long[] {3, 8});
                OrtSession.Result result = session.run(Map.of(Adapter.INPUT, in))) {
            float[][] out = (float[][]) result.get(Adapter.OUTPUT).orElseThrow().getValue();
            for (int n = 0; n < 3; n++) {
                assertThat(out[n]).containsExactly(expected.get(n), within(1e-6f));
            }
        }
    }

    @Test
    void votesAreCountedAsByHand() {
        Random random = new Random(3);
        Examples trained = random(40, random);
        Examples heldOut = random(25, random);
        NearestVotes found = NearestVotes.of(NEIGHBOURS, trained, heldOut, Progress.NONE);
        for (NearestVotes.Figure figure : found.figures()) {
            boolean among = figure.voters() == NearestVotes.Voters.TRAINED;
            Examples voters = among ? trained : heldOut;
            int right = 0;
            for (int i = 0; i < 25; i++) {
                int image = i;
                List<Integer> order = IntStream.range(0, voters.size())
                        .filter(other -> among || other != image)
                        .boxed()
                        .sorted((a, b) -> Double.compare(
                                heldOut.vectors().similarity(image, voters.vectors(), b),
                                heldOut.vectors().similarity(image, voters.vectors(), a)))
                        .limit(figure.k())
                        .toList();
                double[] votes = new double[CLASSES];
                for (int other : order) {
                    votes[voters.given()[other]] +=
                            Math.max(0, heldOut.vectors().similarity(image, voters.vectors(), other));
                }
                int best = IntStream.range(0, CLASSES)
                        .reduce((a, b) -> votes[b] > votes[a] ? b : a)
                        .orElseThrow();
                right += best == heldOut.given()[i] ? 1 : 0;
            }
            assertThat(figure.images()).isEqualTo(25);
            assertThat(figure.accuracy()).isEqualTo(right / 25.0);
        }
    }

    private static Examples random(int size, Random random) {
        return new Examples(
                Vectors.of(6, TestVectors.random(size, 6, random.nextLong())),
                IntStream.range(0, size).map(i -> i % CLASSES).toArray(),
                CLASSES);
    }
}
