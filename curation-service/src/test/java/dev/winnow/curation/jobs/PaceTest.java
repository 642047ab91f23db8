package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.jobs.Pace.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {

    private record Sample(double seconds, double fraction) {}

    @Test
    void anEvenPaceIsToldExactly() {
        Pace pace = new Pace();
        Estimate estimate = Estimate.UNKNOWN;
        for (int i = 0; i <= 80; i++) {
            estimate = pace.note(i * 0.5, i * 0.01);
        }
        assertThat(Objects.requireNonNull(estimate.perSecond())).isCloseTo(0.02, within(1e-9));
        assertThat(Objects.requireNonNull(estimate.remaining())).isCloseTo(10, within(1e-6));
    }

    @Test
    void saysNothingBeforeItKnows() {
        Pace pace = new Pace();
        assertThat(pace.note(0, 0)).isEqualTo(Estimate.UNKNOWN);
        assertThat(pace.note(1.9, 0.5)).isEqualTo(Estimate.UNKNOWN);
        assertThat(pace.note(2, 0.5).remaining()).isEqualTo(2);
        // A new attempt.
        assertThat(pace.note(3, 0)).isEqualTo(Estimate.UNKNOWN);
        assertThat(pace.note(60, 0)).isEqualTo(Estimate.UNKNOWN);
    }

    @Test
    void looksBackOneWindow() {
        Random random = new Random(4);
        Pace pace = new Pace();
        List<Sample> all = new ArrayList<>();
        double seconds = 0;
        double fraction = 0;
        for (int i = 0; i < 500; i++) {
            seconds += 0.1 + random.nextDouble();
            fraction += (1 - fraction) * 0.01 * random.nextDouble();
            all.add(new Sample(seconds, fraction));
            Estimate estimate = pace.note(seconds, fraction);

            // The last sample that is a window old, or the first one there is.
            Sample from = all.getFirst();
            for (Sample sample : all) {
                from = seconds - sample.seconds >= Pace.WINDOW ? sample : from;
            }
            double time = seconds - from.seconds;
            if (time < Pace.LEAST) {
                assertThat(estimate).isEqualTo(Estimate.UNKNOWN);
            } else {
                double perSecond = (fraction - from.fraction) / time;
                assertThat(Objects.requireNonNull(estimate.perSecond())).isCloseTo(perSecond, within(1e-12));
                assertThat(Objects.requireNonNull(estimate.remaining()))
                        .isCloseTo((1 - fraction) / perSecond, within(1e-6));
            }
        }
    }
}
