package dev.winnow.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a report is made of.
 *
 * @param stages what took how long, in order
 * @param scores null where the truth is not known
 * @param failures images that were stored and could not be embedded
 */
record Findings(
        String dataset,
        String source,
        Instant at,
        Intake.Outcome intake,
        List<Results.FailedImage> failures,
        Map<String, Duration> stages,
        Results.Clusters clusters,
        Results.Duplicates duplicates,
        Results.Outliers outliers,
        Results.Selection selection,
        @Nullable Scores scores) {

    /** Images per second from the first upload until all were searchable. */
    double throughput() {
        return intake.embedded() / Math.max(0.001, intake.total().toMillis() / 1000.0);
    }
}
