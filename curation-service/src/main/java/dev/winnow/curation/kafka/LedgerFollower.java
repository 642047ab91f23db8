package dev.winnow.curation.kafka;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.Topic;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.frontier.Frontiers;
import dev.winnow.curation.snapshots.VectorCache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the ledger, and tells the cache of vectors and the frontiers what has changed. Every replica reads all partitions from their beginning, without a group: the topics are compacted,
 * so this is one record an image, and the state needs no store of its own. A plain consumer, because a channel belongs
 * to a group and cannot tell when it has read everything there was.
 */
@ApplicationScoped
class LedgerFollower {

    private static final Logger LOG = Logger.getLogger(LedgerFollower.class);
    private static final List<String> TOPICS = List.of(Topic.EMBEDDINGS, Topic.IMAGES_DLQ, Topic.IMAGES);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final DatasetLedger ledger;
    private final VectorCache vectors;
    private final Frontiers frontiers;
    private final String bootstrapServers;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    LedgerFollower(
            DatasetLedger ledger,
            VectorCache vectors,
            Frontiers frontiers,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.ledger = ledger;
        this.vectors = vectors;
        this.frontiers = frontiers;
        this.bootstrapServers = bootstrapServers;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().name("ledger").daemon().start(this::followForever);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        KafkaConsumer<String, byte[]> following = consumer;
        if (following != null) {
            following.wakeup();
        }
        Thread follower = thread;
        if (follower != null) {
            follower.join(Duration.ofSeconds(5));
        }
    }

    private void followForever() {
        while (!stopping) {
            try (KafkaConsumer<String, byte[]> following = newConsumer()) {
                consumer = following;
                follow(following);
            } catch (WakeupException e) {
                // Only stop() wakes the consumer up; the loop's condition ends it.
            } catch (KafkaException e) {
                LOG.warnf("event=ledger-waits reason=\"%s\"", e.getMessage());
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> following) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : TOPICS) {
            List<PartitionInfo> infos = following.partitionsFor(topic);
            if (infos == null || infos.isEmpty()) {
                throw new KafkaException("topic " + topic + " does not exist yet");
            }
            infos.forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        }
        following.assign(partitions);
        following.seekToBeginning(partitions);
        Map<TopicPartition, Long> atStart = following.endOffsets(partitions);
        while (!stopping) {
            Instant before = Instant.now();
            following.poll(POLL).forEach(this::record);
            boolean readStart = partitions.stream().allMatch(p -> following.position(p) >= atStart.getOrDefault(p, 0L));
            boolean atEnd =
                    partitions.stream().allMatch(p -> following.currentLag(p).orElse(Long.MAX_VALUE) == 0);
            if (readStart && atEnd) {
                ledger.caughtUp(before);
            }
        }
    }

    private void record(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            if (record.topic().equals(Topic.IMAGES)) {
                ledger.record(EventJson.read(record.value(), ImageEvent.class), record.offset());
            } else {
                EmbeddingEvent outcome = EventJson.read(record.value(), EmbeddingEvent.class);
                ledger.record(outcome);
                vectors.touched(outcome.dataset(), outcome.image());
                frontiers.touched(outcome.dataset(), outcome.image());
            }
        } catch (IOException | RuntimeException e) {
            // One odd record must not end the thread: pending and failed would stand still for ever.
            LOG.warnf(
                    "event=unreadable topic=%s partition=%d offset=%d reason=\"%s\"",
                    record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    private KafkaConsumer<String, byte[]> newConsumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2_000,
                        // What comes within so many milliseconds comes together.
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        32_768,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        50,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        2_000),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
