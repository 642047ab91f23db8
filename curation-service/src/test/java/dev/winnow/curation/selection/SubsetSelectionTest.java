package dev.winnow.curation.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.selection.SubsetSelection.Objectives;
import dev.winnow.curation.selection.SubsetSelection.Subset;
import dev.winnow.curation.selection.SubsetSelection.Target;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubsetSelectionTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final SubsetSelection SELECTION = new SubsetSelection(NEIGHBOURS);
    private static final int SIZE = 220;
    private static final int DIMENSION = 24;

    private final Vectors vectors =
            Vectors.of(DIMENSION, TestVectors.clustered(new int[] {90, 50, 30, 20, 12, 8, 6, 4}, DIMENSION, 0.5, 17));

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** The value of facility location, by its formula. */
    private double value(Candidates from, List<Integer> chosen) {
        List<Integer> all = with(from.initial(), chosen);
        return IntStream.of(from.rows())
                .mapToDouble(row -> all.stream()
                        .mapToDouble(other -> Math.max(0, vectors.similarity(row, other)))
                        .max()
                        .orElse(0))
                .sum();
    }

    private double gain(Candidates from, List<Integer> chosen, int row) {
        List<Integer> more = new ArrayList<>(chosen);
        more.add(row);
        return value(from, more) - value(from, chosen);
    }

    private double distance(int row, List<Integer> chosen) {
        return chosen.stream()
                .mapToDouble(other -> Math.max(0, 1 - vectors.similarity(row, other)))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static List<Integer> with(int[] initial, List<Integer> chosen) {
        List<Integer> all = new ArrayList<>(IntStream.of(initial).boxed().toList());
        all.addAll(chosen);
        return all;
    }

    /** Looks at all candidates each time. */
    private static List<Integer> plainGreedy(
            Candidates from, int n, Function<List<Integer>, ToDoubleFunction<Integer>> gains) {
        List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < n) {
            ToDoubleFunction<Integer> gain = gains.apply(chosen);
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int row : from.rows()) {
                double its = chosen.contains(row) ? Double.NEGATIVE_INFINITY : gain.applyAsDouble(row);
                if (its > most) {
                    best = row;
                    most = its;
                }
            }
            chosen.add(best);
        }
        return chosen;
    }

    /** All but some, which are chosen already. */
    private Candidates besides(int... initial) {
        int[] rows = IntStream.range(0, SIZE)
                .filter(row -> IntStream.of(initial).noneMatch(i -> i == row))
                .toArray();
        return new Candidates(vectors, rows, initial);
    }

    @Test
    void coverageIsKCenterGreedyFromTheImageNearestToTheMean() {
        double[] mean = new double[DIMENSION];
        for (int row = 0; row < SIZE; row++) {
            for (int i = 0; i < DIMENSION; i++) {
                mean[i] += vectors.get(row)[i];
            }
        }
        List<Integer> expected = plainGreedy(
                Candidates.all(vectors),
                40,
                chosen -> row -> chosen.isEmpty()
                        ? IntStream.range(0, DIMENSION)
                                .mapToDouble(i -> mean[i] * vectors.get(row)[i])
                                .sum()
                        : distance(row, chosen));
        Subset subset = choose(Candidates.all(vectors), 40, Objectives.COVERAGE);
        assertThat(subset.rows()).isEqualTo(expected);
        assertThat(subset.contributed()).containsExactly(Map.entry("coverage", 1.0));
    }

    @Test
    void coverageBeginsWithWhatIsChosenAlready() {
        Candidates from = besides(3, 100, 150);
        List<Integer> expected = plainGreedy(from, 25, chosen -> row -> distance(row, with(from.initial(), chosen)));
        assertThat(choose(from, 25, Objectives.COVERAGE).rows()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void facilityLocationIsPlainGreedy(int before) {
        Candidates from = besides(IntStream.range(0, before).map(i -> 40 * i).toArray());
        List<Integer> expected = plainGreedy(from, 15, chosen -> row -> gain(from, chosen, row));
        List<Integer> found = choose(from, 15, Objectives.FACILITY_LOCATION).rows();
        // Gains that are equal but for rounding may change places.
        assertThat(value(from, found)).isCloseTo(value(from, expected), within(1e-3));
        assertThat(found.subList(0, 8)).isEqualTo(expected.subList(0, 8));
    }

    /** Of few similarities, of the neighbours of all or of a sample, comes nearly the value that all of them give. */
    @ParameterizedTest
    @CsvSource({"100, 160000", "300, 100000", "20, 400000"})
    void facilityLocationKeepsItsValueWithFewSimilarities(int n, int entries) {
        int size = 2_000;
        int[] clusters = IntStream.range(0, 100).map(c -> 20).toArray();
        Vectors many = Vectors.of(32, TestVectors.clustered(clusters, 32, 0.6, 3));
        Limits limits = Limits.none(size);
        List<Integer> plain = SELECTION
                .choose(Candidates.all(many), n, Objectives.FACILITY_LOCATION, limits, 1, Progress.NONE)
                .rows();
        List<Integer> sparse = new SubsetSelection(NEIGHBOURS, entries)
                .choose(Candidates.all(many), n, Objectives.FACILITY_LOCATION, limits, 1, Progress.NONE)
                .rows();
        assertThat(represented(many, sparse)).isGreaterThanOrEqualTo(0.97 * represented(many, plain));
    }

    private static double represented(Vectors vectors, List<Integer> chosen) {
        Vectors centres =
                vectors.select(chosen.stream().mapToInt(Integer::intValue).toArray());
        double sum = 0;
        for (float similarity :
                NEIGHBOURS.assign(vectors, centres, Progress.NONE).similarity()) {
            sum += Math.max(0, similarity);
        }
        return sum;
    }

    @Test
    void weighsObjectivesInUnitsOfTheirLargestGainAtTheBeginning() {
        double[] scores = new Random(5).doubles(SIZE, 0, 3).toArray();
        int[] bin = IntStream.range(0, SIZE)
                .map(row -> row % 5 == 0 ? 1 : row % 7 == 0 ? -1 : 0)
                .toArray();
        Target target = new Target("brightness", bin, new double[] {0.5, 0.5}, 0.7);
        Candidates from = besides(11, 60);
        Objectives wanted = new Objectives(1, 2, 0.5, scores, List.of(target), 0);
        double radius = largest(from, row -> distance(row, List.of(11, 60)));
        double most = largest(from, row -> scores[row]);
        double first = largest(from, row -> gain(from, List.of(), row));
        int n = 12;
        List<Integer> expected = plainGreedy(from, n, chosen -> {
            List<Integer> all = with(from.initial(), chosen);
            double[] counts = new double[2];
            all.stream().filter(row -> bin[row] >= 0).forEach(row -> counts[bin[row]]++);
            return row -> {
                double missing = bin[row] < 0 ? 0 : Math.clamp(0.5 * (n + 2) - counts[bin[row]], 0.0, 1.0);
                return distance(row, all) / radius
                        + 2 * gain(from, chosen, row) / first
                        + 0.5 * scores[row] / most
                        + 0.7 * missing;
            };
        });
        Subset subset = choose(from, n, wanted);
        assertThat(subset.rows()).isEqualTo(expected);
        assertThat(subset.contributed())
                .containsOnlyKeys("coverage", "facility_location", "uncertainty", "target brightness");
        assertThat(subset.contributed().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(choose(from, n, wanted)).isEqualTo(subset);
    }

    private static double largest(Candidates from, ToDoubleFunction<Integer> of) {
        return IntStream.of(from.rows()).boxed().mapToDouble(of).max().orElseThrow();
    }

    @Test
    void meetsATargetDistributionThatCanBeMet() {
        int[] bin = IntStream.range(0, SIZE).map(row -> row % 4 == 0 ? 1 : 0).toArray();
        Target half = new Target("brightness", bin, new double[] {0.5, 0.5}, 100);
        Subset subset = choose(Candidates.all(vectors), 60, new Objectives(1, 0, 0, new double[0], List.of(half), 0));
        int[] chosen = subset.rows().stream().mapToInt(Integer::intValue).toArray();
        assertThat(half.counts(chosen)).containsExactly(30, 30);
        assertThat(half.distance(chosen)).isZero();
        assertThat(half.distance(Candidates.all(vectors).rows())).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void keepsItsDistanceAlsoFromWhatIsChosenAlready() {
        Candidates from = besides(IntStream.range(0, 10).toArray());
        Subset subset = choose(from, 200, new Objectives(0, 1, 0, new double[0], List.of(), 0.3));
        List<Integer> chosen = with(from.initial(), List.of());
        for (int row : subset.rows()) {
            assertThat(distance(row, chosen)).isGreaterThanOrEqualTo(0.3);
            chosen.add(row);
        }
        // Nobody was left out without a reason.
        assertThat(IntStream.of(from.rows()).filter(row -> !chosen.contains(row)))
                .allMatch(row -> distance(row, chosen) < 0.3);
        assertThat(subset.tooNear())
                .isEqualTo(from.size() - subset.rows().size())
                .isPositive();
    }

    @Test
    void meetsFloorsAndQuotas() {
        int[] group = IntStream.range(0, SIZE)
                .map(row -> row < 90 ? 0 : row < 200 ? 1 : 2)
                .toArray();
        Limits limits = new Limits(group, new int[] {0, 5, 12}, new int[] {6, 40, 15});
        List<Integer> chosen = SELECTION
                .choose(Candidates.all(vectors), 24, Objectives.FACILITY_LOCATION, limits, 1, Progress.NONE)
                .rows();
        int[] counts = new int[3];
        chosen.forEach(row -> counts[group[row]]++);
        assertThat(chosen).hasSize(24);
        assertThat(counts[0]).isLessThanOrEqualTo(6);
        assertThat(counts[1]).isBetween(5, 40);
        assertThat(counts[2]).isBetween(12, 15);
    }

    @Test
    void aFloorThatCannotBeMetGivesItsRoomToOthers() {
        // The second group is one image and three copies of it.
        List<float[]> rows = new ArrayList<>(TestVectors.random(30, DIMENSION, 8));
        rows.addAll(Collections.nCopies(3, rows.getLast()));
        int[] group = IntStream.range(0, 33).map(row -> row < 29 ? 0 : 1).toArray();
        Limits limits = new Limits(group, new int[] {0, 20}, new int[] {33, 33});
        Subset subset = SELECTION.choose(
                Candidates.all(Vectors.of(DIMENSION, rows)),
                4,
                new Objectives(1, 0, 0, new double[0], List.of(), 0.1),
                limits,
                1,
                Progress.NONE);
        assertThat(subset.rows()).hasSize(4);
        assertThat(subset.rows().stream().filter(row -> row >= 29)).hasSize(1);
        assertThat(subset.tooNear()).isEqualTo(3);
    }

    @Test
    void equalSharesCountWhatIsThere() {
        assertThat(Limits.equalShares(new int[] {0, 5, 1}, new int[] {10, 10, 2}, 9))
                .containsExactly(6, 1, 2);
        assertThat(Limits.equalShares(new int[] {0, 0}, new int[] {1, 0}, 5)).containsExactly(1, 0);
    }

    @Test
    void worksOnNextToNothing() {
        float[] one = {3, 4, 0};
        for (int size : new int[] {0, 1, 2, 30}) {
            Candidates from = Candidates.all(Vectors.of(3, Collections.nCopies(size, one)));
            Objectives every = new Objectives(1, 1, 1, new double[size], List.of(), 0);
            for (int n : new int[] {1, size + 1}) {
                List<Integer> rows = choose(from, n, every).rows();
                assertThat(rows).hasSize(Math.min(n, size));
                assertThat(new HashSet<>(rows)).hasSameSizeAs(rows);
            }
            Objectives apart = new Objectives(1, 0, 0, new double[0], List.of(), 0.1);
            assertThat(choose(from, 5, apart).rows()).hasSize(Math.min(1, size));
        }
    }

    private static Subset choose(Candidates from, int n, Objectives wanted) {
        return SELECTION.choose(from, n, wanted, Limits.none(from.size()), 1, Progress.NONE);
    }
}
