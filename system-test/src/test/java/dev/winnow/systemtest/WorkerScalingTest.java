package dev.winnow.systemtest;

import dev.winnow.systemtest.Workers.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A measurement, not a test: prints how many images a second some workers of one thread each embed. */
@EnabledIfSystemProperty(named = "bench", matches = "workers")
class WorkerScalingTest {

    private static final int PARTITIONS = 6;
    private static final int ROUNDS = 6;
    private static final int IMAGES = 450;

    /** So many outcomes pass before the clock starts: code is cold at first, and partitions are still being shared. */
    private static final int WARM_UP = 900;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void throughput(int count, @TempDir Path data) throws Exception {
        try (Workers workers = new Workers(data, PARTITIONS)) {
            for (int round = 0; round < ROUNDS; round++) {
                WorkersTest.put(workers, "round-" + round, IMAGES);
            }
            for (int i = 0; i < count; i++) {
                workers.start();
            }
            List<Outcome> all = workers.awaitOutcomes(ROUNDS * IMAGES);
            List<Instant> times =
                    all.stream().map(Outcome::at).sorted().skip(WARM_UP).toList();
            Duration time = Duration.between(times.getFirst(), times.getLast());
            System.out.printf(
                    Locale.ROOT,
                    "workers: %d of one thread each: %.0f images/s%n",
                    count,
                    times.size() / (time.toMillis() / 1000.0));
        }
    }
}
