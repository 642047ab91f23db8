package dev.winnow.curation.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.TestVectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitVectorsTest {

    private static List<float[]> units(int size, long seed) {
        return TestVectors.random(size, 5, seed).stream().map(UnitVectors::unit).toList();
    }

    @Test
    void scalesToLengthOne() {
        assertThat(UnitVectors.unit(new float[] {3, 4})).containsExactly(0.6f, 0.8f);
        assertThat(UnitVectors.unit(new float[] {0, 1e-30f})).containsExactly(0, 1);
        assertThat(UnitVectors.unit(new float[] {0, 0})).isEmpty();
        assertThat(UnitVectors.unit(new float[] {Float.NaN, 1})).isEmpty();
        assertThat(UnitVectors.unit(new float[] {Float.POSITIVE_INFINITY, 1})).isEmpty();
        assertThat(UnitVectors.unit(new float[0])).isEmpty();
    }

    /** The direction that has, for every x, cos · length = 2 · mean cos(x, p) − mean cos(x, n). */
    @Test
    void ranksAsTheMeanSimilaritiesDo() {
        for (int seed = 0; seed < 50; seed++) {
            List<float[]> positive = units(1 + seed % 4, seed);
            List<float[]> negative = units(seed % 3, 1000 + seed);
            float[] target = UnitVectors.average(positive, negative);
            double ratio = Double.NaN;
            for (float[] x : units(20, 2000 + seed)) {
                double like = positive.stream()
                        .mapToDouble(p -> UnitVectors.dot(x, p))
                        .average()
                        .orElseThrow();
                double unlike = negative.stream()
                        .mapToDouble(n -> UnitVectors.dot(x, n))
                        .average()
                        .orElse(0);
                double score = negative.isEmpty() ? like : 2 * like - unlike;
                if (Math.abs(score) > 1e-2) {
                    double length = score / UnitVectors.dot(x, target);
                    ratio = Double.isNaN(ratio) ? length : ratio;
                    assertThat(length).isCloseTo(ratio, within(1e-3 * Math.abs(ratio)));
                }
            }
        }
    }

    @Test
    void examplesThatCancelOutPointNowhere() {
        float[] one = {1, 0};
        float[] opposite = {-1, 0};
        assertThat(UnitVectors.average(List.of(one, opposite), List.of())).isEmpty();
        assertThat(UnitVectors.average(List.of(one), List.of(one))).containsExactly(1, 0);
        assertThat(UnitVectors.average(List.of(one), List.of(opposite))).containsExactly(1, 0);
    }
}
