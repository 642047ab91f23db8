package dev.winnow.curation.clusters.density;

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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HdbscanTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final Hdbscan HDBSCAN = new Hdbscan(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /**
     * Labels and probabilities (of the rows 0, 31 and 44) that scikit-learn 1 computes of the same vectors; a dot is noise.
     * A vector that a distance equal to its core distance connects to several clusters is noise here, and in an arbitrary one
     * of them there.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            5, 5, EUCLIDEAN, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbcccccccccccccccccccc....c..aaa....., 0.788959, 0.720270, 0.781459
            5, 5, COSINE,    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbcccccccccccccccccccc....c..aaa....., 0.622456, 0.518789, 0.610678
            8, 3, EUCLIDEAN, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaacccccccccccccccccccccccccbbbbbbbbbbbbbbbbbbbb....b.baaa.b.a., 0.962622, 0.645734, 0.810975
            8, 3, COSINE,    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaacccccccccccccccccccccccccbbbbbbbbbbbbbbbbbbbb....b.baaa.b.a., 0.926640, 0.416972, 0.657681
            4, 1, EUCLIDEAN, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaadddddddddddddddddddddddddccccccccccccccccccccb...c.cbbbcc.b., 1.000000, 0.811974, 1.000000
            4, 1, COSINE,    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaadddddddddddddddddddddddddccccccccccccccccccccb...c.cbbbcc.b., 1.000000, 0.659301, 1.000000
            """)
    void agreesWithScikitLearn(
            int minClusterSize,
            int minSamples,
            Metric metric,
            String labels,
            double ofFirst,
            double ofThirtySecond,
            double ofFortyFifth) {
        DensityClustering found = HDBSCAN.fit(threeBlobsAndNoise(), minClusterSize, minSamples, metric, Progress.NONE);
        int[] expected = labels.chars().map(c -> c == '.' ? -1 : c - 'a').toArray();
        int ties = 0;
        for (int row = 75; row < 90; row++) {
            if (minSamples > 1 && found.cluster()[row] == -1 && expected[row] != -1) {
                expected[row] = -1;
                ties++;
            }
        }
        assertThat(ties).isLessThanOrEqualTo(3);
        assertThat(found.k()).isEqualTo(Arrays.stream(expected).max().orElseThrow() + 1);
        assertSamePartition(found.cluster(), expected);
        assertThat(found.probability()[0]).isCloseTo(ofFirst, within(1e-4));
        assertThat(found.probability()[31]).isCloseTo(ofThirtySecond, within(1e-4));
        assertThat(found.probability()[44]).isCloseTo(ofFortyFifth, within(1e-4));
        int[] sizes = sizes(found);
        assertThat(Arrays.stream(sizes).map(size -> -size)).isSorted();
    }

    /** Against splitting the set of all vectors, and then its parts, at the largest distance that holds them together. */
    @Test
    void agreesWithTakingSetsApart() {
        for (int trial = 0; trial < 12; trial++) {
            int n = 20 + trial * 2;
            Vectors vectors = Vectors.of(
                    3, TestVectors.clustered(new int[] {n / 3, n / 3, n - 2 * (n / 3)}, 3, 0.2 + 0.1 * trial, trial));
            int minClusterSize = 2 + trial % 4;
            int minSamples = 1 + trial % 3 * 2;
            DensityClustering found = HDBSCAN.fit(vectors, minClusterSize, minSamples, Metric.EUCLIDEAN, Progress.NONE);
            Reference reference = new Reference(vectors, minClusterSize, minSamples);
            Part all = reference.part(IntStream.range(0, n).boxed().toList(), 0);
            int[] expected = new int[n];
            Arrays.fill(expected, -1);
            List<Part> best =
                    all.children.stream().flatMap(c -> c.best().stream()).toList();
            for (int c = 0; c < best.size(); c++) {
                int number = c;
                best.get(c).members.forEach(row -> expected[row] = number);
            }
            assertThat(found.k()).isEqualTo(best.size());
            assertSamePartition(found.cluster(), expected);
            assertThat(Arrays.stream(found.stability()).sum())
                    .isCloseTo(best.stream().mapToDouble(p -> p.stability).sum(), within(1e-2 * n));
        }
    }

    @Test
    void standsDegenerateDatasets() {
        assertThat(fit(Vectors.of(4, List.of())).k()).isZero();
        assertThat(fit(Vectors.of(4, TestVectors.random(1, 4, 1))).cluster()).containsExactly(-1);
        assertThat(fit(Vectors.of(4, TestVectors.random(2, 4, 1))).cluster()).containsExactly(-1, -1);
        // Nowhere two dense regions: no clusters.
        assertThat(fit(Vectors.of(2, Collections.nCopies(50, new float[] {1, 1})))
                        .k())
                .isZero();
        List<float[]> two = new ArrayList<>(Collections.nCopies(20, new float[] {1, 0}));
        two.addAll(Collections.nCopies(30, new float[] {0, 1}));
        DensityClustering copies = fit(Vectors.of(2, two));
        assertThat(sizes(copies)).containsExactly(30, 20);
        assertThat(copies.probability()).containsOnly(1.0);
        assertThatThrownBy(() -> HDBSCAN.fit(Vectors.of(2, two), 5, 51, Metric.COSINE, Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("min_samples");
    }

    private static DensityClustering fit(Vectors vectors) {
        return HDBSCAN.fit(vectors, 2, 1, Metric.EUCLIDEAN, Progress.NONE);
    }

    private static int[] sizes(DensityClustering found) {
        int[] sizes = new int[found.k()];
        Arrays.stream(found.cluster()).filter(c -> c >= 0).forEach(c -> sizes[c]++);
        return sizes;
    }

    private static void assertSamePartition(int[] found, int[] expected) {
        Map<Integer, Integer> translation = new HashMap<>(Map.of(-1, -1));
        for (int i = 0; i < expected.length; i++) {
            translation.putIfAbsent(expected[i], found[i]);
            assertThat(found[i]).as("row %d", i).isEqualTo(translation.get(expected[i]));
        }
        assertThat(translation.values()).doesNotHaveDuplicates();
    }

    /** Ninety vectors of a formula, so that any language can have the same: blobs of 30, 25 and 20, and 15 of noise. */
    private static Vectors threeBlobsAndNoise() {
        double[] spread = {0.8, 1.6, 2.4};
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            int blob = i < 30 ? 0 : i < 55 ? 1 : i < 75 ? 2 : -1;
            float[] row = new float[6];
            for (int j = 0; j < 6; j++) {
                double x = Math.abs(Math.sin(i * 12.9898 + j * 78.233)) * 43758.5453;
                double u = x - Math.floor(x) - 0.5;
                row[j] = (float) (blob < 0 ? u : (j == blob ? 3 : 0) + spread[blob] * u);
            }
            rows.add(row);
        }
        return Vectors.of(6, rows);
    }

    private static final class Part {
        private final List<Integer> members;
        private final List<Part> children = new ArrayList<>();
        private double stability;

        Part(List<Integer> members) {
            this.members = members;
        }

        double mass() {
            return Math.max(stability, children.stream().mapToDouble(Part::mass).sum());
        }

        List<Part> best() {
            return children.stream().mapToDouble(Part::mass).sum() > stability
                    ? children.stream().flatMap(c -> c.best().stream()).toList()
                    : List.of(this);
        }
    }

    private static final class Reference {

        private final int minClusterSize;
        private final double[][] distances;

        Reference(Vectors vectors, int minClusterSize, int minSamples) {
            int n = vectors.size();
            this.minClusterSize = minClusterSize;
            this.distances = new double[n][n];
            double[] core = new double[n];
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    distances[a][b] = a == b ? 0 : Math.sqrt(2 * (1 - vectors.similarity(a, b)));
                }
                core[a] = Arrays.stream(distances[a]).sorted().toArray()[minSamples - 1];
            }
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    distances[a][b] = Math.max(distances[a][b], Math.max(core[a], core[b]));
                }
            }
        }

        Part part(List<Integer> members, double birth) {
            Part part = new Part(members);
            List<Integer> left = members;
            while (true) {
                double[] holding = new double[1];
                List<List<Integer>> parts = apart(left, holding);
                double lambda = 1 / holding[0];
                List<List<Integer>> large =
                        parts.stream().filter(p -> p.size() >= minClusterSize).toList();
                int leaving = large.size() == 1 ? left.size() - large.getFirst().size() : left.size();
                part.stability += (lambda - birth) * leaving;
                if (large.size() == 1) {
                    left = large.getFirst();
                } else {
                    large.forEach(p -> part.children.add(part(p, lambda)));
                    return part;
                }
            }
        }

        /** The parts of a set without its pairs at the largest distance that holds it together, or farther. */
        private List<List<Integer>> apart(List<Integer> set, double[] holding) {
            double[] distances = set.stream()
                    .flatMap(a -> set.stream().filter(b -> b > a).map(b -> distance(a, b)))
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            for (int i = distances.length - 1; ; i--) {
                List<List<Integer>> parts = connected(set, distances[i]);
                if (parts.size() > 1) {
                    holding[0] = distances[i];
                    return parts;
                }
            }
        }

        private List<List<Integer>> connected(List<Integer> set, double below) {
            List<Integer> rest = new ArrayList<>(set);
            List<List<Integer>> parts = new ArrayList<>();
            while (!rest.isEmpty()) {
                List<Integer> part = new ArrayList<>(List.of(rest.removeFirst()));
                for (int i = 0; i < part.size(); i++) {
                    int at = part.get(i);
                    List<Integer> near =
                            rest.stream().filter(b -> distance(at, b) < below).toList();
                    part.addAll(near);
                    rest.removeAll(near);
                }
                parts.add(part);
            }
            return parts;
        }

        private double distance(int a, int b) {
            return distances[a][b];
        }
    }
}
