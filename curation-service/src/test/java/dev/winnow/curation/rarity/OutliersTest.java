package dev.winnow.curation.rarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
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
    void theScoreIsTheMeanDistanceToTheNearest() {
        Vectors vectors = Vectors.of(5, TestVectors.random(60, 5, 3));
        for (Outliers.Outlier outlier : OUTLIERS.rank(vectors, 4, Progress.NONE)) {
            double expected = IntStream.range(0, 60)
                    .filter(other -> other != outlier.row())
                    .mapToDouble(other -> 1 - vectors.similarity(outlier.row(), other))
                    .sorted()
                    .limit(4)
                    .average()
                    .orElseThrow();
            assertThat(outlier.score()).isCloseTo(expected, within(1e-5));
        }
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
