package dev.winnow.localstack.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The topic that is told of changes. Each record carries the number of the change it tells of in a header.
 *
 * <p>A record is never larger than the 1 MiB a producer sends: key, metadata and headers of a request are limited (see
 * {@link S3Servlet}, {@link FormUpload}, {@link ObjectBlobStore}) and come to a third of that where every character is
 * escaped. So none is refused for its size, which would hold up all that follow it.
 */
final class ObjectChangeTopic implements AutoCloseable {

    static final String NUMBER_HEADER = "journal-number";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Records are looked for from this much before the oldest change in question, in case the clock was set. */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(10);

    private final String bootstrap;
    private final String topic;
    private final ObjectChange format;
    private final Producer<String, byte[]> producer;

    ObjectChangeTopic(String bootstrap, String topic, ObjectChange format) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.format = format;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                        ProducerConfig.LINGER_MS_CONFIG, "0",
                        ProducerConfig.BUFFER_MEMORY_CONFIG, "4194304",
                        // However long the broker is away: giving up would break the order.
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(Long.MAX_VALUE),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Returns once the broker has acknowledged all of them, in their order. */
    void publish(List<Change.Told> changes) throws ExecutionException, InterruptedException {
        List<Future<?>> sent = new ArrayList<>();
        for (Change.Told change : changes) {
            ProducerRecord<String, byte[]> telling =
                    new ProducerRecord<>(topic, null, change.time(), ObjectChange.recordKey(change), json(change));
            telling.headers()
                    .add(
                            NUMBER_HEADER,
                            ByteBuffer.allocate(Long.BYTES)
                                    .putLong(change.number())
                                    .array());
            sent.add(producer.send(telling));
        }
        for (Future<?> record : sent) {
            record.get();
        }
    }

    private byte[] json(Change.Told change) {
        try {
            return JSON.writeValueAsBytes(format.recordValue(change));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The numbers of the changes that the topic was told of, of those made since a time in milliseconds. */
    Set<Long> toldSince(long time) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> from = new HashMap<>();
            partitions.forEach(partition -> from.put(partition, time - CLOCK_MARGIN.toMillis()));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.offsetsForTimes(from).forEach((partition, found) -> {
                if (found == null) {
                    consumer.seekToEnd(List.of(partition));
                } else {
                    consumer.seek(partition, found.offset());
                }
            });
            Set<Long> numbers = new HashSet<>();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> {
                    Header number = found.headers().lastHeader(NUMBER_HEADER);
                    if (number != null && number.value().length == Long.BYTES) {
                        numbers.add(ByteBuffer.wrap(number.value()).getLong());
                    }
                });
            }
            return numbers;
        }
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
