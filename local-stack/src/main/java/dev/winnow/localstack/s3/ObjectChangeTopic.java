package dev.winnow.localstack.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topic that is told of object changes. */
final class ObjectChangeTopic implements AutoCloseable {

    /** The broker did not acknowledge the record; whether it has it is unknown. */
    static final class NotAcknowledgedException extends Exception {
        NotAcknowledgedException(Throwable cause) {
            super(cause);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String topic;
    private final Producer<String, byte[]> producer;

    ObjectChangeTopic(String bootstrap, String topic) {
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                        ProducerConfig.LINGER_MS_CONFIG, "0",
                        ProducerConfig.BUFFER_MEMORY_CONFIG, "4194304",
                        // An S3 request waits no longer than this for the broker.
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000",
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "4000",
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "5000"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Returns once the broker has acknowledged the record. */
    void publish(ObjectChange change) throws NotAcknowledgedException, InterruptedException {
        try {
            producer.send(new ProducerRecord<>(topic, change.recordKey(), JSON.writeValueAsBytes(change.recordValue())))
                    .get();
        } catch (ExecutionException | KafkaException e) {
            throw new NotAcknowledgedException(e);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
