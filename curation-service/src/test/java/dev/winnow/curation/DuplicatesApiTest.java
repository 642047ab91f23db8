package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Duplicates by HTTP: the parameters of the job, decisions, and two datasets. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DuplicatesApiTest {

    @Inject
    PointsFixture points;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String s3;

    @BeforeAll
    void fill() {
        points.createCollection();
        List<float[]> rows = TestVectors.clustered(new int[] {40, 20, 10}, PointsFixture.DIMENSION, 0.2, 21);
        points.put("dup-a", rows);
        points.put("dup-b", rows.subList(0, 15));
        points.put("dup-c", TestVectors.random(30, PointsFixture.DIMENSION, 22));
        points.put("dup-old", rows.subList(0, 3));
        points.put("dup-d", TestVectors.random(30, PointsFixture.DIMENSION, 23));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": "deduplicate", "ratio": 0.3, "threshold": 0.9}                    | 422 | ratio
            {"type": "deduplicate", "keep": 0}                                         | 422 | keep
            {"type": "deduplicate", "keep": 1.5}                                       | 422 | keep
            {"type": "deduplicate", "keep": 0.5, "ratio": 0.3}                         | 422 | keep
            {"type": "deduplicate", "threshold": 0.8, "similar_threshold": 0.9}        | 422 | similar_threshold
            {"type": "deduplicate", "similar_ratio": 0.1}                              | 422 | similar_ratio
            {"type": "deduplicate", "similar_ratio": 1, "similar_threshold": 0.5}      | 422 | similar_ratio
            {"type": "deduplicate", "clusters": 3}                                     | 422 | clusters
            {"type": "deduplicate", "method": "semdedup", "clusters": 71}              | 422 | clusters
            {"type": "deduplicate", "method": "guess"}                                 | 422 | method
            {"type": "deduplicate", "survivor": "prettiest"}                           | 422 | survivor
            {"type": "deduplicate", "against": "dup-b", "keep": 0.5}                   | 422 | keep
            {"type": "deduplicate", "against": "dup-b", "survivor": "oldest"}          | 422 | survivor
            {"type": "deduplicate", "against": "dup-a"}                                | 422 | against
            """)
    void saysWhichParameterIsWrong(String body, int status, String field) {
        problem(given().contentType(ContentType.JSON).body(body).post("/v1/datasets/dup-a/jobs"), status)
                .body("field", equalTo(field))
                .body("expected", startsWith("expected"));
    }

    @Test
    void keepsAShareAndSaysWhichThresholdThatTook() {
        run("dup-a", Map.of("type", "deduplicate", "keep", 0.5, "survivor", "central", "similar_threshold", 0.1))
                .then()
                .body("method", equalTo("exact"))
                .body("survivor", equalTo("central"))
                .body("kept.toDouble()", closeTo(0.5, 0.01))
                .body("threshold.kind", equalTo("absolute"))
                .body("threshold.similarity", notNullValue())
                .body("similar_threshold.similarity.toDouble()", closeTo(0.1, 1e-9))
                .body("similar_groups[0].members[0].verdict", equalTo("similar"))
                .body("groups[0].members[0].verdict", equalTo("near"))
                .body("groups[0].members[0].score", notNullValue())
                .body("groups[0].members[0].scale_ratio", notNullValue())
                .body("groups[0].merged.labels", empty());
    }

    /** As they were written before it was noted who decides. */
    @Test
    void olderDecisionsAreReadAndNewerOnesSayWhoMadeThem() throws Exception {
        String one = points.id("dup-old", 0).toString();
        String two = points.id("dup-old", 1).toString();
        String three = points.id("dup-old", 2).toString();
        byte[] stored = ("{\"decisions\":[{\"image\":\"%s\",\"other\":\"%s\",\"verdict\":\"same\","
                        + "\"at\":\"2026-11-02T08:21:00Z\"}]}")
                .formatted(one, two)
                .getBytes(StandardCharsets.UTF_8);
        MinioClient.builder()
                .endpoint(s3)
                .credentials("local-access", "local-secret")
                .build()
                .putObject(PutObjectArgs.builder()
                        .bucket("winnow")
                        .object(".winnow/duplicates/dup-old.json")
                        .data(stored, stored.length)
                        .build());
        String decisions = "/v1/datasets/dup-old/duplicates/decisions";
        given().get(decisions)
                .then()
                .statusCode(200)
                .body("decisions", hasSize(1))
                .body("decisions[0].verdict", equalTo("same"))
                .body("decisions[0]", not(hasKey("by")));
        given().contentType(ContentType.JSON)
                .body(Map.of("verdict", "different"))
                .put(decisions + "/" + one + "/" + three + "?by=ann")
                .then()
                .statusCode(200)
                .body("by", equalTo("ann"));
        given().contentType(ContentType.JSON)
                .body(Map.of("decisions", List.of(Map.of("image", two, "other", three, "verdict", "different"))))
                .post(decisions)
                .then()
                .statusCode(200)
                .body("decisions[0].by", equalTo("anonymous"));
        given().get(decisions).then().body("decisions", hasSize(3));
        problem(
                        given().contentType(ContentType.JSON)
                                .body(Map.of("verdict", "different"))
                                .put(decisions + "/" + one + "/" + three + "?by=" + "x".repeat(129)),
                        422)
                .body("field", equalTo("by"));
    }

    @Test
    void semDeDupSaysThatItIsApproximate() {
        run("dup-a", Map.of("type", "deduplicate", "method", "semdedup", "clusters", 3, "threshold", 0.5))
                .then()
                .body("method", equalTo("semdedup"))
                .body("survivor", equalTo("farthest_from_centre"))
                .body("approximation.exact", equalTo(false))
                .body("approximation.clusters", equalTo(3))
                .body("approximation.recall.sample", equalTo(70))
                .body("approximation.recall.recall", notNullValue());
    }

    @Test
    void findsInAnotherDatasetWhatIsInThisOne() {
        run("dup-b", Map.of("type", "deduplicate", "against", "dup-a", "threshold", 0.999))
                .then()
                .body("against", equalTo("dup-a"))
                .body("against_images", equalTo(70))
                .body("exact", equalTo(15))
                .body("matches", hasSize(15))
                .body("matches.found.verdict.flatten()", everyItem(equalTo("exact")))
                .body("matches.found.same_bytes.flatten()", everyItem(equalTo(true)));
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("type", "deduplicate", "against", "nothing"))
                        .post("/v1/datasets/dup-b/jobs"),
                404);
    }

    @Test
    void decisionsAreKeptObeyedAndWithdrawn() {
        String a = id(0);
        String b = id(1);
        String c = id(2);
        decide(a, b, "same").statusCode(200).body("verdict", equalTo("same"));
        decide(c, b, "same").statusCode(200);
        problem(put(a, c, "different"), 409).body("detail", containsString(a)).body("detail", containsString(b));
        problem(put(a, a, "same"), 422).body("field", equalTo("other"));
        problem(put(a, points.id("dup-a", 0).toString(), "same"), 404);
        problem(put(a, c, null), 422).body("field", equalTo("verdict"));
        given().queryParam("image", b)
                .get(decisions("dup-c"))
                .then()
                .statusCode(200)
                .body("decisions", hasSize(2));
        run("dup-c", Map.of("type", "deduplicate", "threshold", 0.9999))
                .then()
                .body("decided", equalTo(2))
                .body("decisions.same", equalTo(2))
                .body("groups", hasSize(1))
                .body("groups[0].members.verdict", everyItem(equalTo("decided")))
                .body("groups[0].members.decided", everyItem(equalTo(true)));
        run("dup-c", Map.of("type", "select", "n", 30, "k", 1))
                .then()
                .body("duplicates_excluded", equalTo(2))
                .body("selected", hasSize(28));
        given().delete(decisions("dup-c") + "/" + b + "/" + c).then().statusCode(204);
        problem(given().delete(decisions("dup-c") + "/" + b + "/" + c), 404);
        decide(a, c, "different").statusCode(200);
        run("dup-c", Map.of("type", "deduplicate", "threshold", -1))
                .then()
                .body("decisions.different", equalTo(1))
                .body("groups.size()", equalTo(1))
                .body("groups[0].members.size()", equalTo(28));
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of(
                                "decisions",
                                List.of(
                                        Map.of("image", id(5), "other", id(6), "verdict", "same"),
                                        Map.of("image", b, "other", c, "verdict", "same"))))
                        .post(decisions("dup-c")),
                409);
        given().get(decisions("dup-c")).then().body("decisions", hasSize(2));
        problem(given().get(decisions("nothing")), 404);
    }

    /** Each of many that come at once is kept. */
    @Test
    void concurrentDecisionsAreNotLost() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            for (int i = 1; i < 13; i++) {
                String path = decisions("dup-d") + "/" + points.id("dup-d", 0) + "/" + points.id("dup-d", i);
                answers.add(pool.submit(() -> given().contentType(ContentType.JSON)
                        .body(Map.of("verdict", "same"))
                        .put(path)
                        .statusCode()));
            }
        }
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(200);
        }
        given().get(decisions("dup-d")).then().body("decisions", hasSize(12));
    }

    private ValidatableResponse decide(String one, String other, String verdict) {
        return put(one, other, verdict).then();
    }

    private static Response put(String one, String other, @Nullable String verdict) {
        return given().contentType(ContentType.JSON)
                .body(verdict == null ? Map.of() : Map.of("verdict", verdict))
                .put(decisions("dup-c") + "/" + one + "/" + other);
    }

    private String id(int i) {
        return points.id("dup-c", i).toString();
    }

    private static String decisions(String dataset) {
        return "/v1/datasets/" + dataset + "/duplicates/decisions";
    }
}
