package dev.winnow.localstack.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Follows the topic of bucket events from its beginning. Not for several threads. */
public final class BucketEvents implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

    public BucketEvents(String bootstrap, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        UUID.randomUUID().toString(),
                        "enable.auto.commit",
                        "false",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
    }

    /** All events of an object so far. */
    public List<JsonNode> of(String bucket, String key) {
        consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
        return seen(bucket, key);
    }

    /** Reads the topic to its end of now. */
    public void catchUp() {
        var ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
        }
    }

    /** The events of an object that were read already. */
    public List<JsonNode> seen(String bucket, String key) {
        return seen.stream()
                .filter(event -> event.key().equals(bucket + "/" + key))
                .map(BucketEvents::json)
                .toList();
    }

    /** Waits for an event of an object. */
    public JsonNode await(String bucket, String key, String name) {
        for (JsonNode event : seen(bucket, key)) {
            if (event.get("EventName").asText().equals(name)) {
                return event;
            }
        }
        return org.awaitility.Awaitility.await("event " + name + " of " + key)
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInSameThread()
                .until(
                        () -> of(bucket, key).stream()
                                .filter(event -> event.get("EventName").asText().equals(name))
                                .findFirst()
                                .orElse(JSON.missingNode()),
                        event -> !event.isMissingNode());
    }

    private static JsonNode json(ConsumerRecord<String, byte[]> event) {
        try {
            return JSON.readTree(event.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
