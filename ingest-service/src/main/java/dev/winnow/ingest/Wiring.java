package dev.winnow.ingest;

import dev.winnow.contract.ImageLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the domain together from the configuration and the adapters. */
final class Wiring {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    BodyBudget bodyBudget(IngestConfig config, MeterRegistry meters) {
        BodyBudget budget = new BodyBudget(
                config.limits().bodyMemory().asLongValue(), config.limits().bodyWait());
        meters.gauge("winnow.intake.body.free.bytes", budget, BodyBudget::freeBytes);
        return budget;
    }

    @Produces
    @Singleton
    Announcements announcements() {
        return new Announcements();
    }

    @Produces
    @Singleton
    Intake intake(ImageStore store, ImageEvents events, Announcements announcements, IngestConfig config, Clock clock) {
        return new Intake(store, events, announcements, limits(config.limits()), clock);
    }

    /** A limit that cannot be had ends the start, not the first request. */
    void check(@Observes StartupEvent start, IngestConfig config) {
        var unused = limits(config.limits());
    }

    /**
     * The configured limits.
     *
     * @throws IllegalArgumentException if the worker would reject what they let in
     */
    static ImageLimits limits(IngestConfig.Limits configured) {
        atMost("winnow.limits.max-bytes", configured.maxBytes(), ImageLimits.DEFAULT.maxBytes());
        atMost("winnow.limits.max-pixels", configured.maxPixels(), ImageLimits.DEFAULT.maxPixels());
        return new ImageLimits(configured.maxBytes(), configured.maxPixels());
    }

    private static void atMost(String key, long configured, long limit) {
        if (configured > limit) {
            throw new IllegalArgumentException(
                    key + ": expected at most " + limit + ", which is all that the worker takes, got " + configured);
        }
    }

    @Produces
    @Singleton
    BatchIntake batchIntake(Intake intake, BodyBudget budget, IngestConfig config) {
        return new BatchIntake(intake, budget, config.limits().maxItems());
    }

    @Produces
    @Singleton
    Reconciler reconciler(ImageStore store, IndexedImages index, ImageEvents events, Clock clock) {
        return new Reconciler(store, index, events, clock);
    }
}
