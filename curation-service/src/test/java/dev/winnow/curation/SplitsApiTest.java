package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.CurationEvent;
import dev.winnow.contract.CurationEvent.SplitBridged;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.splits.Leaks;
import dev.winnow.curation.splits.SplitBridges;
import dev.winnow.curation.vectors.NeighbourJoin;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Splits by HTTP, and the event that tells when an arrival ties two of them together. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SplitsApiTest {

    @Inject
    PointsFixture points;

    @Inject
    Snapshots snapshots;

    @Inject
    SplitBridges bridges;

    @Inject
    NeighbourJoin join;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @BeforeAll
    void fill() {
        points.createCollection();
        points.put("split-a", TestVectors.random(70, PointsFixture.DIMENSION, 41));
        points.put("split-b", TestVectors.random(20, PointsFixture.DIMENSION, 42));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void imagesArePutIntoSplitsLineByLine() {
        String known = points.path("split-b", 0);
        put("split-b", """
                {"path": "%s", "split": "train"}

                {"id": "%s", "split": "test"}
                {"path": "nowhere.jpg", "split": "test"}
                {"path": "..//x", "split": "test"}
                {"id": "cat", "split": "test"}
                {"split": "test"}
                {"path": "%s", "split": " "}
                {"path": 7, "split":
                null
                {"path": "%1$s", "splt": "test"}
                {"path": "%1$s"}
                {"path": "%1$s", "split": "test", "note": "x"}
                {"path": "%1$s", "split": "test"} {}
                {"path": "%1$s", "split": "\\ud800"}
                {"path": "%1$s", "split": "%4$s"}
                """.formatted(known, points.id("split-b", 1), points.path("split-b", 2), "x".repeat(70_000)))
                .then()
                .statusCode(200)
                .body("assigned", equalTo(2))
                .body("splits.train", equalTo(1))
                .body("splits.test", equalTo(1))
                .body("problem_count", equalTo(13))
                .body("problems", hasSize(13))
                .body("problems.find { it.reason == 'no such image in the index' }.item", equalTo("line 4"));
        String lines = given().get("/v1/datasets/split-b/splits")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(lines.lines()).hasSize(2).anyMatch(line -> line.contains(known) && line.contains("\"train\""));
        put("split-b", lines).then().statusCode(200).body("assigned", equalTo(2));
        put("split-b", "{\"path\": \"" + known + "\", \"split\": null}").then().body("unassigned", equalTo(1));
        assertThat(given().get("/v1/datasets/split-b/splits").asString().lines())
                .hasSize(1);
        // Images of another tenant are none of this one.
        put("split-b", "{\"id\": \"" + points.id("split-a", 0) + "\", \"split\": \"train\"}")
                .then()
                .body("assigned", equalTo(0))
                .body("problem_count", equalTo(1));
        problem(put("nothing", "{}"), 404);
    }

    @Test
    void whatAJobProposedIsTakenOver() {
        Map<String, Object> task = Map.of("type", "split", "fractions", Map.of("a", 0.5, "b", 0.5), "seed", 5);
        Response result = run("split-a", task);
        String id = given().get("/v1/datasets/split-a/jobs?limit=1").path("jobs[0].id");
        given().contentType(ContentType.JSON)
                .body(Map.of("job", id))
                .put("/v1/datasets/split-a/splits")
                .then()
                .statusCode(200)
                .body("assigned", equalTo(70))
                .body("problem_count", equalTo(0))
                .body("splits.a", equalTo(result.<Integer>path("splits.find { it.split == 'a' }.images")));
        run("split-a", Map.of("type", "audit_split"))
                .then()
                .body("unassigned", equalTo(0))
                .body("splits", hasSize(2));
        problem(given().contentType(ContentType.JSON).body(Map.of("job", id)).put("/v1/datasets/split-b/splits"), 422)
                .body("field", equalTo("job"))
                .body("expected", startsWith("expected"));
        problem(given().contentType(ContentType.JSON).body("{}").put("/v1/datasets/split-a/splits"), 422);
    }

    /** The same as all pairs of the dataset tell. */
    @Test
    void anImageBridgesWhereThereIsALeak() {
        String dataset = "split-c";
        Random random = new Random(6);
        List<float[]> rows = TestVectors.clustered(new int[] {30, 30}, PointsFixture.DIMENSION, 0.6, 43);
        for (int i = 0; i < 40; i++) {
            float[] near = rows.get(random.nextInt(60)).clone();
            double by = 0.5 * random.nextDouble();
            for (int j = 0; j < near.length; j++) {
                near[j] += (float) (by * random.nextGaussian());
            }
            rows.add(near);
        }
        points.put(dataset, rows);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            lines.add("{\"id\": \"%s\", \"split\": \"%s\"}"
                    .formatted(
                            points.id(dataset, i),
                            List.of("train", "validation", "test").get(i % 3)));
        }
        put(dataset, String.join("\n", lines)).then().body("assigned", equalTo(100));
        Snapshot snapshot = snapshots.read(dataset, Progress.NONE);
        List<String> names = List.of("test", "train", "validation");
        int[] splitOf = snapshot.images().stream()
                .mapToInt(image -> names.indexOf(image.split().orElseThrow()))
                .toArray();
        Nearness nearness = Nearness.relative(join, snapshot.vectors(), Deduplication.DEFAULT_RATIO, 1, Progress.NONE);
        Map<ImageId, Set<String>> leaks = new TreeMap<>(Comparator.comparing(ImageId::toString));
        new Leaks(snapshot, join.neighbours(), nearness, Decisions.NONE, List.of())
                .between(splitOf, Progress.NONE)
                .forEach(leak -> {
                    Set<String> splits =
                            leaks.computeIfAbsent(snapshot.image(leak.row()).id(), id -> new TreeSet<>());
                    splits.add(names.get(splitOf[leak.row()]));
                    splits.add(names.get(splitOf[leak.other()]));
                });
        assertThat(leaks).hasSizeBetween(5, 95);
        for (DatasetImage image : snapshot.images()) {
            assertThat(bridges.look(dataset, image.id())
                            .map(SplitBridged::splits)
                            .map(Set::copyOf)
                            .orElse(Set.of()))
                    .as(image.path())
                    .isEqualTo(leaks.getOrDefault(image.id(), Set.of()));
        }
    }

    @Test
    void anArrivalBetweenTwoSplitsIsToldOnce() {
        String dataset = "split-d";
        List<float[]> rows = TestVectors.random(60, PointsFixture.DIMENSION, 44);
        float[] between = rows.get(0);
        rows.set(1, moved(between, 2, 0.1f));
        rows.set(2, moved(between, 3, 0.1f));
        points.put(dataset, rows.subList(1, 60));
        // Image i has the vector of row i + 1: the first two are near each other's middle.
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 59; i++) {
            lines.append("{\"id\": \"%s\", \"split\": \"%s\"}%n"
                    .formatted(points.id(dataset, i), i % 2 == 0 ? "train" : "test"));
        }
        put(dataset, lines.toString()).then().body("assigned", equalTo(59));
        Outcomes outcomes = new Outcomes(kafka);
        arrive(outcomes, dataset, "one-split.jpg", moved(rows.get(30), 5, 0.05f));
        arrive(outcomes, dataset, "bridge.jpg", between);
        await().atMost(Duration.ofSeconds(60)).until(() -> outcomes.areAllSeenBy("curation-splits"));
        List<CurationEvent> told = outcomes.told(dataset);
        assertThat(told).hasSize(1);
        SplitBridged bridged = (SplitBridged) told.getFirst();
        assertThat(bridged.path()).isEqualTo("bridge.jpg");
        assertThat(bridged.model()).isEqualTo("test");
        assertThat(bridged.splits()).containsExactly("test", "train");
        assertThat(bridged.neighbours())
                .extracting(CurationEvent.Neighbour::image)
                .containsExactlyInAnyOrder(points.id(dataset, 0), points.id(dataset, 1));
        assertThat(bridged.neighbours()).allMatch(near -> near.similarity() > 0.9);
        // Nothing is written to the image.
        given().get("/v1/datasets/" + dataset + "/images/" + bridged.image())
                .then()
                .body("identifiers.split", equalTo(null));
    }

    private void arrive(Outcomes outcomes, String dataset, String path, float[] vector) {
        ObjectKey key = new ObjectKey(dataset, path);
        points.putImage(key, vector, 100, 100);
        outcomes.publish(new ImageEmbedded(ImageId.of(key), dataset, path, "etag", "test", Instant.now(), null));
    }

    private static float[] moved(float[] vector, int component, float by) {
        float[] moved = vector.clone();
        moved[component] += by;
        return moved;
    }

    private static Response put(String dataset, String lines) {
        return given().config(RestAssured.config()
                        .encoderConfig(encoderConfig().encodeContentTypeAs("application/x-ndjson", ContentType.TEXT)))
                .contentType("application/x-ndjson")
                .body(lines)
                .put("/v1/datasets/" + dataset + "/splits");
    }
}
