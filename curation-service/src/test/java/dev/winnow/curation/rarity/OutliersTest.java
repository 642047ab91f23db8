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
    private static final Outliers OUTLIERS = new Outliers(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void plantedOutliersLead() {
        Vectors vectors = Vectors.of(24, TestVectors.clustered(new int[] {80, 1, 60, 1, 40, 1}, 24, 0.3, 2));
        assertThat(OUTLIERS.rank(vectors, 10, Progress.NONE).subList(0, 3))
                .extracting(Outliers.Outlier::row)
                .containsExactlyInAnyOrder(80, 141, 182);
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
        Outliers.Outlier first =
                OUTLIERS.rank(Vectors.of(24, rows), 10, Progress.NONE).getFirst();
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
        assertThat(OUTLIERS.rank(Vectors.of(24, rows), 10, Progress.NONE)
                        .getFirst()
                        .row())
                .isEqualTo(80);
    }

    @Test
    void theScoreIsDistanceTimesDensityRatioOfTheObviousAlgorithm() {
        int k = 4;
        Vectors vectors = Vectors.of(5, TestVectors.random(60, 5, 3));
        for (Outliers.Outlier outlier : OUTLIERS.rank(vectors, k, Progress.NONE)) {
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
        assertThat(OUTLIERS.rank(Vectors.of(3, List.of()), 10, Progress.NONE)).isEmpty();
        assertThat(OUTLIERS.rank(Vectors.of(3, TestVectors.random(1, 3, 1)), 10, Progress.NONE))
                .isEmpty();
        assertThat(OUTLIERS.rank(Vectors.of(3, TestVectors.random(2, 3, 1)), 10, Progress.NONE))
                .hasSize(2);
        assertThat(OUTLIERS.rank(Vectors.of(2, Collections.nCopies(20, new float[] {1, 1})), 10, Progress.NONE))
                .allMatch(outlier -> outlier.score() < 1e-6 && Double.isFinite(outlier.densityRatio()));
    }
}
