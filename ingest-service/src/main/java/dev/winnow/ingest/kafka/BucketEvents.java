package dev.winnow.ingest.kafka;

import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.ingest.Announcements;
import dev.winnow.ingest.ImageEvents;
import dev.winnow.ingest.ImageEvents.Publication;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.Rejections;
import dev.winnow.ingest.UnavailableException;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Turns what the store says of its bucket into image events, one batch after the other and in order, but for what this
 * process has told already. A batch is
 * acknowledged when all its events are; while they cannot be sent it is tried again, and nothing else moves.
 */
@ApplicationScoped
public class BucketEvents {

    private static final Logger LOG = Logger.getLogger(BucketEvents.class);
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final ImageEvents events;
    private final Announcements announcements;
    private final Clock clock;
    private final String bucket;
    private final CountDownLatch stopping = new CountDownLatch(1);

    public BucketEvents(ImageEvents events, Announcements announcements, IngestConfig config, Clock clock) {
        this.events = events;
        this.announcements = announcements;
        this.clock = clock;
        this.bucket = config.s3().bucket();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @Incoming("bucket-events")
    @Blocking
    public void follow(ConsumerRecords<String, byte[]> batch) throws InterruptedException {
        for (long pause = 100; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                List<Publication> sent = new ArrayList<>(batch.count());
                batch.forEach(record -> publish(record, sent));
                sent.forEach(Publication::await);
                return;
            } catch (UnavailableException e) {
                LOG.warnf("%d bucket notifications wait: %s", batch.count(), e.summary());
                if (stopping.await(pause, TimeUnit.MILLISECONDS)) {
                    // Not acknowledged, so they come again after the restart.
                    throw e;
                }
            }
        }
    }

    private void publish(ConsumerRecord<String, byte[]> record, List<Publication> sent) {
        String source = record.topic() + "-" + record.partition() + "@" + record.offset();
        try {
            if (record.value() == null) {
                throw new IOException("expected JSON, got nothing");
            }
            for (BucketNotification change : BucketNotification.parse(record.value())) {
                if (change.bucket().equals(bucket) && !ObjectKey.isReserved(change.key())) {
                    sent.add(publish(change));
                }
            }
        } catch (IOException e) {
            LOG.warnf("unreadable bucket notification %s: %s", source, e.getMessage());
            sent.add(events.publish(Rejections.unreadableNotification(
                    source, firstLine(String.valueOf(e.getMessage())), clock.instant())));
        }
    }

    private Publication publish(BucketNotification change) {
        ObjectKey key;
        try {
            key = ObjectKey.parse(change.key());
        } catch (InvalidNameException e) {
            return switch (change) {
                case BucketNotification.Created created ->
                    events.publish(Rejections.invalidName(created.key(), created.etag(), e, clock.instant()));
                case BucketNotification.Removed removed ->
                    events.publish(Rejections.cleared(removed.key(), clock.instant()));
            };
        }
        return switch (change) {
            // An event that is under way already is waited for like a new one; if it fails, the next try sends one.
            case BucketNotification.Created created ->
                announcements
                        .take(key, created.etag())
                        .orElseGet(() ->
                                events.publish(new ImageStored(key, created.etag(), created.bytes(), clock.instant())));
            case BucketNotification.Removed removed -> {
                announcements.forget(key);
                yield events.publish(new ImageRemoved(key, clock.instant()));
            }
        };
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
