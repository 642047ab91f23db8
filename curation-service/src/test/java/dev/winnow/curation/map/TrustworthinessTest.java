package dev.winnow.curation.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustworthinessTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    private static Trustworthiness of(Vectors vectors, Layout layout, int k) {
        return Trustworthiness.of(NEIGHBOURS, vectors, layout, k, 1, Progress.NONE);
    }

    private static Layout scattered(int size, long seed) {
        Random random = new Random(seed);
        Layout layout = Layout.of(size);
        for (int row = 0; row < size; row++) {
            layout.x()[row] = random.nextGaussian();
            layout.y()[row] = random.nextGaussian();
        }
        return layout;
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "7, 3", "60, 15", "600, 15", "31, 15"})
    void isTheFormulaOfVennaAndKaski(int size, int k) {
        Vectors vectors = Vectors.of(5, TestVectors.random(size, 5, size));
        Layout layout = scattered(size, k);
        double sum = 0;
        for (int row = 0; row < size; row++) {
            List<Integer> near = order(row, size, Comparator.comparingDouble(similarity(vectors, row)));
            List<Integer> onMap = order(row, size, Comparator.comparingDouble(distance(layout, row)));
            for (int other : onMap.subList(0, k)) {
                sum += Math.max(0, near.indexOf(other) + 1 - k);
            }
        }
        double expected = 1 - 2.0 / (size * k * (2.0 * size - 3 * k - 1)) * sum;
        Trustworthiness measured = of(vectors, layout, k);
        assertThat(measured.k()).isEqualTo(k);
        assertThat(measured.sample()).isEqualTo(size);
        assertThat(measured.value()).isCloseTo(expected, within(1e-4));
    }

    private static ToDoubleFunction<Integer> similarity(Vectors vectors, int row) {
        return other -> -vectors.similarity(row, other);
    }

    private static ToDoubleFunction<Integer> distance(Layout layout, int row) {
        return other -> Math.hypot(layout.x()[row] - layout.x()[other], layout.y()[row] - layout.y()[other]);
    }

    private static List<Integer> order(int row, int size, Comparator<Integer> order) {
        return IntStream.range(0, size)
                .filter(other -> other != row)
                .boxed()
                .sorted(order)
                .toList();
    }

    @Test
    void isOneWhereTheMapIsThePictureItself() {
        // Unit vectors of the plane: their order on the circle is the order on the map.
        List<float[]> circle = IntStream.range(0, 200)
                .mapToObj(i -> new float[] {(float) Math.cos(i * i * 1e-4), (float) Math.sin(i * i * 1e-4)})
                .toList();
        Layout layout = Layout.of(200);
        IntStream.range(0, 200).forEach(i -> {
            layout.x()[i] = circle.get(i)[0];
            layout.y()[i] = circle.get(i)[1];
        });
        assertThat(of(Vectors.of(2, circle), layout, 15).value()).isGreaterThan(0.999);
        assertThat(of(Vectors.of(2, circle), scattered(200, 1), 15).value()).isBetween(0.4, 0.6);
    }

    /** More rows than are all looked at, and than one chunk holds. */
    @Test
    void ofManyImagesASampleIsLookedAt() {
        Vectors vectors = Vectors.of(2, TestVectors.random(33_000, 2, 1));
        Layout layout = Layout.of(vectors.size());
        for (int row = 0; row < vectors.size(); row++) {
            layout.x()[row] = vectors.get(row)[0];
            layout.y()[row] = vectors.get(row)[1];
        }
        Trustworthiness measured = of(vectors, layout, 15);
        assertThat(measured.sample()).isEqualTo(2_000);
        assertThat(measured.value()).isGreaterThan(0.999);
        assertThat(of(vectors, scattered(33_000, 2), 15).value()).isBetween(0.45, 0.55);
    }

    @Test
    void standsDegenerateDatasets() {
        Vectors same = Vectors.of(2, Collections.nCopies(40, new float[] {1, 1}));
        assertThat(of(same, scattered(40, 1), 15).value()).isEqualTo(1);
        assertThat(of(Vectors.of(3, TestVectors.random(4, 3, 1)), scattered(4, 1), 15)
                        .k())
                .isEqualTo(1);
        assertThatThrownBy(() -> of(Vectors.of(3, TestVectors.random(2, 3, 1)), scattered(2, 1), 15))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
