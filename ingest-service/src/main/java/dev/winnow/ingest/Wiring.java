package dev.winnow.ingest;

import dev.winnow.contract.ImageLimits;
import io.micrometer.core.instrument.MeterRegistry;
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
    Intake intake(ImageStore store, ImageEvents events, IngestConfig config, Clock clock) {
        ImageLimits limits =
                new ImageLimits(config.limits().maxBytes(), config.limits().maxPixels());
        if (limits.maxBytes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("winnow.limits.max-bytes: expected less than 2 GiB");
        }
        return new Intake(store, events, limits, clock);
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
