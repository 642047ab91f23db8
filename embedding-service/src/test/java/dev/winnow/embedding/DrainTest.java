package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {

    private final MemoryAttempts store = new MemoryAttempts();
    private final EmbeddingModel model = TestModels.load("tiny");
    private final ImageEmbedder embedder =
            new ImageEmbedder(new MemoryBudget(1 << 20), new PipelineMetrics(new SimpleMeterRegistry()), 1);
    private final List<Wanted> whole = List.of(Wanted.whole(embedder.batches(model)));
    private final Attempts attempts = new Attempts(store, embedder, Duration.ZERO);

    @BeforeEach
    void anImageIsInWork() throws InterruptedException {
        ImageChange change = new ImageChange(new ObjectKey("a", "x"), "1", 0, 7, Instant.now());
        attempts.begin(List.of(change)).embed(change, "1", Samples.file("plain.png"), whole);
    }

    @AfterEach
    void close() {
        embedder.close();
        model.close();
    }

    @Test
    void waitsForWhatHasBegunAndLetsNothingBegin() throws Exception {
        Drain drain = new Drain(attempts, Duration.ofHours(1));
        assertThat(drain.begin()).isTrue();
        assertThat(drain.begin()).isTrue();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> drain.onShutdown(new ShutdownEvent()));
        Awaitility.await().until(drain::isStopping);
        assertThat(drain.begin()).isFalse();
        drain.end();
        assertThat(stopped).isNotDone();
        drain.end();
        stopped.get();
        assertThat(store.all()).isEmpty();
    }

    @Test
    void givesUpAtLastAndErasesWhatItHadBegun() {
        Drain drain = new Drain(attempts, Duration.ofMillis(1));
        assertThat(drain.begin()).isTrue();
        drain.onShutdown(new ShutdownEvent());
        assertThat(store.all()).isEmpty();
    }

    @Test
    void aStoreThatIsDownDoesNotKeepItFromStopping() {
        store.down = true;
        new Drain(attempts, Duration.ofMillis(1)).onShutdown(new ShutdownEvent());
        store.down = false;
        assertThat(store.all()).hasSize(1);
    }
}
