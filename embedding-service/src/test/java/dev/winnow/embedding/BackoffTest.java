package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void triesUntilItWorksAndSaysMeanwhileWhatItWaitsFor() {
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(4));
        AtomicInteger attempts = new AtomicInteger();
        backoff.untilDone("it", () -> {
            if (attempts.incrementAndGet() < 6) {
                assertThat(backoff.waiting()).hasSize(attempts.get() == 1 ? 0 : 1);
                throw new IllegalStateException("attempt " + attempts);
            }
            assertThat(backoff.waiting()).containsEntry("it", "attempt 5");
        });
        assertThat(attempts).hasValue(6);
        assertThat(backoff.waiting()).isEmpty();
    }

    @Test
    void stopsWaitingWhenTheServiceStops() {
        Backoff backoff = new Backoff(Duration.ofHours(1), Duration.ofHours(1));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> backoff.untilDone("it", () -> {
            throw new IllegalStateException("down");
        }));
        Awaitility.await().until(() -> !backoff.waiting().isEmpty());
        backoff.onShutdown(new ShutdownEvent());
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(CancellationException.class);
    }
}
