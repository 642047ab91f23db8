package dev.winnow.embedding.kafka;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.embedding.Backoff;
import dev.winnow.embedding.EmbedImages;
import dev.winnow.embedding.ImageChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Feeds the pipeline, a batch at a time and never two at once, so that two looks at one image cannot overtake each
 * other. Offsets are committed when this method returns, which it only does when the batch is done: while a dependency
 * is down it waits here, and the client keeps polling (without fetching) on its own thread, so the partitions stay.
 */
@ApplicationScoped
class ImageEvents {

    static final String CHANNEL = "images";

    private static final Logger LOG = Logger.getLogger(ImageEvents.class);

    private final EmbedImages embedImages;
    private final Backoff backoff;
    private final Counter malformed;

    ImageEvents(EmbedImages embedImages, Backoff backoff, MeterRegistry registry) {
        this.embedImages = embedImages;
        this.backoff = backoff;
        this.malformed = Counter.builder("winnow.events.malformed")
                .description("Records that are no image event; skipped, since they name no image")
                .register(registry);
    }

    @Incoming(CHANNEL)
    @Blocking("embedding")
    void consume(ConsumerRecords<String, byte[]> records) {
        List<ImageChange> changes = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            change(record).ifPresent(changes::add);
        }
        if (!changes.isEmpty()) {
            backoff.untilDone("embedding", () -> embedImages.process(changes));
        }
    }

    private Optional<ImageChange> change(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            ImageEvent event = EventJson.read(record.value(), ImageEvent.class);
            ImageChange change = new ImageChange(event.key(), record.offset(), event.at());
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
