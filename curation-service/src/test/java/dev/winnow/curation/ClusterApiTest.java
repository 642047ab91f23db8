package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Topic;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.ClusterFits;
import dev.winnow.curation.clusters.MemoryClusterFits;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterApiTest {

    /** Three planted clusters. */
    private static final int[] SIZES = {40, 20, 10};

    @Inject
    PointsFixture points;

    @Inject
    ClusterFits fits;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @BeforeAll
    void fill() {
        points.createCollection();
        for (String dataset : List.of("sorts", "methods", "other-model")) {
            points.put(dataset, TestVectors.clustered(SIZES, 16, 0.2, 1));
        }
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void showsTheLastFitWithWhatCameSince() {
        String clusters = "/v1/datasets/sorts/clusters";
        problem(given().get(clusters), 404);
        problem(given().get("/v1/datasets/nothing/clusters"), 404);
        cluster("sorts", Map.of("k", 3, "seed", 5))
                .body("clusters.id", contains(0, 1, 2))
                .body("clusters.name", everyItem(notNullValue()))
                .body("refit", nullValue());
        given().get(clusters)
                .then()
                .statusCode(200)
                .body("method", equalTo("kmeans"))
                .body("model", equalTo("test"))
                .body("seed", equalTo(5))
                .body("parameters.k", equalTo(3))
                .body("clusters.size", contains(40, 20, 10))
                .body("clusters.arrivals", contains(0, 0, 0))
                .body("noise.size", equalTo(0))
                .body("freshness.pending", notNullValue());

        // One is new, one is another picture under a path that was clustered.
        arrive("sorts", "new.jpg", points.vector("sorts", 45));
        arrive("sorts", points.path("sorts", 46), points.vector("sorts", 3));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> given().get(clusters).then().body("clusters.arrivals", contains(1, 1, 0)));
        List<Map<String, Object>> images = pages(clusters + "/1/images", 8);
        assertThat(images).hasSize(20);
        assertThat(images)
                .extracting(image -> image.get("path"))
                .doesNotHaveDuplicates()
                .endsWith("new.jpg");
        assertThat(images.subList(0, 19))
                .allSatisfy(image -> assertThat(image.get("arrival")).isEqualTo(false))
                .extracting(image -> ((Number) requireNonNull(image.get("similarity"))).doubleValue())
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(images.getLast().get("arrival")).isEqualTo(true);
        assertThat(pages(clusters + "/0/images", 1000)).hasSize(41);
        assertThat(pages(clusters + "/-1/images", 10)).isEmpty();

        String cursor =
                given().queryParam("limit", 8).get(clusters + "/0/images").path("next_cursor");
        cluster("sorts", Map.of("k", 3, "seed", 6))
                .body("refit.kept.id", contains(0, 1, 2))
                .body("refit.map.'1'", equalTo(1))
                .body("refit.vanished", empty())
                .body("refit.appeared", empty());
        given().get(clusters)
                .then()
                .body("clusters.find { it.id == 1 }.size", equalTo(20))
                .body("clusters.arrivals", contains(0, 0, 0));
        problem(given().queryParam("cursor", cursor).get(clusters + "/0/images"), 422)
                .body("field", equalTo("cursor"));
        problem(given().get(clusters + "/99/images"), 404);
        problem(given().get(clusters + "/first/images"), 422).body("field", equalTo("id"));
        problem(given().queryParam("limit", 0).get(clusters + "/0/images"), 422).body("field", equalTo("limit"));

        cluster("sorts", Map.of("k", 1))
                .body("refit.kept.id", contains(0))
                .body("refit.vanished.id", contains(1, 2))
                .body("refit.map.'2'", equalTo(0));
    }

    @Test
    void clustersByHierarchyAndByDensity() {
        cluster("methods", Map.of("method", "hierarchical", "levels", List.of(9, 3), "seed", 1))
                .body("levels", hasSize(2))
                .body("levels[0].sum()", equalTo(70))
                .body("levels[1].sum()", equalTo(70))
                .body("chosen.resampling", equalTo(10))
                .body("clusters[0].above", hasSize(1));
        cluster("methods", Map.of("method", "hdbscan", "min_cluster_size", 6))
                .body("k", equalTo(3))
                .body("criterion", equalTo("excess of mass"))
                .body("chosen.min_samples", equalTo(6))
                .body("chosen.metric", equalTo("euclidean"))
                .body("assignments.probability", everyItem(notNullValue()));
        // Far from everything: noise, while the nearest centre would be some cluster's.
        float[] away = points.vector("methods", 0).clone();
        for (int i = 0; i < away.length; i++) {
            away[i] = -away[i];
        }
        arrive("methods", "away.jpg", away);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        given().get("/v1/datasets/methods/clusters").then().body("noise.arrivals", equalTo(1)));
        assertThat(pages("/v1/datasets/methods/clusters/-1/images", 5))
                .extracting(image -> image.get("path"))
                .endsWith("away.jpg");
    }

    @Test
    void saysWhenTheModelIsAnother() {
        cluster("other-model", Map.of("k", 3));
        ClusterFit fit = fits.find("other-model").orElseThrow();
        fits.save(new ClusterFit(
                fit.id(),
                fit.dataset(),
                "gone-1",
                fit.method(),
                fit.parameters(),
                fit.seed(),
                fit.watermark(),
                fit.nextId(),
                fit.clusters(),
                fit.noise(),
                fit.dimension(),
                fit.centres(),
                fit.members()));
        given().get("/v1/datasets/other-model/clusters")
                .then()
                .statusCode(200)
                .body("model", equalTo("gone-1"))
                .body("clusters.arrivals", contains(nullValue(), nullValue(), nullValue()));
        assertThat(pages("/v1/datasets/other-model/clusters/0/images", 100)).hasSize(40);
    }

    @Test
    void theStoreKeepsWhatItWasGiven() {
        ClusterFit fit = new ClusterFit(
                UUID.randomUUID(),
                "kept",
                "m",
                "hdbscan",
                Map.of("min_samples", 4, "metric", "cosine"),
                9,
                new Watermark(3, 1, 0, Instant.parse("2026-11-01T00:00:00.123456Z")),
                5,
                List.of(new ClusterFit.Cluster(4, "cat, 猫", 2, 0.75, 0.5)),
                1,
                2,
                new byte[] {0, 1, 2, 3, -4, 5, 6, 7},
                new byte[] {9});
        for (ClusterFits store : List.of(fits, new MemoryClusterFits())) {
            assertThat(store.find("kept")).isEmpty();
            store.save(fit);
            assertThat(store.find("kept")).get().usingRecursiveComparison().isEqualTo(fit);
        }
    }

    private void arrive(String dataset, String path, float[] vector) {
        ObjectKey key = new ObjectKey(dataset, path);
        points.putImage(key, vector, 100, 100);
        ImageEmbedded event = new ImageEmbedded(ImageId.of(key), dataset, path, "etag0", "test", Instant.now(), null);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topic.EMBEDDINGS, event.image().toString(), EventJson.write(event)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Map<String, Object>> pages(String url, int limit) {
        List<Map<String, Object>> images = new ArrayList<>();
        String cursor = null;
        do {
            var request = given().queryParam("limit", limit);
            Response page = (cursor == null ? request : request.queryParam("cursor", cursor)).get(url);
            images.addAll(page.then().statusCode(200).extract().path("images"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        return images;
    }

    private static ValidatableResponse cluster(String dataset, Map<String, Object> parameters) {
        Map<String, Object> task = new HashMap<>(parameters);
        task.put("type", "cluster");
        return run(dataset, task).then();
    }
}
