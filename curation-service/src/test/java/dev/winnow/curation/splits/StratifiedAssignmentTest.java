package dev.winnow.curation.splits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.strata.Strata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StratifiedAssignmentTest {

    private static final double[] FRACTIONS = {0.7, 0.2, 0.1};

    @Test
    void everyClassHasItsShareInEverySplit() {
        Strata label = drawn("label", 1000, 7, 3);
        Strata camera = drawn("camera", 1000, 3, 4);
        int[] splitOf = StratifiedAssignment.assign(alone(1000), List.of(label, camera), FRACTIONS, 42);
        for (int split = 0; split < 3; split++) {
            int wanted = split;
            assertThat(Arrays.stream(splitOf).filter(s -> s == wanted).count())
                    .isBetween(Math.round(1000 * FRACTIONS[split]) - 8, Math.round(1000 * FRACTIONS[split]) + 8);
            for (Strata strata : List.of(label, camera)) {
                for (String value : strata.values().stream()
                        .flatMap(List::stream)
                        .distinct()
                        .toList()) {
                    int[] rows = IntStream.range(0, 1000)
                            .filter(row -> strata.values().get(row).contains(value))
                            .toArray();
                    double has = Arrays.stream(rows)
                            .filter(row -> splitOf[row] == wanted)
                            .count();
                    assertThat(has).isBetween(rows.length * FRACTIONS[split] - 8, rows.length * FRACTIONS[split] + 8);
                }
            }
        }
    }

    @Test
    void groupsStayTogether() {
        Random random = new Random(5);
        List<int[]> groups = new ArrayList<>();
        int rows = 0;
        while (rows < 2000) {
            groups.add(IntStream.range(rows, rows + 1 + random.nextInt(12)).toArray());
            rows += groups.getLast().length;
        }
        Strata label = drawn("label", rows, 5, 6);
        int[] splitOf = StratifiedAssignment.assign(groups, List.of(label), FRACTIONS, 1);
        for (int[] group : groups) {
            assertThat(Arrays.stream(group).map(row -> splitOf[row]).distinct()).hasSize(1);
        }
        int n = rows;
        for (int split = 0; split < 3; split++) {
            int wanted = split;
            double share =
                    (double) Arrays.stream(splitOf).filter(s -> s == wanted).count() / n;
            assertThat(share).isBetween(FRACTIONS[split] - 0.02, FRACTIONS[split] + 0.02);
        }
    }

    @Test
    void anotherSeedDrawsOthers() {
        Strata label = drawn("label", 300, 4, 6);
        int[] one = StratifiedAssignment.assign(alone(300), List.of(label), FRACTIONS, 1);
        assertThat(StratifiedAssignment.assign(alone(300), List.of(label), FRACTIONS, 1))
                .isEqualTo(one);
        assertThat(StratifiedAssignment.assign(alone(300), List.of(label), FRACTIONS, 2))
                .isNotEqualTo(one);
    }

    @Test
    void fewImagesGoWhereMostAreMissing() {
        assertThat(StratifiedAssignment.assign(List.of(), List.of(), FRACTIONS, 1))
                .isEmpty();
        assertThat(StratifiedAssignment.assign(alone(1), List.of(), FRACTIONS, 1))
                .containsExactly(0);
        assertThat(StratifiedAssignment.assign(alone(5), List.of(), new double[] {0, 1}, 1))
                .containsOnly(1);
        assertThat(StratifiedAssignment.assign(List.of(new int[] {0, 1, 2}), List.of(), new double[] {1, 0}, 1))
                .containsOnly(0);
    }

    private static List<int[]> alone(int rows) {
        return IntStream.range(0, rows).mapToObj(row -> new int[] {row}).toList();
    }

    /** Values of very different frequency. */
    private static Strata drawn(String name, int rows, int values, long seed) {
        Random random = new Random(seed);
        return new Strata(
                name,
                IntStream.range(0, rows)
                        .mapToObj(row -> List.of(name + (int) (values * random.nextDouble() * random.nextDouble())))
                        .toList());
    }
}
