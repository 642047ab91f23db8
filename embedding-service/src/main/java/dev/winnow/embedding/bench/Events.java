package dev.winnow.embedding.bench;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.Topic;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Tells the worker to look at objects, as the ingest service does. */
final class Events implements AutoCloseable {

    private final KafkaProducer<String, byte[]> producer;

    Events(String kafka) {
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka, ProducerConfig.LINGER_MS_CONFIG, 5),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Returns when all are acknowledged. */
    void send(List<Stored> objects) throws IOException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Stored object : objects) {
            ImageStored event = new ImageStored(object.key(), object.etag(), object.bytes(), Instant.now());
            sent.add(producer.send(
                    new ProducerRecord<>(Topic.IMAGES, event.image().toString(), EventJson.write(event))));
        }
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IOException("the broker did not take an event: " + e.getCause(), e);
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
