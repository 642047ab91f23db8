package dev.winnow.curation.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UmapTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final UmapCurve CURVE = UmapCurve.fit(0.1, 1);

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    private static Layout fit(Vectors vectors, int epochs, long seed, Progress progress) {
        return Umap.fit(
                NEIGHBOURS.join(vectors, 15, Progress.NONE),
                PrincipalComponents.fit(vectors, Progress.NONE).project(vectors),
                CURVE,
                epochs,
                seed,
                progress);
    }

    /** The values the authors' implementation fits; it prints so many digits. */
    @ParameterizedTest
    @CsvSource({"0.1, 1, 1.5769, 0.8951", "0.01, 1, 1.8956, 0.8006", "0.5, 1, 0.5830, 1.3342", "0.1, 2, 0.5447, 0.8421"
    })
    void fitsTheCurveOfTheReference(double leastDistance, double spread, double a, double b) {
        UmapCurve curve = UmapCurve.fit(leastDistance, spread);
        assertThat(curve.a()).isCloseTo(a, within(1e-3));
        assertThat(curve.b()).isCloseTo(b, within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void separatesPlantedClusters(long seed) {
        int[] sizes = {120, 80, 60, 40};
        Vectors vectors = Vectors.of(32, TestVectors.clustered(sizes, 32, 0.4, seed));
        Layout layout = fit(vectors, 200, seed, Progress.NONE);
        int[] cluster = IntStream.range(0, sizes.length)
                .flatMap(c -> IntStream.range(0, sizes[c]).map(i -> c))
                .toArray();
        for (int row = 0; row < layout.size(); row++) {
            int self = row;
            int[] nearest = IntStream.range(0, layout.size())
                    .filter(other -> other != self)
                    .boxed()
                    .sorted((i, j) -> Double.compare(layout.squaredDistance(self, i), layout.squaredDistance(self, j)))
                    .limit(5)
                    .mapToInt(other -> cluster[other])
                    .toArray();
            assertThat(Arrays.stream(nearest).filter(c -> c == cluster[self]).count())
                    .isEqualTo(5);
        }
        assertThat(Trustworthiness.of(NEIGHBOURS, vectors, layout, 15, 1, Progress.NONE)
                        .value())
                .isGreaterThan(0.9);
    }

    @Test
    void theSameSeedDrawsTheSameMap() {
        Vectors vectors = Vectors.of(16, TestVectors.clustered(new int[] {60, 60}, 16, 0.5, 4));
        Layout once = fit(vectors, 50, 7, Progress.NONE);
        Layout again = fit(vectors, 50, 7, Progress.NONE);
        assertThat(again.x()).containsExactly(once.x());
        assertThat(again.y()).containsExactly(once.y());
        assertThat(fit(vectors, 50, 8, Progress.NONE).x()).isNotEqualTo(once.x());
    }

    @Test
    void membershipsSumUpToTheLogarithmOfTheirNumber() {
        double[] distances = {0.1, 0.15, 0.2, 0.22, 0.3, 0.31, 0.32, 0.4};
        double[] memberships = SmoothKernel.memberships(distances);
        assertThat(Arrays.stream(memberships).sum()).isCloseTo(3, within(1e-4));
        assertThat(memberships[0]).isEqualTo(1);
        assertThat(memberships).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        double sigma = (0.1 - 0.3) / Math.log(memberships[4]);
        assertThat(memberships[7]).isCloseTo(Math.exp((0.1 - 0.4) / sigma), within(1e-9));
    }

    @Test
    void theGraphIsTheFuzzyUnionOfBothDirections() {
        Vectors vectors = Vectors.of(4, TestVectors.random(40, 4, 2));
        Neighbours.Nearest join = NEIGHBOURS.join(vectors, 5, Progress.NONE);
        double[][] one = new double[40][40];
        for (int row = 0; row < 40; row++) {
            int of = row;
            double[] distances = IntStream.range(0, 5)
                    .mapToDouble(rank -> Math.max(0, 1 - join.similarity(of, rank)))
                    .toArray();
            for (int rank = 0; rank < 5; rank++) {
                one[row][join.row(row, rank)] = SmoothKernel.memberships(distances)[rank];
            }
        }
        FuzzyGraph graph = FuzzyGraph.of(join, Progress.NONE);
        double[][] found = new double[40][40];
        for (int row = 0; row < 40; row++) {
            for (int edge = graph.start()[row]; edge < graph.start()[row + 1]; edge++) {
                assertThat(found[row][graph.end()[edge]]).isZero();
                found[row][graph.end()[edge]] = graph.weight()[edge];
            }
        }
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                assertThat(found[i][j]).isCloseTo(one[i][j] + one[j][i] - one[i][j] * one[j][i], within(1e-6));
            }
        }
    }

    @Test
    void anArrivalLiesAmongThoseItBelongsTo() {
        DatasetMap.Point[] points = IntStream.range(0, 4)
                .mapToObj(i -> new DatasetMap.Point(ImageId.ofRawKey("d/" + i), "etag", i, 10 - i))
                .toArray(DatasetMap.Point[]::new);
        double[] place = Placement.mean(points, new double[] {0.1, 0.2, 0.3, 0.4});
        double[] weights = SmoothKernel.memberships(new double[] {0.1, 0.2, 0.3, 0.4});
        double x = IntStream.range(0, 4).mapToDouble(i -> weights[i] * i).sum()
                / Arrays.stream(weights).sum();
        assertThat(place[0]).isCloseTo(x, within(1e-9)).isLessThan(1.5);
        assertThat(place[1]).isCloseTo(10 - x, within(1e-9));
        assertThat(Placement.mean(Arrays.copyOf(points, 1), new double[] {0})).containsExactly(0, 10);
    }

    @Test
    void stopsWhereItIsNotWanted() {
        Vectors vectors = Vectors.of(8, TestVectors.random(100, 8, 1));
        assertThatThrownBy(() -> fit(vectors, 500, 1, (stage, fraction) -> {
                    if (stage.equals("layout") && fraction > 0.1) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void standsDegenerateDatasets() {
        for (int size : new int[] {0, 1, 2, 3}) {
            Layout layout = fit(Vectors.of(3, TestVectors.random(size, 3, 1)), 50, 1, Progress.NONE);
            assertThat(layout.size()).isEqualTo(size);
            assertThat(layout.x()).doesNotContain(Double.NaN);
        }
        Layout same = fit(Vectors.of(2, Collections.nCopies(50, new float[] {1, 1})), 50, 1, Progress.NONE);
        assertThat(Arrays.stream(same.x()).allMatch(Double::isFinite)).isTrue();
        List<float[]> mostlyCopies = TestVectors.random(10, 4, 1);
        mostlyCopies.addAll(Collections.nCopies(60, mostlyCopies.getFirst().clone()));
        Layout mixed = fit(Vectors.of(4, mostlyCopies), 50, 1, Progress.NONE);
        assertThat(Arrays.stream(mixed.y()).allMatch(Double::isFinite)).isTrue();
    }
}
