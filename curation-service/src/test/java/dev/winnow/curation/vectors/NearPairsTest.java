package dev.winnow.curation.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearPairsTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** Threshold by threshold from near copies to pairs at more than a right angle; with room for all pairs and for few. */
    @ParameterizedTest
    @CsvSource({
        "0.999, 1000000, 0",
        "0.9, 1000000, 0",
        "0.9, 1000000, 1000",
        "0.7, 1000000, 0",
        "0.7, 1, 0",
        "0.7, 1, 1000",
        "0, 1000000, 0",
        "-0.3, 1000000, 0"
    })
    void findsEachPairThatComparingAllFinds(double similarity, int room, int few) {
        int[] sizes = new int[12];
        Arrays.fill(sizes, 40);
        Vectors vectors = Vectors.of(10, TestVectors.clustered(sizes, 10, 0.3, 5));
        Collected found = new Collected(vectors.size(), false);
        new NearPairs(NEIGHBOURS, room, few).visit(vectors, similarity, 3, found, Progress.NONE);
        for (int row = 0; row < vectors.size(); row++) {
            SortedMap<Integer, Float> theirs = found.of(row);
            for (int other = row + 1; other < vectors.size(); other++) {
                double expected = vectors.similarity(row, other);
                if (Math.abs(expected - similarity) > 1e-5) {
                    assertThat(theirs.containsKey(other)).isEqualTo(expected > similarity);
                }
                if (theirs.containsKey(other)) {
                    assertThat((double) theirs.get(other)).isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    /** What groups duplicates: whoever is near to an earlier one takes no further part. */
    @ParameterizedTest
    @CsvSource({"0.85, 1000000, 0", "0.85, 1, 0", "0.95, 50, 0", "0.85, 50, 1000"})
    void whoeverIsTakenIsShownNoMore(double similarity, int room, int few) {
        Vectors vectors = Vectors.of(6, TestVectors.clustered(new int[] {200, 100, 50, 1, 1}, 6, 0.25, 8));
        Collected found = new Collected(vectors.size(), true);
        new NearPairs(NEIGHBOURS, room, few).visit(vectors, similarity, 3, found, Progress.NONE);
        boolean[] taken = new boolean[vectors.size()];
        for (int row = 0; row < vectors.size(); row++) {
            List<Integer> expected = new ArrayList<>();
            for (int other = row + 1; !taken[row] && other < vectors.size(); other++) {
                if (!taken[other] && vectors.similarity(row, other) >= similarity) {
                    taken[other] = true;
                    expected.add(other);
                }
            }
            assertThat(found.of(row).keySet()).containsExactlyElementsOf(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 0", "2, 9", "500, 0", "500, 1000"})
    void standsDegenerateDatasets(int size, int few) {
        Vectors same = Vectors.of(3, Collections.nCopies(size, new float[] {1, 1, 0}));
        Collected found = new Collected(size, true);
        new NearPairs(NEIGHBOURS, 10, few).visit(same, 0.99, 1, found, Progress.NONE);
        if (size > 1) {
            assertThat(found.of(0)).hasSize(size - 1);
        }
    }

    private static final class Collected implements NearPairs.Visitor {
        private final List<TreeMap<Integer, Float>> pairs;
        private final boolean[] taken;
        private final boolean taking;
        private int last = -1;

        Collected(int size, boolean taking) {
            this.pairs = new ArrayList<>(Collections.nCopies(size, new TreeMap<>()));
            this.taken = new boolean[size];
            this.taking = taking;
        }

        SortedMap<Integer, Float> of(int row) {
            return pairs.get(row);
        }

        @Override
        public boolean wants(int row) {
            return !taken[row];
        }

        @Override
        public void near(int row, int[] others, float[] similarities) {
            assertThat(row).isGreaterThan(last);
            last = row;
            TreeMap<Integer, Float> theirs = new TreeMap<>();
            for (int i = 0; i < others.length; i++) {
                assertThat(i == 0 ? row : others[i - 1]).isLessThan(others[i]);
                if (wants(others[i])) {
                    theirs.put(others[i], similarities[i]);
                    taken[others[i]] = taking;
                }
            }
            pairs.set(row, theirs);
        }
    }
}
