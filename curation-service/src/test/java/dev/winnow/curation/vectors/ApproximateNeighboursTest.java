package dev.winnow.curation.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximate;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApproximateNeighboursTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final ApproximateNeighbours APPROXIMATE = new ApproximateNeighbours(NEIGHBOURS);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void findsMostInFewCellsAndSaysHowMany() {
        int[] sizes = new int[60];
        Arrays.fill(sizes, 60);
        Vectors vectors = Vectors.of(16, TestVectors.clustered(sizes, 16, 0.4, 1));
        Approximate found = APPROXIMATE.join(vectors, 10, 7, Progress.NONE);
        Nearest exact = NEIGHBOURS.join(vectors, 10, Progress.NONE);
        assertThat(found.approximation().cells()).isGreaterThanOrEqualTo(50);
        assertThat(found.approximation().probed())
                .isLessThan(found.approximation().cells() / 3);
        double recall = recall(exact, found.nearest());
        assertThat(recall).isGreaterThan(0.95);
        assertThat(found.approximation().recall()).isCloseTo(recall, within(0.02));
        assertSound(vectors, found.nearest());
    }

    /** Without clusters many cells have to be looked into: the share found is kept, not the time. */
    @Test
    void keepsItsShareWhereThereAreNoClusters() {
        Vectors vectors = Vectors.of(12, TestVectors.random(2_000, 12, 2));
        Approximate found = APPROXIMATE.join(vectors, 5, 7, Progress.NONE);
        assertThat(recall(NEIGHBOURS.join(vectors, 5, Progress.NONE), found.nearest()))
                .isGreaterThan(0.95);
        assertSound(vectors, found.nearest());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 40})
    void fewVectorsHaveAllTheirNeighbours(int size) {
        Vectors vectors = Vectors.of(4, TestVectors.random(size, 4, 3));
        Approximate found = APPROXIMATE.join(vectors, 39, 1, Progress.NONE);
        assertThat(found.nearest().k()).isEqualTo(Math.max(0, size - 1));
        assertSound(vectors, found.nearest());
        assertThat(found.nearest().rows())
                .isEqualTo(NEIGHBOURS.join(vectors, 39, Progress.NONE).rows());
    }

    @Test
    void copiesDoNotEndUpInOneCell() {
        Vectors same = Vectors.of(4, Collections.nCopies(3_000, new float[] {1, 2, 3, 4}));
        Approximate found = APPROXIMATE.join(same, 5, 1, Progress.NONE);
        assertThat(found.approximation().recall()).isEqualTo(1);
        assertSound(same, found.nearest());
    }

    @Test
    void isTheSameForTheSameSeed() {
        Vectors vectors = Vectors.of(8, TestVectors.random(800, 8, 4));
        assertThat(APPROXIMATE.join(vectors, 6, 5, Progress.NONE).nearest().rows())
                .isEqualTo(
                        APPROXIMATE.join(vectors, 6, 5, Progress.NONE).nearest().rows());
    }

    @Test
    void theJoinIsExactUpToItsLimitAndSaysSo() {
        Vectors vectors = Vectors.of(8, TestVectors.random(300, 8, 5));
        assertThat(new NeighbourJoin(NEIGHBOURS, 300)
                        .join(vectors, 4, 1, Progress.NONE)
                        .approximation())
                .isNull();
        assertThat(new NeighbourJoin(NEIGHBOURS, 299)
                        .join(vectors, 4, 1, Progress.NONE)
                        .approximation())
                .isNotNull();
    }

    /** Different others, never the row itself, best first, with their true similarities. */
    private static void assertSound(Vectors vectors, Nearest nearest) {
        for (int row = 0; row < vectors.size(); row++) {
            Set<Integer> seen = new HashSet<>(List.of(row));
            for (int rank = 0; rank < nearest.k(); rank++) {
                assertThat(seen.add(nearest.row(row, rank))).isTrue();
                assertThat((double) nearest.similarity(row, rank))
                        .isCloseTo(vectors.similarity(row, nearest.row(row, rank)), within(1e-5));
                if (rank > 0) {
                    assertThat(nearest.similarity(row, rank)).isLessThanOrEqualTo(nearest.similarity(row, rank - 1));
                }
            }
        }
    }

    private static double recall(Nearest exact, Nearest found) {
        int hits = 0;
        for (int row = 0; row < exact.rows().length / exact.k(); row++) {
            for (int rank = 0; rank < exact.k(); rank++) {
                hits += found.similarity(row, rank) >= exact.similarity(row, exact.k() - 1) - 1e-5 ? 1 : 0;
            }
        }
        return (double) hits / exact.rows().length;
    }
}
