package dev.winnow.curation.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class HierarchicalKMeansTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final HierarchicalKMeans K_MEANS = new HierarchicalKMeans(NEIGHBOURS);
    private static final Effort EFFORT = new Effort(2, 30);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void everyLevelPartitionsTheOneBelowByItsNearestCentres() {
        Vectors vectors = Vectors.of(8, TestVectors.random(400, 8, 2));
        ClusterHierarchy hierarchy = fit(vectors, List.of(40, 10, 3), 3);
        assertThat(hierarchy.levels()).extracting(Clustering::k).containsExactly(40, 10, 3);
        Vectors below = vectors;
        for (Clustering level : hierarchy.levels()) {
            assertThat(level.cluster()).hasSize(below.size());
            for (int row = 0; row < below.size(); row++) {
                double own = dot(below.get(row), level.centres().get(level.cluster()[row]));
                for (int c = 0; c < level.k(); c++) {
                    assertThat(dot(below.get(row), level.centres().get(c))).isLessThanOrEqualTo(own + 1e-5);
                }
            }
            below = level.centres();
        }
        for (int t = 0; t < 3; t++) {
            int[] flat = hierarchy.flat(t);
            int[] counted = new int[hierarchy.levels().get(t).k()];
            Arrays.stream(flat).forEach(c -> counted[c]++);
            assertThat(hierarchy.sizes(t)).isEqualTo(counted);
        }
        int row = 17;
        assertThat(hierarchy.above(hierarchy.finest().cluster()[row]))
                .containsExactly(hierarchy.flat(1)[row], hierarchy.flat(2)[row]);
    }

    /** What resampling is for: of the same number of clusters, fewer lie in the crowd, so those become larger. */
    @Test
    void resamplingMovesCentresOutOfTheCrowd() {
        Vectors vectors = Vectors.of(16, TestVectors.clustered(new int[] {3000, 40, 40, 40, 40, 40}, 16, 0.35, 4));
        int plain = centresInTheCrowd(fit(vectors, List.of(60), 0));
        int resampled = centresInTheCrowd(fit(vectors, List.of(60), 10));
        assertThat(resampled).isLessThan(plain);
    }

    @Test
    void isTheSameForTheSameSeed() {
        Vectors vectors = Vectors.of(8, TestVectors.random(300, 8, 3));
        ClusterHierarchy one = fit(vectors, List.of(30, 5), 4);
        ClusterHierarchy other = fit(vectors, List.of(30, 5), 4);
        assertThat(one.flat(1)).isEqualTo(other.flat(1));
        assertThat(HierarchicalSampling.sample(one, 50, 9)).isEqualTo(HierarchicalSampling.sample(other, 50, 9));
    }

    @Test
    void standsDegenerateDatasets() {
        assertThat(fit(Vectors.of(4, List.of()), List.of(1), 2).finest().k()).isZero();
        assertThat(fit(Vectors.of(4, TestVectors.random(1, 4, 1)), List.of(1, 1), 2)
                        .flat(1))
                .containsExactly(0);
        assertThat(fit(Vectors.of(4, TestVectors.random(2, 4, 1)), List.of(2, 1), 2)
                        .sizes(1))
                .containsExactly(2);
        Vectors same = Vectors.of(2, Collections.nCopies(30, new float[] {1, 1}));
        assertThat(fit(same, List.of(5, 2), 2).sizes(1)).containsExactly(30);
        assertThatThrownBy(() -> K_MEANS.fit(same, List.of(), EFFORT, 1, Progress.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSampleIsSharedOutEquallyOnEveryLevel() {
        Vectors vectors = Vectors.of(8, TestVectors.clustered(new int[] {300, 90, 20, 5}, 8, 0.3, 6));
        ClusterHierarchy hierarchy = fit(vectors, List.of(24, 6), 2);
        for (int n : new int[] {0, 1, 7, 60, 200, 414, 415}) {
            int[] rows = HierarchicalSampling.sample(hierarchy, n, 1);
            assertThat(rows).hasSize(n).doesNotHaveDuplicates().isSorted();
            for (int t = 0; t < 2; t++) {
                int level = t;
                int[] flat = hierarchy.flat(t);
                int[] taken = new int[hierarchy.levels().get(t).k()];
                Arrays.stream(rows).forEach(row -> taken[flat[row]]++);
                int[] parent = t == 1
                        ? new int[taken.length]
                        : hierarchy.levels().get(1).cluster();
                IntStream.range(0, taken.length).forEach(a -> IntStream.range(0, taken.length)
                        .filter(b -> parent[a] == parent[b] && taken[a] < taken[b] - 1)
                        .forEach(b -> assertThat(taken[a]).isEqualTo(hierarchy.sizes(level)[a])));
            }
        }
        assertThatThrownBy(() -> HierarchicalSampling.sample(hierarchy, 416, 1))
                .isInstanceOf(InvalidParameterException.class);
    }

    /** Against giving one after another to the smallest share that can still grow. */
    @Test
    void sharesAreThoseOfGivingOneByOne() {
        Random random = new Random(1);
        for (int trial = 0; trial < 300; trial++) {
            int[] sizes = random.ints(1 + random.nextInt(8), 0, 12).toArray();
            int total = random.nextInt(Arrays.stream(sizes).sum() + 1);
            int[] expected = new int[sizes.length];
            for (int given = 0; given < total; given++) {
                int least = IntStream.range(0, sizes.length)
                        .filter(i -> expected[i] < sizes[i])
                        .boxed()
                        .min((a, b) -> Integer.compare(expected[a], expected[b]))
                        .orElseThrow();
                expected[least]++;
            }
            int[] shares = HierarchicalSampling.shares(sizes, total, SphericalKMeans.generator(trial));
            assertThat(Arrays.stream(shares).sorted()).containsExactly(sorted(expected));
            IntStream.range(0, sizes.length).forEach(i -> assertThat(shares[i]).isBetween(0, sizes[i]));
        }
    }

    private static Integer[] sorted(int[] values) {
        return Arrays.stream(values).sorted().boxed().toArray(Integer[]::new);
    }

    private static ClusterHierarchy fit(Vectors vectors, List<Integer> sizes, int steps) {
        return K_MEANS.fit(vectors, HierarchicalKMeans.levels(vectors.size(), sizes, steps), EFFORT, 5, Progress.NONE);
    }

    private static int centresInTheCrowd(ClusterHierarchy hierarchy) {
        int[] crowd = Arrays.copyOf(hierarchy.finest().cluster(), 3000);
        return (int) Arrays.stream(crowd).distinct().count();
    }

    private static double dot(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> (double) one[i] * other[i])
                .sum();
    }
}
