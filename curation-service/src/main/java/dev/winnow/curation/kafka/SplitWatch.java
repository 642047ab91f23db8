package dev.winnow.curation.kafka;

import dev.winnow.contract.CurationEvent.SplitBridged;
import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EventJson;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.splits.SplitBridges;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Looks at every image that was embedded, and tells where one ties two splits together. The replicas share the partitions, and a record is
 * acknowledged when the event is safe: if its replica dies, another one looks again. A server that does not answer is waited for.
 */
@ApplicationScoped
public class SplitWatch {

    private static final Logger LOG = Logger.getLogger(SplitWatch.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_UNEXPECTED = 10;
    private static final long FIRST_PAUSE = 500;
    private static final long LONGEST_PAUSE = 10_000;

    private final SplitBridges bridges;
    private final Emitter<Record<String, byte[]>> emitter;
    private final CountDownLatch stopping = new CountDownLatch(1);

    SplitWatch(SplitBridges bridges, @Channel("curation-out") Emitter<Record<String, byte[]>> emitter) {
        this.bridges = bridges;
        this.emitter = emitter;
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    /** In any order: it looks at an image as it is now. */
    @Incoming("embeddings-in")
    @Blocking(value = "splits", ordered = false)
    void look(Record<String, byte[]> outcome) {
        if (outcome.value() == null) {
            return;
        }
        EmbeddingEvent event;
        try {
            event = EventJson.read(outcome.value(), EmbeddingEvent.class);
        } catch (IOException | RuntimeException e) {
            LOG.warnf("event=unreadable topic=winnow.embeddings key=%s", outcome.key());
            return;
        }
        if (event instanceof ImageEmbedded embedded) {
            lookUntilAnswered(embedded);
        }
    }

    private void lookUntilAnswered(ImageEmbedded embedded) {
        int unexpected = 0;
        for (long pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
            try {
                Optional<SplitBridged> bridged = bridges.look(embedded.dataset(), embedded.image());
                bridged.ifPresent(this::publish);
                return;
            } catch (CancellationException e) {
                throw e;
            } catch (DependencyUnavailableException e) {
                LOG.warnf("event=split-watch-waits reason=\"%s\"", e.getMessage());
            } catch (RuntimeException e) {
                LOG.errorf(e, "event=split-watch-waits dataset=%s image=%s", embedded.dataset(), embedded.image());
                if (++unexpected == MOST_UNEXPECTED) {
                    // One image that nobody can look at must not keep all others from being looked at.
                    LOG.errorf("event=split-watch-gives-up dataset=%s image=%s", embedded.dataset(), embedded.image());
                    return;
                }
            }
            try {
                if (stopping.await(pause, TimeUnit.MILLISECONDS)) {
                    // Not acknowledged, since what fails stops the channel: somebody looks again.
                    throw new CancellationException("stopping");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while a server was waited for");
            }
        }
    }

    private void publish(SplitBridged bridged) {
        try {
            emitter.send(Record.of(bridged.image().toString(), EventJson.write(bridged)))
                    .toCompletableFuture()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.infof("event=split-bridged dataset=%s image=%s", bridged.dataset(), bridged.image());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while publishing");
        } catch (ExecutionException | TimeoutException e) {
            throw new DependencyUnavailableException("Kafka", e);
        }
    }
}
