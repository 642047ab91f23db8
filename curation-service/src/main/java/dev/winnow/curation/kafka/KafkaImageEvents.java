package dev.winnow.curation.kafka;

import com.google.common.collect.Lists;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.ImageEvents;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;

/** Image events on their topic, keyed by image. */
@ApplicationScoped
public class KafkaImageEvents implements ImageEvents {

    private static final int PART = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Emitter<Record<String, byte[]>> emitter;

    KafkaImageEvents(@Channel("images-out") Emitter<Record<String, byte[]>> emitter) {
        this.emitter = emitter;
    }

    @Override
    public void publish(List<? extends ImageEvent> events) {
        // In parts: the channel buffers a bounded number of records, and refuses more.
        Lists.partition(events, PART).forEach(this::publishPart);
    }

    private void publishPart(List<? extends ImageEvent> events) {
        CompletableFuture<?>[] sends = events.stream()
                .map(event -> emitter.send(Record.of(event.image().toString(), EventJson.write(event))))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(sends).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while publishing", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new DependencyUnavailableException("Kafka", e);
        }
    }
}
