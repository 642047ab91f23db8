package dev.winnow.ingest.kafka;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.Topic;
import dev.winnow.ingest.ImageEvents;
import dev.winnow.ingest.UnavailableException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Events as records keyed by image id. A plain producer rather than a reactive channel: the caller wants to know of its own
 * record, and many callers share the batches.
 */
@Singleton
public final class KafkaImageEvents implements ImageEvents {

    /** Short enough for an HTTP client to be told, long enough for a broker to be replaced. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String bootstrapServers;
    private @Nullable Producer<byte[], byte[]> producer;

    public KafkaImageEvents(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    @Override
    public Publication publish(ImageEvent event) {
        return send(Topic.IMAGES, event.image(), event);
    }

    @Override
    public Publication publish(ImageRejected rejection) {
        return send(Topic.IMAGES_DLQ, rejection.image(), rejection);
    }

    @Override
    public Publication publish(EmbeddingRemoved removal) {
        return send(Topic.EMBEDDINGS, removal.image(), removal);
    }

    private Publication send(String topic, ImageId key, Object event) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        byte[] id = key.toString().getBytes(StandardCharsets.US_ASCII);
        try {
            var unused = producer()
                    .send(new ProducerRecord<>(topic, id, EventJson.write(event)), (metadata, failure) -> {
                        if (failure == null) {
                            acknowledged.complete(null);
                        } else {
                            acknowledged.completeExceptionally(failure);
                        }
                    });
        } catch (KafkaException e) {
            acknowledged.completeExceptionally(e);
        }
        return () -> {
            try {
                acknowledged.join();
            } catch (CompletionException e) {
                throw new UnavailableException("Kafka does not answer", e);
            }
        };
    }

    /** Made when first needed, and again if that failed: the constructor throws while the brokers' names do not resolve. */
    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = new KafkaProducer<>(
                    settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /**
     * Acknowledged by all in-sync replicas, never reordered or doubled by a retry. A single upload waits 5 ms for company;
     * its put took longer. LZ4 because records repeat each other's field names and prefixes, and stay on a compacted topic.
     */
    static Map<String, Object> settings(String bootstrapServers) {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG,
                "winnow-ingest",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                PATIENCE.toMillis() / 2,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis() / 2,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                1000L);
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(PATIENCE);
        }
    }
}
