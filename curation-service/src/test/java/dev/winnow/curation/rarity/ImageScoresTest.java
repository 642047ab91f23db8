package dev.winnow.curation.rarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.SphericalKMeans;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageScoresTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final int K = 5;

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    private static ImageScores scores(Vectors vectors, Clustering clustering) {
        return new ImageScores(NEIGHBOURS.join(vectors, K, Progress.NONE), clustering);
    }

    private static Clustering clusters(Vectors vectors, int k) {
        return new SphericalKMeans(NEIGHBOURS).fit(vectors, k, 1, Progress.NONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void areTheFormulasOfTheObviousAlgorithm(long seed) {
        Vectors vectors = Vectors.of(6, TestVectors.clustered(new int[] {40, 25, 12}, 6, 0.4, seed));
        Clustering clustering = clusters(vectors, 3);
        ImageScores scores = scores(vectors, clustering);
        List<Integer> rows = IntStream.range(0, vectors.size()).boxed().toList();
        double m = median(rows, row -> mean(vectors, row, 1));
        double s = median(rows, row -> mean(vectors, row, K));
        for (int row : rows) {
            List<Integer> members = rows.stream()
                    .filter(other -> clustering.cluster()[other] == clustering.cluster()[row])
                    .toList();
            double r = median(members, other -> 1 - clustering.similarity()[other]);
            double d = mean(vectors, row, 1);
            double density = s / (s + mean(vectors, row, K));
            double closeness = r / (r + 1 - clustering.similarity()[row]);
            assertThat(scores.uniqueness(row)).isCloseTo(d / (d + m), within(1e-4));
            assertThat(scores.representativeness(row)).isCloseTo(Math.sqrt(density * closeness), within(1e-4));
        }
    }

    private static double mean(Vectors vectors, int row, int k) {
        return IntStream.range(0, vectors.size())
                .filter(other -> other != row)
                .mapToDouble(other -> 1 - vectors.similarity(row, other))
                .sorted()
                .limit(k)
                .average()
                .orElseThrow();
    }

    private static double median(List<Integer> rows, IntToDoubleFunction value) {
        double[] sorted =
                rows.stream().mapToDouble(value::applyAsDouble).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Test
    void theMiddleOfAClusterRepresentsItAndALoneImageNothing() {
        List<float[]> rows = TestVectors.clustered(new int[] {60, 40, 1}, 16, 0.3, 4);
        Vectors before = Vectors.of(16, rows);
        Clustering first = clusters(before, 2);
        rows.add(first.centres().get(0));
        rows.add(first.centres().get(1));
        Vectors vectors = Vectors.of(16, rows);
        ImageScores scores = scores(vectors, clusters(vectors, 2));
        Comparator<Integer> byScore = Comparator.comparingDouble(row -> -scores.representativeness(row));
        List<Integer> ranking =
                IntStream.range(0, rows.size()).boxed().sorted(byScore).toList();
        assertThat(ranking.subList(0, 2)).containsExactlyInAnyOrder(101, 102);
        assertThat(ranking.getLast()).isEqualTo(100);
        assertThat(IntStream.range(0, rows.size()).boxed().max(Comparator.comparingDouble(scores::uniqueness)))
                .contains(100);
    }

    @Test
    void aCopyIsNotUniqueAndOthersAreNotMadeSoByCopies() {
        List<float[]> rows = TestVectors.random(20, 8, 5);
        rows.addAll(Collections.nCopies(60, rows.getFirst().clone()));
        Vectors vectors = Vectors.of(8, rows);
        ImageScores scores = scores(vectors, clusters(vectors, 2));
        assertThat(scores.uniqueness(0)).isZero();
        assertThat(scores.uniqueness(70)).isZero();
        assertThat(IntStream.range(1, 20)
                        .mapToDouble(scores::uniqueness)
                        .average()
                        .orElseThrow())
                .isBetween(0.4, 0.6);
    }

    @Test
    void standsDegenerateDatasets() {
        Vectors one = Vectors.of(3, TestVectors.random(1, 3, 1));
        assertThat(scores(one, clusters(one, 1)).uniqueness(0)).isEqualTo(1);
        assertThat(scores(one, clusters(one, 1)).representativeness(0)).isEqualTo(1);
        Vectors two = Vectors.of(3, TestVectors.random(2, 3, 1));
        assertThat(scores(two, clusters(two, 1)).uniqueness(1)).isCloseTo(0.5, within(1e-6));
        Vectors same = Vectors.of(2, Collections.nCopies(20, new float[] {1, 1}));
        ImageScores scores = scores(same, clusters(same, 1));
        assertThat(scores.uniqueness(3)).isZero();
        assertThat(scores.representativeness(3)).isEqualTo(1);
        assertThat(scores.typicalNearest()).isZero();
    }
}
