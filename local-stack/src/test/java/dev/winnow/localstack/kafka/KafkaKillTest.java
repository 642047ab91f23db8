package dev.winnow.localstack.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker killed under load has everything it acknowledged, and is back soon; how soon is printed. */
class KafkaKillTest {

    private static final int TOPICS = 5;
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 200_000;
    private static final String VALUE = "v".repeat(300);

    @TempDir
    private Path data;

    private static String topic(int number) {
        return "killed-" + number % TOPICS;
    }

    private LocalStackProcess start() {
        return SharedLocalStack.start(
                data,
                IntStream.range(0, TOPICS)
                        .boxed()
                        .flatMap(number -> List.of("--topic", topic(number) + ":" + PARTITIONS + ":delete").stream())
                        .toArray(String[]::new));
    }

    private static KafkaProducer<Integer, String> producer(LocalStackProcess stack) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        stack.kafka(),
                        "acks",
                        "all",
                        "linger.ms",
                        "5",
                        "delivery.timeout.ms",
                        "30000",
                        "request.timeout.ms",
                        "5000"),
                new IntegerSerializer(),
                new StringSerializer());
    }

    @Test
    void a_broker_killed_under_load_keeps_what_it_acknowledged() throws Exception {
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        CountDownLatch enough = new CountDownLatch(RECORDS);
        AtomicBoolean killed = new AtomicBoolean();
        LocalStackProcess stack = start();
        KafkaProducer<Integer, String> producer = producer(stack);
        Thread load = Thread.ofPlatform().start(() -> {
            for (int i = 0; !killed.get(); i++) {
                int number = i;
                var unused = producer.send(new ProducerRecord<>(topic(i), i, VALUE), (metadata, failed) -> {
                    if (failed == null) {
                        acknowledged.add(number);
                        enough.countDown();
                    }
                });
            }
        });
        try {
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            stack.kill();
            killed.set(true);
            producer.close(Duration.ZERO);
            load.join();
        }

        long started = System.nanoTime();
        try (LocalStackProcess again = start()) {
            long ready = System.nanoTime();
            try (KafkaProducer<Integer, String> first = producer(again)) {
                first.send(new ProducerRecord<>(topic(0), -1, VALUE)).get();
            }
            long accepted = System.nanoTime();
            System.out.printf(
                    "Kafka killed at %,d records in %d partitions: the stack ready after %.1f s, a record accepted after %.1f s%n",
                    acknowledged.size(), TOPICS * PARTITIONS, (ready - started) / 1e9, (accepted - started) / 1e9);
            Set<Integer> found = readAll(again);
            acknowledged.removeAll(found);
            assertThat(acknowledged).as("acknowledged and lost").isEmpty();
        }
    }

    private static Set<Integer> readAll(LocalStackProcess stack) {
        List<TopicPartition> partitions = IntStream.range(0, TOPICS * PARTITIONS)
                .mapToObj(number -> new TopicPartition(topic(number % TOPICS), number / TOPICS))
                .toList();
        Set<Integer> found = new HashSet<>();
        try (KafkaConsumer<Integer, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stack.kafka()), new IntegerDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.key()));
            }
        }
        return found;
    }
}
