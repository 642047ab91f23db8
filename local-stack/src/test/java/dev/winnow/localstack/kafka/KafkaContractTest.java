package dev.winnow.localstack.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What the services rely on, of any Kafka. */
abstract class KafkaContractTest {

    abstract String bootstrap();

    private String newTopic(int partitions, Map<String, String> configs) throws Exception {
        String topic = "contract-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
        return topic;
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("bootstrap.servers", bootstrap());
        settings.put("acks", "all");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private KafkaConsumer<String, String> consumer(String group, String isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap(),
                        "group.id",
                        group,
                        "enable.auto.commit",
                        "false",
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        isolation),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(200))) {
                values.add(found.value());
            }
        }
        return values;
    }

    @Test
    void records_of_one_key_stay_in_order_and_in_one_partition() throws Exception {
        String topic = newTopic(4, Map.of());
        Set<Integer> partitions = new HashSet<>();
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                partitions.add(producer.send(new ProducerRecord<>(topic, "key", "v" + i))
                        .get()
                        .partition());
            }
        }
        try (var consumer = consumer(UUID.randomUUID().toString(), "read_uncommitted")) {
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 20)).hasSize(20).startsWith("v0", "v1").endsWith("v18", "v19");
        }
        assertThat(partitions).hasSize(1);
    }

    @Test
    void a_group_goes_on_where_it_committed() throws Exception {
        String topic = newTopic(1, Map.of());
        String group = UUID.randomUUID().toString();
        try (var producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, "k", "one")).get();
            producer.send(new ProducerRecord<>(topic, "k", "two")).get();
        }
        try (var consumer = consumer(group, "read_uncommitted")) {
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 2)).containsExactly("one", "two");
            consumer.commitSync();
        }
        try (var producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, "k", "three")).get();
        }
        try (var consumer = consumer(group, "read_uncommitted")) {
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 1)).containsExactly("three");
        }
    }

    @Test
    void a_transaction_is_seen_as_a_whole_or_not_at_all() throws Exception {
        String topic = newTopic(1, Map.of());
        try (var producer =
                producer(Map.of("transactional.id", UUID.randomUUID().toString()))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "k", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "k", "committed")).get();
            producer.commitTransaction();
        }
        try (var consumer = consumer(UUID.randomUUID().toString(), "read_committed")) {
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 1)).containsExactly("committed");
        }
    }

    @Test
    void a_topic_keeps_the_settings_it_was_created_with() throws Exception {
        String topic = newTopic(3, Map.of("cleanup.policy", "compact"));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            var description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);

            assertThat(config).isNotNull();
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(description).isNotNull();
            assertThat(description.partitions()).hasSize(3);
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(TopicExistsException.class);
        }
    }
}
