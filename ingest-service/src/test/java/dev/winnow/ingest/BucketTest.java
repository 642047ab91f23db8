package dev.winnow.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.contract.Topic;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.MinioException;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.PointStruct;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What reaches the bucket, or the index, past this service. */
@QuarkusTest
@QuarkusTestResource(Stack.class)
class BucketTest {

    @Test
    void hearsOfWhatOthersPutAndRemove() throws MinioException {
        byte[] file = Pictures.jpeg(1);
        s3Put("direct/dir/ä + %2F.jpg", file);
        s3Put(".winnow/jobs/1.json", file);
        s3Put("Not A Dataset/x.jpg", file);
        ObjectKey key = new ObjectKey("direct", "dir/ä + %2F.jpg");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(events("direct"))
                .anySatisfy(event -> assertThat(event).isInstanceOfSatisfying(ImageStored.class, stored -> {
                    assertThat(stored.key()).isEqualTo(key);
                    assertThat(stored.bytes()).isEqualTo(file.length);
                    assertThat(stored.etag()).matches("[0-9a-f]{32}");
                })));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Stack.records(Topic.IMAGES_DLQ, ImageRejected.class))
                        .anySatisfy(rejected -> {
                            assertThat(rejected.image()).isEqualTo(ImageId.ofRawKey("Not A Dataset/x.jpg"));
                            assertThat(rejected.reason()).isEqualTo("invalid-name");
                        }));
        Stack.s3()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(Stack.process().bucket())
                        .object(key.toString())
                        .build());
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(events("direct"))
                .anyMatch(event -> event instanceof ImageRemoved && event.key().equals(key)));
        assertThat(Stack.records(Topic.IMAGES, ImageEvent.class))
                .noneMatch(event -> event.dataset().startsWith("."));
    }

    @Test
    void anUnreadableNotificationBlocksNoOther() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", Stack.process().kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int partition = 0; partition < 4; partition++) {
                byte[] value = "{\"broken".getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(Topic.BUCKET_EVENTS, partition, new byte[0], value))
                        .get();
            }
        }
        s3Put("after-broken/a.jpg", Pictures.jpeg(2));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(events("after-broken")).isNotEmpty());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Stack.records(Topic.IMAGES_DLQ, ImageRejected.class))
                        .filteredOn(rejected -> rejected.detail().contains("bucket notification"))
                        .hasSizeGreaterThanOrEqualTo(4));
    }

    @Test
    void reconcilesBucketAndIndex() throws Exception {
        s3Put("rec/new.jpg", Pictures.jpeg(1));
        s3Put("rec/changed.jpg", Pictures.jpeg(2));
        // Without an alias, everything is to be published.
        reconcile("rec").body("listed", equalTo(2)).body("published", equalTo(2));
        try (QdrantClient qdrant = new QdrantClient(QdrantGrpcClient.newBuilder(
                        Stack.process().qdrantHost(), Stack.process().qdrantPort(), false)
                .build())) {
            String collection = PointSchema.collection("test");
            qdrant.createCollectionAsync(
                            collection,
                            VectorParams.newBuilder()
                                    .setSize(2)
                                    .setDistance(Distance.Cosine)
                                    .build())
                    .get();
            qdrant.createAliasAsync(PointSchema.ALIAS, collection).get();
            qdrant.upsertAsync(
                            collection, List.of(point("rec", "changed.jpg", "older"), point("rec", "gone.jpg", "any")))
                    .get();
            reconcile("rec")
                    .body("listed", equalTo(2))
                    .body("indexed", equalTo(2))
                    .body("published", equalTo(2))
                    .body("removed", equalTo(1));
            // A change of model: what the next collection lacks is to be published too, and what only it has removed.
            String next = PointSchema.collection("other");
            qdrant.createCollectionAsync(
                            next,
                            VectorParams.newBuilder()
                                    .setSize(2)
                                    .setDistance(Distance.Cosine)
                                    .build())
                    .get();
            String etag = events("rec").stream()
                    .filter(ImageStored.class::isInstance)
                    .map(ImageStored.class::cast)
                    .filter(stored -> stored.path().equals("new.jpg"))
                    .findFirst()
                    .orElseThrow()
                    .etag();
            qdrant.upsertAsync(collection, List.of(point("rec", "new.jpg", etag)))
                    .get();
            reconcile("rec").body("indexed", equalTo(3)).body("published", equalTo(1));
            qdrant.createAliasAsync(PointSchema.NEXT_ALIAS, next).get();
            qdrant.upsertAsync(next, List.of(point("rec", "gone-too.jpg", "any")))
                    .get();
            reconcile("rec")
                    .body("indexed", equalTo(3))
                    .body("published", equalTo(2))
                    .body("removed", equalTo(2));
            qdrant.upsertAsync(next, List.of(point("rec", "new.jpg", etag))).get();
            reconcile("rec").body("published", equalTo(1));
        }
        s3Put(ImageObjects.storedAt("rec", ImageId.ofRawKey("rec/changed.jpg")), new byte[] {1});
        reconcile("rec").body("annotated", equalTo(1));
        assertThat(events("rec"))
                .anyMatch(event -> event instanceof ImageEvent.ImageAnnotated
                        && event.path().equals("changed.jpg"));
        assertThat(events("rec"))
                .anyMatch(event -> event instanceof ImageRemoved && event.path().equals("gone.jpg"));
        given().post("/v1/datasets/No%20Name/reconcile")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("field", equalTo("dataset"));
    }

    private static io.restassured.response.ValidatableResponse reconcile(String dataset) {
        return given().post("/v1/datasets/" + dataset + "/reconcile").then().statusCode(200);
    }

    private static PointStruct point(String dataset, String path, String etag) {
        return PointStruct.newBuilder()
                .setId(PointIdFactory.id(
                        ImageId.of(new ObjectKey(dataset, path)).value()))
                .setVectors(VectorsFactory.vectors(1f, 0f))
                .putPayload(PointSchema.DATASET, ValueFactory.value(dataset))
                .putPayload(PointSchema.PATH, ValueFactory.value(path))
                .putPayload(PointSchema.KIND, ValueFactory.value(PointSchema.KIND_IMAGE))
                .putPayload(PointSchema.ETAG, ValueFactory.value(etag))
                .build();
    }

    private static List<ImageEvent> events(String dataset) {
        return Stack.records(Topic.IMAGES, ImageEvent.class).stream()
                .filter(event -> event.dataset().equals(dataset))
                .toList();
    }

    private static void s3Put(String key, byte[] file) throws MinioException {
        var unused = Stack.s3()
                .putObject(PutObjectArgs.builder()
                        .bucket(Stack.process().bucket())
                        .object(key)
                        .data(file, file.length)
                        .build());
    }
}
