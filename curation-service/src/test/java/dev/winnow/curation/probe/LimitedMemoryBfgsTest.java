package dev.winnow.curation.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LimitedMemoryBfgsTest {

    @Test
    void findsTheMinimumOfRosenbrocksValley() {
        LimitedMemoryBfgs.Function valley = (x, gradient) -> {
            double along = x[1] - x[0] * x[0];
            gradient[0] = -400 * x[0] * along - 2 * (1 - x[0]);
            gradient[1] = 200 * along;
            return 100 * along * along + (1 - x[0]) * (1 - x[0]);
        };
        LimitedMemoryBfgs.Minimum minimum = LimitedMemoryBfgs.minimise(
                valley, new double[] {-1.2, 1}, new LimitedMemoryBfgs.Until(1e-8, 0, 200), share -> {});
        assertThat(minimum.converged()).isTrue();
        assertThat(minimum.x()).containsExactly(new double[] {1, 1}, within(1e-6));
    }

    @Test
    void stopsWhereIterationsEnd() {
        LimitedMemoryBfgs.Minimum minimum = LimitedMemoryBfgs.minimise(
                (x, gradient) -> {
                    gradient[0] = 4 * x[0] * x[0] * x[0];
                    return x[0] * x[0] * x[0] * x[0];
                },
                new double[] {10},
                new LimitedMemoryBfgs.Until(0, 0, 2),
                share -> {});
        assertThat(minimum.converged()).isFalse();
        assertThat(minimum.iterations()).isEqualTo(2);
        assertThat(minimum.value()).isLessThan(10_000);
    }
}
