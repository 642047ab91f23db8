package dev.winnow.embedding;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the pipeline counts and times. */
@ApplicationScoped
public class PipelineMetrics {

    private final MeterRegistry registry;
    private final DistributionSummary batches;

    PipelineMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.batches = DistributionSummary.builder("winnow.batch.pictures")
                .description("Pictures of a forward pass of the pipeline")
                .register(registry);
    }

    /** Parts of the work, timed one by one. */
    enum Stage {
        LOOK_UP,
        FETCH,
        DECODE,
        FORWARD,
        WRITE,
        PUBLISH
    }

    /** Something that is timed. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run() throws E;
    }

    <T, E extends Exception> T time(Stage stage, Work<T, E> work) throws E {
        Timer.Sample sample = Timer.start(registry);
        try {
            return work.run();
        } finally {
            sample.stop(Timer.builder("winnow.stage")
                    .description("Time of one run of a pipeline stage")
                    .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                    .publishPercentileHistogram()
                    .register(registry));
        }
    }

    void run(Stage stage, Runnable work) {
        time(stage, () -> {
            work.run();
            return stage;
        });
    }

    /** Notes how many pictures a forward pass had. */
    void countBatch(int pictures) {
        batches.record(pictures);
    }

    /** Counts an image whose points for another model were made of vectors that were there. */
    void countReprojected() {
        registry.counter("winnow.images.reprojected").increment();
    }

    /** Counts a finding, once its outcome is published. */
    void count(Finding finding, Instant now) {
        switch (finding) {
            case Finding.Gone gone -> registry.counter("winnow.images.removed").increment();
            case Finding.Unchanged same ->
                registry.counter("winnow.images.unchanged").increment();
            case Finding.Fresh fresh ->
                registry.counter("winnow.images.embedded").increment();
            case Finding.Rejected bad ->
                registry.counter(
                                "winnow.images.rejected",
                                "reason",
                                bad.rejection().reason())
                        .increment();
        }
        if (finding.objects().asked()) {
            count(finding.objects());
        }
        Duration since = Duration.between(finding.change().at(), now);
        registry.timer("winnow.image.latency").record(since.isNegative() ? Duration.ZERO : since);
    }

    private void count(ObjectChanges objects) {
        registry.counter("winnow.objects.embedded").increment(objects.embedded().size());
        registry.counter("winnow.objects.relabelled")
                .increment(objects.relabelled().size());
        registry.counter("winnow.objects.removed").increment(objects.removed().size());
        registry.counter("winnow.objects.refused").increment(objects.refused());
    }
}
