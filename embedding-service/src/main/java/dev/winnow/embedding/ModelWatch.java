package dev.winnow.embedding;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks every second whether the models have other parts than before: another worker may have changed them. */
@ApplicationScoped
class ModelWatch {

    private static final Logger LOG = Logger.getLogger(ModelWatch.class);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-watch").daemon().factory());

    void onStart(@Observes StartupEvent event, Backoff backoff, RunningModels models) {
        var unused = clock.scheduleWithFixedDelay(() -> look(backoff, models), 0, 1, TimeUnit.SECONDS);
    }

    private static void look(Backoff backoff, RunningModels models) {
        try {
            backoff.untilDone("looking which models run", models::refresh);
        } catch (CancellationException e) {
            LOG.debug("stopped while the vector database did not answer");
        }
    }

    @PreDestroy
    void close() {
        clock.shutdownNow();
    }
}
