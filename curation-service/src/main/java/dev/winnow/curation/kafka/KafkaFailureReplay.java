package dev.winnow.curation.kafka;

import com.google.common.collect.Lists;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.FailureReplay;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.jboss.logging.Logger;

/** Replays failures as image events: the worker is level-triggered, so the event's own details do not matter. */
@ApplicationScoped
public class KafkaFailureReplay implements FailureReplay {

    private static final Logger LOG = Logger.getLogger(KafkaFailureReplay.class);
    private static final int PART = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Emitter<Record<String, byte[]>> emitter;

    KafkaFailureReplay(@Channel("images-out") Emitter<Record<String, byte[]>> emitter) {
        this.emitter = emitter;
    }

    @Override
    public int replay(List<ImageRejected> failures) {
        int replayed = 0;
        // In parts: the channel buffers a bounded number of records, and refuses more.
        for (List<ImageRejected> part : Lists.partition(failures, PART)) {
            replayed += replayPart(part);
        }
        return replayed;
    }

    private int replayPart(List<ImageRejected> failures) {
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        for (ImageRejected failure : failures) {
            try {
                ObjectKey key = new ObjectKey(failure.dataset(), failure.path());
                String etag = failure.etag() == null ? "unknown" : failure.etag();
                ImageStored event = new ImageStored(key, etag, 0, Instant.now());
                sends.add(emitter.send(Record.of(event.image().toString(), EventJson.write(event)))
                        .toCompletableFuture());
            } catch (InvalidNameException e) {
                LOG.debugf("event=not-replayed path=\"%s\" reason=\"%s\"", failure.path(), e.expected());
            }
        }
        try {
            CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while replaying", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new DependencyUnavailableException("Kafka", e);
        }
        return sends.size();
    }
}
