package dev.winnow.curation.rarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinningTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final Thinning THINNING = new Thinning(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** Clusters of far more than the 32 neighbours that are remembered, so that rows have to look anew. */
    @ParameterizedTest
    @CsvSource({"1, 5", "2, 40", "3, 150", "4, 299", "5, 1"})
    void removesWhatTheObviousAlgorithmRemoves(long seed, int n) {
        Vectors vectors = Vectors.of(6, TestVectors.clustered(new int[] {180, 90, 29, 1}, 6, 0.3, seed));
        Comparator<Integer> lastStays = Comparator.reverseOrder();
        Thinning.Thinned thinned = THINNING.thin(vectors, n, lastStays, Progress.NONE);

        List<Integer> left =
                new ArrayList<>(IntStream.range(0, vectors.size()).boxed().toList());
        List<Integer> gone = new ArrayList<>();
        while (left.size() > n) {
            int next = closest(vectors, left)[0];
            gone.add(next);
            left.removeIf(row -> row == next);
        }
        assertThat(thinned.kept()).isEqualTo(left);
        assertThat(thinned.removed()).extracting(Thinning.Removal::row).containsExactlyElementsOf(gone);
        if (n > 1) {
            int[] pair = closest(vectors, left);
            assertThat(thinned.leastAfter()).isCloseTo(1 - vectors.similarity(pair[0], pair[1]), within(1e-5));
        } else {
            assertThat(thinned.leastAfter()).isInfinite();
        }
    }

    /** The pair nearest to each other, the lower row first. */
    private static int[] closest(Vectors vectors, List<Integer> rows) {
        int[] best = {-1, -1};
        double most = -2;
        for (int i = 0; i < rows.size(); i++) {
            for (int j = i + 1; j < rows.size(); j++) {
                double similarity = vectors.similarity(rows.get(i), rows.get(j));
                if (similarity > most) {
                    most = similarity;
                    best = new int[] {rows.get(i), rows.get(j)};
                }
            }
        }
        return best;
    }

    @Test
    void theLeastDistanceGrowsAndRareImagesStay() {
        Vectors vectors = Vectors.of(16, TestVectors.clustered(new int[] {200, 1, 60, 1, 20, 1}, 16, 0.3, 7));
        Thinning.Thinned thinned = THINNING.thin(vectors, 60, Comparator.naturalOrder(), Progress.NONE);
        assertThat(thinned.removed())
                .extracting(Thinning.Removal::distance)
                .isSortedAccordingTo(Comparator.naturalOrder());
        assertThat(thinned.leastBefore()).isLessThan(thinned.leastAfter());
        assertThat(thinned.kept()).hasSize(60).contains(200, 261, 282);
        Neighbours.Nearest before = NEIGHBOURS.join(vectors, 1, Progress.NONE);
        for (int row = 0; row < vectors.size(); row++) {
            if (1 - before.similarity(row, 0) > thinned.leastAfter()) {
                assertThat(thinned.kept()).contains(row);
            }
        }
    }

    @Test
    void ofCopiesTheFirstInOrderStays() {
        List<float[]> rows = TestVectors.random(4, 8, 3);
        rows.addAll(Collections.nCopies(100, rows.get(2).clone()));
        Comparator<Integer> row50First =
                Comparator.comparing((Integer row) -> row != 50).thenComparing(Comparator.naturalOrder());
        Thinning.Thinned thinned = THINNING.thin(Vectors.of(8, rows), 4, row50First, Progress.NONE);
        assertThat(thinned.kept()).containsExactly(0, 1, 3, 50);
        assertThat(thinned.leastBefore()).isLessThan(1e-6);
        assertThat(thinned.leastAfter()).isGreaterThan(0.01);
    }

    @Test
    void standsDegenerateDatasets() {
        Comparator<Integer> order = Comparator.naturalOrder();
        assertThat(THINNING.thin(Vectors.of(3, List.of()), 1, order, Progress.NONE)
                        .kept())
                .isEmpty();
        assertThat(THINNING.thin(Vectors.of(3, TestVectors.random(1, 3, 1)), 1, order, Progress.NONE)
                        .kept())
                .containsExactly(0);
        assertThat(THINNING.thin(Vectors.of(3, TestVectors.random(2, 3, 1)), 1, order, Progress.NONE)
                        .kept())
                .containsExactly(0);
        assertThat(THINNING.thin(Vectors.of(3, TestVectors.random(2, 3, 1)), 5, order, Progress.NONE)
                        .kept())
                .containsExactly(0, 1);
        assertThat(THINNING.thin(Vectors.of(2, Collections.nCopies(50, new float[] {1, 1})), 3, order, Progress.NONE)
                        .kept())
                .hasSize(3);
    }
}
