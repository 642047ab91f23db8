package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.ChangeJournal.Intent;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * Tells the topic of every change exactly as long as it takes to be acknowledged: at once, and where the broker does
 * not answer, again and again in the background. The journal holds what is still owed, across restarts.
 */
final class ChangeRelay implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ChangeRelay.class.getName());

    private final ChangeJournal journal;
    private final ObjectChangeTopic topic;
    private final BlobStore store;
    private final ConcurrentSkipListMap<String, Intent> owed = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("s3-events").factory());

    /** Starts with what an earlier process still owed the topic. */
    ChangeRelay(ChangeJournal journal, ObjectChangeTopic topic, BlobStore store) throws IOException {
        this.journal = journal;
        this.topic = topic;
        this.store = store;
        journal.unfinished().forEach(intent -> owed.put(intent.sequencer(), intent));
        var unused = retries.scheduleWithFixedDelay(this::retry, 0, 1, TimeUnit.SECONDS);
    }

    /** To be called before the object is touched. */
    Intent begin(String name, String bucket, String key) throws IOException {
        return journal.begin(name, bucket, key);
    }

    /** The change was not made. */
    void abandon(Intent intent) throws IOException {
        journal.end(intent);
    }

    /** The change was made: returns when the topic has it, or when it is certain to be told later. */
    void made(Intent intent) throws IOException {
        if (!tell(intent)) {
            owed.put(intent.sequencer(), intent);
        }
    }

    private void retry() {
        for (Map.Entry<String, Intent> entry : owed.entrySet()) {
            try {
                if (!tell(entry.getValue())) {
                    return;
                }
                owed.remove(entry.getKey());
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "An S3 event is still to be told: " + entry.getValue(), e);
                return;
            }
        }
    }

    private boolean tell(Intent intent) throws IOException {
        @Nullable ObjectChange change = asItIsNow(intent);
        try {
            if (change != null) {
                topic.publish(change);
            }
        } catch (ObjectChangeTopic.NotAcknowledgedException e) {
            LOG.log(Level.WARNING, "Kafka did not acknowledge an S3 event, to be told later: " + intent, e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        journal.end(intent);
        return true;
    }

    /** The event of the change, or nothing where the object shows that it never took place. */
    private @Nullable ObjectChange asItIsNow(Intent intent) {
        var head = store.blobMetadataIfPresent(intent.bucket(), intent.key());
        boolean removal = intent.name().equals(ObjectChange.DELETE);
        if (removal == (head != null)) {
            return null;
        }
        @Nullable
        String eTag = head == null || head.eTag() == null ? null : head.eTag().replace("\"", "");
        return new ObjectChange(
                intent.name(),
                intent.bucket(),
                intent.key(),
                eTag,
                head == null ? null : head.contentLength(),
                Instant.now(),
                intent.sequencer());
    }

    @Override
    public void close() {
        retries.shutdownNow();
        topic.close();
    }
}
