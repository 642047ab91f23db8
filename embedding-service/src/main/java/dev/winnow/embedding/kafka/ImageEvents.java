package dev.winnow.embedding.kafka;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.embedding.Backoff;
import dev.winnow.embedding.Drain;
import dev.winnow.embedding.EmbedImages;
import dev.winnow.embedding.ImageChange;
import dev.winnow.embedding.Turns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the pipeline with batches, as many at a time as keep it busy while one begins and another ends. Offsets are committed
 * once a batch is done: while a dependency is down it waits, and the client keeps polling (without fetching) on its own thread,
 * so the partitions stay.
 */
@ApplicationScoped
class ImageEvents {

    static final String CHANNEL = "images";

    /** Batches at the same time. */
    private static final int IN_FLIGHT = 3;

    private static final Logger LOG = Logger.getLogger(ImageEvents.class);

    private final EmbedImages embedImages;
    private final Backoff backoff;
    private final Drain drain;
    private final Counter malformed;
    private final Turns turns = new Turns();

    ImageEvents(EmbedImages embedImages, Backoff backoff, Drain drain, MeterRegistry registry) {
        this.embedImages = embedImages;
        this.backoff = backoff;
        this.drain = drain;
        this.malformed = Counter.builder("winnow.events.malformed")
                .description("Records that are no image event; skipped, since they name no image")
                .register(registry);
    }

    @Incoming(CHANNEL)
    Flow.Subscriber<Message<ConsumerRecords<String, byte[]>>> consume() {
        return new Batches();
    }

    /** Asks for another batch when one is done, until the service stops. */
    private final class Batches implements Flow.Subscriber<Message<ConsumerRecords<String, byte[]>>> {

        private Flow.@Nullable Subscription source;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            subscription.request(IN_FLIGHT);
        }

        /** Called in the order of the records, one at a time: this is where turns are taken. */
        @Override
        public void onNext(Message<ConsumerRecords<String, byte[]>> message) {
            if (!drain.begin()) {
                // Not acknowledged: whoever comes next does it.
                return;
            }
            List<ImageChange> changes = new ArrayList<>();
            for (ConsumerRecord<String, byte[]> record : message.getPayload()) {
                change(record).ifPresent(changes::add);
            }
            Turns.Turn turn =
                    turns.take(changes.stream().map(ImageChange::image).collect(Collectors.toSet()));
            Thread.ofVirtual().name("batch").start(() -> {
                try (turn) {
                    turn.await();
                    if (!changes.isEmpty()) {
                        backoff.untilDone("embedding", () -> embedImages.process(changes));
                    }
                } catch (CancellationException | InterruptedException e) {
                    // The service stops: what is not committed is done by whoever comes next.
                    drain.end();
                    return;
                }
                message.ack().whenComplete((acknowledged, failure) -> {
                    drain.end();
                    Objects.requireNonNull(source).request(1);
                });
            });
        }

        @Override
        public void onError(Throwable failure) {
            LOG.error("the channel of image events failed; readiness tells", failure);
        }

        @Override
        public void onComplete() {}
    }

    private Optional<ImageChange> change(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            ImageEvent event = EventJson.read(record.value(), ImageEvent.class);
            ImageChange change = new ImageChange(
                    event.key(),
                    event instanceof ImageEvent.ImageStored stored ? stored.etag() : null,
                    record.partition(),
                    record.offset(),
                    event.at(),
                    event instanceof ImageEvent.ImageAnnotated);
            if (!change.image().equals(event.image())) {
                throw new IOException("the id " + event.image() + " is not that of " + event.key());
            }
            return Optional.of(change);
        } catch (IOException | InvalidNameException | NullPointerException e) {
            malformed.increment();
            LOG.warnf(
                    "skipped record %s-%d@%d, which is no image event: %s",
                    record.topic(), record.partition(), record.offset(), firstLine(e));
            return Optional.empty();
        }
    }

    /** The record comes from outside: keep the log on one line and of bounded length. */
    private static String firstLine(Exception e) {
        String line =
                String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() > 300 ? line.substring(0, 300) : line;
    }
}
