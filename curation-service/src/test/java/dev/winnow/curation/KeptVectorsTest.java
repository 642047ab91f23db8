package dev.winnow.curation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.contract.Topic;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.snapshots.VectorCache;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What is kept between two jobs, over the real protocols: equal to a fresh reading after every kind of change. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class KeptVectorsTest {

    private static final String DATASET = "kept";

    @Inject
    PointsFixture points;

    @Inject
    QdrantClient qdrant;

    @Inject
    VectorIndex index;

    @Inject
    DatasetLedger ledger;

    @Inject
    CurationConfig config;

    @Inject
    VectorCache cache;

    @Inject
    Snapshots snapshots;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @Test
    void aDatasetIsReadAsItIsNow() throws Exception {
        points.createCollection();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
        points.put(DATASET, TestVectors.clustered(new int[] {150, 100}, 16, 0.3, 1));
        Snapshot first = assertLikeFresh();
        assertThat(first.size()).isEqualTo(250);

        given().contentType(ContentType.JSON)
                .body("{\"labels\": [\"heron\"]}")
                .patch("/v1/datasets/kept/images/" + points.id(DATASET, 3))
                .then()
                .statusCode(200);
        Snapshot labelled = assertLikeFresh();
        assertThat(labelled.vectors()).isSameAs(first.vectors());
        assertThat(labelled.images()).anyMatch(image -> image.labels().equals(List.of("heron")));

        // An arrival, an overwritten image and a removed one.
        points.putImage(
                new ObjectKey(DATASET, "new.jpg"), TestVectors.random(1, 16, 2).getFirst(), 200, 100);
        points.putImage(
                new ObjectKey(DATASET, points.path(DATASET, 7)),
                TestVectors.random(1, 16, 3).getFirst(),
                200,
                100);
        qdrant.deleteAsync(
                        PointSchema.collection("test"),
                        List.of(PointIdFactory.id(points.id(DATASET, 9).value())))
                .get();
        assertThat(assertLikeFresh().size()).isEqualTo(250);
    }

    @Test
    void anOutcomeNamesWhatIsReadAgain() throws Exception {
        points.createCollection();
        points.put("touched", TestVectors.random(5, 16, 4));
        snapshots.read("touched", Progress.NONE);
        String model = index.model().orElseThrow();
        ImageId image = points.id("touched", 2);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer())) {
            ImageEmbedded outcome =
                    new ImageEmbedded(image, "touched", points.path("touched", 2), "etag2", model, Instant.now(), null);
            producer.send(new ProducerRecord<>(Topic.EMBEDDINGS, image.toString(), EventJson.write(outcome)))
                    .get();
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        cache.find("touched", model).orElseThrow().touched())
                .containsExactly(image));
        snapshots.read("touched", Progress.NONE);
        assertThat(cache.find("touched", model).orElseThrow().touched()).isEmpty();
    }

    private Snapshot assertLikeFresh() {
        Snapshot kept = snapshots.read(DATASET, Progress.NONE);
        Snapshot fresh = new Snapshots(index, ledger, new VectorCache(0), config).read(DATASET, Progress.NONE);
        assertThat(kept.images()).isEqualTo(fresh.images());
        for (int row = 0; row < fresh.size(); row++) {
            assertThat(kept.vectors().get(row)).isEqualTo(fresh.vectors().get(row));
        }
        return kept;
    }
}
