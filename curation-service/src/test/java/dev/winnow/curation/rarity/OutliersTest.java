package dev.winnow.curation.rarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OutliersTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void plantedOutliersLead() {
        Vectors vectors = Vectors.of(24, TestVectors.clustered(new int[] {80, 1, 60, 1, 40, 1}, 24, 0.3, 2));
        assertThat(rank(vectors, 10).subList(0, 3))
                .extracting(Outliers.Outlier::row)
                .containsExactlyInAnyOrder(80, 141, 182);
    }

    /** Groups of ten of another kind are no outliers among ten neighbours, and are among as many as is usual. */
    @Test
    void groupsOfAnotherKindLeadWithTheUsualNumberOfNeighbours() {
        Vectors vectors = Vectors.of(24, TestVectors.clustered(new int[] {120, 5, 90, 10, 1}, 24, 0.5, 3));
        int k = Outliers.usualNeighbours(vectors.size());
        assertThat(rank(vectors, k).subList(0, 16))
                .extracting(Outliers.Outlier::row)
                .allMatch(row -> (row >= 120 && row < 125) || row >= 215);
        assertThat(IntStream.of(0, 1, 2, 15, 60, 90, 120, 1_000_000).map(Outliers::usualNeighbours))
                .containsExactly(10, 10, 10, 10, 40, 60, 75, 75);
    }

    @Test
    void aLoneImageNearATightClassComesBeforeMembersOfALooseOne() {
        List<float[]> rows = TestVectors.clustered(new int[] {60, 60}, 24, 0.02, 4);
        rows.subList(60, 120).clear();
        rows.addAll(TestVectors.clustered(new int[] {40}, 24, 0.8, 5));
        float[] lone = rows.getFirst().clone();
        lone[0] += 1.5f;
        lone[1] -= 1.5f;
        rows.add(lone);
        Outliers.Outlier first = rank(Vectors.of(24, rows), 10).getFirst();
        assertThat(first.row()).isEqualTo(100);
    }

    @Test
    void aNeighbourOfManyCopiesIsNotMadeRareByThem() {
        List<float[]> rows = TestVectors.clustered(new int[] {80, 1}, 24, 0.3, 6);
        float[] copied = rows.getFirst();
        rows.addAll(Collections.nCopies(15, copied.clone()));
        float[] near = copied.clone();
        near[0] += 0.3f;
        rows.add(near);
        assertThat(rank(Vectors.of(24, rows), 10).getFirst().row()).isEqualTo(80);
    }

    @Test
    void theScoreIsDistanceTimesDensityRatioOfTheObviousAlgorithm() {
        int k = 4;
        Vectors vectors = Vectors.of(5, TestVectors.random(60, 5, 3));
        for (Outliers.Outlier outlier : rank(vectors, k)) {
            double distance = distance(vectors, outlier.row(), k);
            double around = nearest(vectors, outlier.row(), k).stream()
                    .mapToDouble(other -> distance(vectors, other, k))
                    .average()
                    .orElseThrow();
            assertThat(outlier.distance()).isCloseTo(distance, within(1e-5));
            assertThat(outlier.densityRatio()).isCloseTo(distance / around, within(1e-4));
            assertThat(outlier.score()).isCloseTo(distance * distance / around, within(1e-4));
        }
    }

    private static List<Outliers.Outlier> rank(Vectors vectors, int k) {
        return Outliers.rank(NEIGHBOURS.join(vectors, k, Progress.NONE));
    }

    private static List<Integer> nearest(Vectors vectors, int row, int k) {
        return IntStream.range(0, vectors.size())
                .filter(other -> other != row)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -vectors.similarity(row, other)))
                .limit(k)
                .toList();
    }

    private static double distance(Vectors vectors, int row, int k) {
        return nearest(vectors, row, k).stream()
                .mapToDouble(other -> 1 - vectors.similarity(row, other))
                .average()
                .orElseThrow();
    }

    @Test
    void standsDegenerateDatasets() {
        assertThat(rank(Vectors.of(3, List.of()), 10)).isEmpty();
        assertThat(rank(Vectors.of(3, TestVectors.random(1, 3, 1)), 10)).isEmpty();
        assertThat(rank(Vectors.of(3, TestVectors.random(2, 3, 1)), 10)).hasSize(2);
        assertThat(rank(Vectors.of(2, Collections.nCopies(20, new float[] {1, 1})), 10))
                .allMatch(outlier -> outlier.score() < 1e-6 && Double.isFinite(outlier.densityRatio()));
    }
}
