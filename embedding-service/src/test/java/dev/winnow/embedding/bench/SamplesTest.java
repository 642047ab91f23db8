package dev.winnow.embedding.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void theMedianLiesInTheMiddleOrBetweenTheTwoThere() {
        assertThat(Samples.median(List.of(9, 1, 5), Integer::doubleValue)).isEqualTo(5);
        assertThat(Samples.median(List.of(9, 1, 5, 7), Integer::doubleValue)).isEqualTo(6);
        assertThat(Samples.median(List.of(3), Integer::doubleValue)).isEqualTo(3);
    }

    @Test
    void aPercentileIsOneOfTheValuesAndNotBelowItsShare() {
        List<Double> hundred = java.util.stream.IntStream.rangeClosed(1, 100)
                .mapToObj(i -> (double) (101 - i))
                .toList();
        assertThat(Samples.percentile(hundred, 0.5)).isEqualTo(50);
        assertThat(Samples.percentile(hundred, 0.95)).isEqualTo(95);
        assertThat(Samples.percentile(hundred, 1)).isEqualTo(100);
        assertThat(Samples.percentile(List.of(4.0), 0.95)).isEqualTo(4);
    }
}
