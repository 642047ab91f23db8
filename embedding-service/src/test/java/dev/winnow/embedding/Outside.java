package dev.winnow.embedding;

import static io.qdrant.client.PointIdFactory.id;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The world around the worker, as the other services see it; past the gates. */
final class Outside {

    private final String bucket;
    private final MinioClient s3;
    private final QdrantClient qdrant;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<EmbeddingEvent> outcomes = new ArrayList<>();

    Outside(LocalStackProcess stack) {
        bucket = stack.bucket();
        s3 = MinioClient.builder()
                .endpoint(stack.s3Endpoint())
                .credentials(stack.s3AccessKey(), stack.s3SecretKey())
                .region("us-east-1")
                .build();
        qdrant = new QdrantClient(QdrantGrpcClient.newBuilder(stack.qdrantHost(), stack.qdrantPort(), false, false)
                .build());
        Properties kafka = new Properties();
        kafka.put("bootstrap.servers", stack.kafka());
        producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(Topic.EMBEDDINGS, Topic.IMAGES_DLQ)) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Stores an object, without telling anyone. */
    String put(String key, byte[] content) throws Exception {
        return s3.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(
                                new ByteArrayInputStream(content), (long) content.length, -1L)
                        .build())
                .etag()
                .replace("\"", "");
    }

    void delete(String key) throws Exception {
        s3.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
    }

    /** The keys of all objects that begin so. */
    List<String> keys(String prefix) throws Exception {
        List<String> keys = new ArrayList<>();
        for (Result<Item> object : s3.listObjects(ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(prefix)
                .recursive(true)
                .build())) {
            keys.add(object.get().objectName());
        }
        return keys;
    }

    /** Says that an object was stored, and returns the offset of that. */
    long announce(String key) throws Exception {
        ObjectKey name = ObjectKey.parse(key);
        return send(name, EventJson.write(new ImageEvent.ImageStored(name, "any", 1, Instant.now())));
    }

    /** Stores the boxes of an image, without telling anyone. */
    void annotate(String key, ObjectBox... objects) throws Exception {
        ObjectKey image = ObjectKey.parse(key);
        put(
                ImageObjects.storedAt(image.dataset(), ImageId.of(image)),
                EventJson.write(new ImageObjects(image.dataset(), image.path(), List.of(objects), null)));
    }

    /** Whether there are boxes of an image. */
    boolean isAnnotated(String key) throws Exception {
        ObjectKey image = ObjectKey.parse(key);
        String boxes = ImageObjects.storedAt(image.dataset(), ImageId.of(image));
        return s3.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket)
                        .prefix(boxes)
                        .recursive(true)
                        .build())
                .iterator()
                .hasNext();
    }

    long announceAnnotation(String key) throws Exception {
        ObjectKey name = ObjectKey.parse(key);
        return send(name, EventJson.write(new ImageEvent.ImageAnnotated(name, Instant.now())));
    }

    long announceRemoval(String key) throws Exception {
        ObjectKey name = ObjectKey.parse(key);
        return send(name, EventJson.write(new ImageEvent.ImageRemoved(name, Instant.now())));
    }

    long send(ObjectKey key, byte[] value) throws Exception {
        return producer.send(new ProducerRecord<>(Topic.IMAGES, ImageId.of(key).toString(), value))
                .get()
                .offset();
    }

    /** The latest outcome of an image, if it answers the event at {@code offset} or a later one. */
    Optional<EmbeddingEvent> outcome(String key, long offset) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            try {
                EmbeddingEvent event = EventJson.read(record.value(), EmbeddingEvent.class);
                if (!event.image().toString().equals(record.key())) {
                    throw new IllegalStateException("wrong key " + record.key());
                }
                outcomes.add(event);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        ImageId image = ImageId.ofRawKey(key);
        return outcomes.stream()
                .filter(event ->
                        event.image().equals(image) && event.causeOffset() != null && event.causeOffset() >= offset)
                .reduce((earlier, later) -> later);
    }

    /** The image's point, as readers see it: by the alias. */
    Optional<RetrievedPoint> point(String key) throws Exception {
        return point(ImageId.ofRawKey(key).value());
    }

    /** The point of a box of the image. */
    Optional<RetrievedPoint> object(String key, String object) throws Exception {
        return point(ObjectId.of(ImageId.ofRawKey(key), object).value());
    }

    private Optional<RetrievedPoint> point(UUID point) throws Exception {
        return qdrant.retrieveAsync(PointSchema.ALIAS, id(point), true, true, null).get().stream()
                .findFirst();
    }

    /** The vector of the image's point. */
    List<Float> vector(String key) throws Exception {
        return point(key).orElseThrow().getVectors().getVector().getDense().getDataList();
    }

    void label(String key, Map<String, Value> payload) throws Exception {
        qdrant.setPayloadAsync(
                        PointSchema.ALIAS, payload, id(ImageId.ofRawKey(key).value()), true, null, null)
                .get();
    }

    QdrantClient qdrant() {
        return qdrant;
    }

    void close() throws Exception {
        producer.close();
        consumer.close();
        qdrant.close();
        s3.close();
    }
}
