package dev.winnow.curation.clusters.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Components;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MutualReachabilityTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** With lists of all sizes, and with components connected by a matrix, or only after several passes. */
    @Test
    void isTheMinimumSpanningTreeWhateverPathLeadsToIt() {
        Random random = new Random(5);
        for (int trial = 0; trial < 60; trial++) {
            int n = 2 + random.nextInt(160);
            int dimension = 2 + random.nextInt(10);
            Vectors vectors = Vectors.of(
                    dimension,
                    trial % 2 == 0
                            ? TestVectors.random(n, dimension, trial)
                            : TestVectors.clustered(
                                    new int[] {n / 2, n - n / 2}, dimension, 0.05 + random.nextDouble(), trial));
            int minSamples = 1 + random.nextInt(Math.min(n, 12));
            double[] expected = lengths(vectors, minSamples);
            for (MutualReachability reachability : List.of(
                    new MutualReachability(NEIGHBOURS),
                    new MutualReachability(NEIGHBOURS, 1, 1000),
                    new MutualReachability(NEIGHBOURS, 3, 3),
                    new MutualReachability(NEIGHBOURS, 5, 0))) {
                SpanningTree tree = reachability.tree(vectors, minSamples, Progress.NONE);
                Components components = new Components(n);
                tree.edges().forEach(edge -> assertThat(components.union(edge.from(), edge.to()))
                        .isTrue());
                double[] found = tree.edges().stream()
                        .mapToDouble(SpanningTree.Edge::distance)
                        .toArray();
                assertThat(found).isSorted().hasSize(n - 1);
                for (int i = 0; i < found.length; i++) {
                    assertThat(found[i]).isCloseTo(expected[i], within(2e-6));
                }
            }
        }
    }

    @Test
    void isTheSameEveryTime() {
        Vectors vectors = Vectors.of(4, TestVectors.random(700, 4, 8));
        MutualReachability reachability = new MutualReachability(NEIGHBOURS, 2, 10);
        assertThat(reachability.tree(vectors, 4, Progress.NONE))
                .isEqualTo(reachability.tree(vectors, 4, Progress.NONE));
    }

    @Test
    void standsDegenerateDatasets() {
        MutualReachability reachability = new MutualReachability(NEIGHBOURS);
        assertThat(reachability.tree(Vectors.of(4, List.of()), 1, Progress.NONE).edges())
                .isEmpty();
        assertThat(reachability
                        .tree(Vectors.of(2, TestVectors.random(1, 2, 1)), 1, Progress.NONE)
                        .edges())
                .isEmpty();
        Vectors same = Vectors.of(3, Collections.nCopies(80, new float[] {1, 2, 3}));
        for (int listed : new int[] {1, 32}) {
            assertThat(new MutualReachability(NEIGHBOURS, listed, 2)
                            .tree(same, 5, Progress.NONE)
                            .edges())
                    .hasSize(79)
                    .allSatisfy(edge -> assertThat(edge.distance()).isZero());
        }
    }

    /** The lengths of the edges, ascending, by Prim's algorithm on the whole matrix. */
    private static double[] lengths(Vectors vectors, int minSamples) {
        int n = vectors.size();
        double[][] distance = new double[n][n];
        double[] core = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                distance[i][j] = i == j ? 0 : 1 - vectors.similarity(i, j);
            }
            double[] sorted = distance[i].clone();
            Arrays.sort(sorted);
            core[i] = sorted[minSamples - 1];
        }
        double[] nearest = new double[n];
        Arrays.fill(nearest, Double.MAX_VALUE);
        boolean[] inside = new boolean[n];
        double[] lengths = new double[n - 1];
        int last = 0;
        for (int edge = 0; edge < n - 1; edge++) {
            inside[last] = true;
            int next = -1;
            for (int j = 0; j < n; j++) {
                if (!inside[j]) {
                    nearest[j] = Math.min(nearest[j], Math.max(distance[last][j], Math.max(core[last], core[j])));
                    next = next < 0 || nearest[j] < nearest[next] ? j : next;
                }
            }
            lengths[edge] = nearest[next];
            last = next;
        }
        Arrays.sort(lengths);
        return lengths;
    }
}
