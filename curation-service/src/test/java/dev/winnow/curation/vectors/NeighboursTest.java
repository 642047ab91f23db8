package dev.winnow.curation.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighboursTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** Sizes on both sides of a tile of queries (512) and of the base (32,768). */
    @ParameterizedTest
    @CsvSource({"1, 1, 5", "7, 3, 3", "600, 40, 10", "20, 33000, 7", "3, 70000, 40"})
    void findsWhatComparingEachPairFinds(int queries, int base, int k) {
        Vectors q = Vectors.of(8, TestVectors.random(queries, 8, 1));
        Vectors b = Vectors.of(8, TestVectors.random(base, 8, 2));
        Neighbours.Nearest nearest = NEIGHBOURS.nearest(q, b, k, Progress.NONE);
        assertThat(nearest.k()).isEqualTo(Math.min(k, base));
        for (int query = 0; query < queries; query++) {
            float[] vector = q.get(query);
            double[] expected = IntStream.range(0, base)
                    .mapToDouble(row -> -dot(vector, b.get(row)))
                    .sorted()
                    .limit(nearest.k())
                    .map(x -> -x)
                    .toArray();
            for (int rank = 0; rank < nearest.k(); rank++) {
                assertThat((double) nearest.similarity(query, rank)).isCloseTo(expected[rank], within(1e-5));
                assertThat(dot(vector, b.get(nearest.row(query, rank)))).isCloseTo(expected[rank], within(1e-5));
            }
        }
    }

    @Test
    void joinLeavesEachRowItselfOut() {
        Vectors vectors = Vectors.of(16, TestVectors.random(900, 16, 3));
        Neighbours.Nearest join = NEIGHBOURS.join(vectors, 5, Progress.NONE);
        for (int row = 0; row < vectors.size(); row++) {
            int self = row;
            List<Integer> others = new ArrayList<>(IntStream.range(0, vectors.size())
                    .filter(i -> i != self)
                    .boxed()
                    .toList());
            others.sort(Comparator.comparingDouble((Integer other) -> -vectors.similarity(self, other)));
            for (int rank = 0; rank < 5; rank++) {
                assertThat(join.row(row, rank)).isEqualTo(others.get(rank));
            }
        }
    }

    @Test
    void equalVectorsAreOrderedByRowAndNeverTheirOwnNeighbours() {
        Vectors same = Vectors.of(4, Collections.nCopies(30, new float[] {1, 2, 3, 4}));
        Neighbours.Nearest join = NEIGHBOURS.join(same, 3, Progress.NONE);
        assertThat(IntStream.range(0, 3).map(rank -> join.row(0, rank))).containsExactly(1, 2, 3);
        assertThat(IntStream.range(0, 3).map(rank -> join.row(29, rank))).containsExactly(0, 1, 2);
    }

    /** More copies than a row has neighbours, on both sides of the borders of tiles and pieces. */
    @Test
    void amongManyEqualVectorsTheFirstOnesAreTheNearest() {
        int n = 1_300;
        List<float[]> rows = new ArrayList<>(Collections.nCopies(n, new float[] {1, 2, 3, 4}));
        rows.set(700, new float[] {1, 2, 3, 5});
        for (Vectors same : List.of(Vectors.of(4, rows), inPieces(rows, 8))) {
            Neighbours.Nearest join = NEIGHBOURS.join(same, 3, Progress.NONE);
            for (int row = 0; row < n; row++) {
                int self = row;
                assertThat(IntStream.range(0, 3)
                                .map(rank -> join.row(self, rank))
                                .toArray())
                        .containsExactly(IntStream.range(0, n)
                                .filter(i -> i != self && i != 700)
                                .limit(3)
                                .toArray());
            }
        }
    }

    @Test
    void piecesOfMemoryDoNotShow() {
        List<float[]> rows = TestVectors.random(700, 8, 6);
        Vectors whole = Vectors.of(8, rows);
        Vectors pieces = inPieces(rows, 6);
        assertThat(pieces.bytes()).isEqualTo(700 * 8 * 4);
        for (int row : new int[] {0, 63, 64, 699}) {
            assertThat(pieces.get(row)).isEqualTo(whole.get(row));
            assertThat(pieces.similarity(row, 63)).isEqualTo(whole.similarity(row, 63));
        }
        int[] some = {650, 3, 64, 63};
        assertThat(pieces.select(some).get(0)).isEqualTo(whole.get(650));
        Neighbours.Nearest expected = NEIGHBOURS.join(whole, 7, Progress.NONE);
        Neighbours.Nearest found = NEIGHBOURS.join(pieces, 7, Progress.NONE);
        assertThat(found.rows()).isEqualTo(expected.rows());
        assertThat(found.similarities()).containsExactly(expected.similarities(), within(1e-6f));
        assertThat(NEIGHBOURS.triangle(pieces, 60, 130))
                .containsExactly(NEIGHBOURS.triangle(whole, 60, 130), within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "50, 3", "9000, 5", "700, 600"})
    void assignsEachVectorToItsNearestCentre(int size, int k) {
        Vectors vectors = Vectors.of(8, TestVectors.random(size, 8, 7));
        Vectors centres = Vectors.of(8, TestVectors.random(k, 8, 8));
        Neighbours.Assignment assignment = NEIGHBOURS.assign(vectors, centres, Progress.NONE);
        for (int row = 0; row < size; row++) {
            float[] vector = vectors.get(row);
            int nearest = IntStream.range(0, k)
                    .boxed()
                    .min(Comparator.comparingDouble(c -> -dot(vector, centres.get(c))))
                    .orElseThrow();
            assertThat(assignment.centre()[row]).isEqualTo(nearest);
            assertThat((double) assignment.similarity()[row])
                    .isCloseTo(dot(vector, centres.get(nearest)), within(1e-5));
        }
    }

    @Test
    void ofEqualCentresTheFirstIsTaken() {
        Vectors centres = Vectors.of(2, Collections.nCopies(5, new float[] {0, 1}));
        Vectors vectors = Vectors.of(2, TestVectors.random(20, 2, 9));
        assertThat(NEIGHBOURS.assign(vectors, centres, Progress.NONE).centre()).containsOnly(0);
    }

    @Test
    void canBeStoppedBetweenTwoTiles() {
        Vectors vectors = Vectors.of(4, TestVectors.random(6_000, 4, 10));
        int[] reports = {0};
        assertThatThrownBy(() -> NEIGHBOURS.join(vectors, 3, (stage, fraction) -> {
                    if (++reports[0] == 2) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(reports[0]).isEqualTo(2);
    }

    private static Vectors inPieces(List<float[]> rows, int shift) {
        Vectors.Builder builder = new Vectors.Builder(rows.getFirst().length, 10, shift);
        rows.forEach(builder::add);
        return builder.build();
    }

    @Test
    void nothingHasNoNeighbours() {
        Vectors none = Vectors.of(4, List.of());
        Vectors one = Vectors.of(4, List.of(new float[] {1, 0, 0, 0}));
        assertThat(NEIGHBOURS.join(none, 3, Progress.NONE).k()).isZero();
        assertThat(NEIGHBOURS.join(one, 3, Progress.NONE).k()).isZero();
        assertThat(NEIGHBOURS.nearest(one, none, 3, Progress.NONE).k()).isZero();
    }

    @Test
    void triangleHoldsTheSimilaritiesWithLaterRows() {
        Vectors vectors = Vectors.of(6, TestVectors.random(20, 6, 4));
        float[] tile = NEIGHBOURS.triangle(vectors, 5, 9);
        for (int row = 5; row < 9; row++) {
            for (int other = 5; other < 20; other++) {
                assertThat((double) tile[(row - 5) * 15 + other - 5])
                        .isCloseTo(vectors.similarity(row, other), within(1e-6));
            }
        }
    }

    @Test
    void rowsHaveUnitLengthWhateverWasAdded() {
        Vectors vectors = Vectors.of(3, List.of(new float[] {3, 0, 4}, new float[] {0, 0, 0}));
        assertThat(vectors.get(0)).containsExactly(0.6f, 0, 0.8f);
        assertThat(vectors.get(1)).containsExactly(0, 0, 0);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    /** More rows than a few tiles hold, copies among them: later tiles only look for what is better than was found in earlier ones. */
    @Test
    void aJoinOfManyTilesFindsTheMostSimilar() {
        List<float[]> rows = TestVectors.random(6_000, 4, 12);
        for (int i = 0; i < 300; i++) {
            rows.set(i * 20, rows.get(7));
        }
        Vectors vectors = Vectors.of(4, rows);
        Neighbours.Nearest join = NEIGHBOURS.join(vectors, 6, Progress.NONE);
        float[][] units = new float[vectors.size()][];
        Arrays.setAll(units, vectors::get);
        for (int row = 0; row < vectors.size(); row += 7) {
            double[] similarities = new double[vectors.size()];
            for (int other = 0; other < similarities.length; other++) {
                similarities[other] = other == row ? -2 : dot(units[row], units[other]);
            }
            double[] sorted = Arrays.stream(similarities).sorted().toArray();
            Set<Integer> seen = new HashSet<>(Set.of(row));
            for (int rank = 0; rank < 6; rank++) {
                assertThat((double) join.similarity(row, rank))
                        .isCloseTo(sorted[sorted.length - 1 - rank], within(1e-6));
                assertThat(similarities[join.row(row, rank)]).isCloseTo(join.similarity(row, rank), within(1e-6));
                assertThat(seen.add(join.row(row, rank))).isTrue();
            }
        }
        assertThat(IntStream.range(0, 6).map(rank -> join.row(0, rank))).containsExactly(7, 20, 40, 60, 80, 100);
    }

    @Test
    void theFirstOfEachAreThoseOfASmallerJoin() {
        Vectors vectors = Vectors.of(5, TestVectors.random(40, 5, 2));
        Neighbours.Nearest few = NEIGHBOURS.join(vectors, 7, Progress.NONE).first(3);
        Neighbours.Nearest expected = NEIGHBOURS.join(vectors, 3, Progress.NONE);
        assertThat(few.k()).isEqualTo(3);
        assertThat(few.rows()).isEqualTo(expected.rows());
        assertThat(few.similarities()).isEqualTo(expected.similarities());
        assertThat(few.first(9)).isSameAs(few);
    }
}
