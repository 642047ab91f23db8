package dev.winnow.curation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Long jobs: seen, found again, bounded and stopped. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST = 8;
    /** Minutes of work: it ends because it is stopped. */
    private static final Map<String, Object> LONG = Map.of("type", "cluster", "k", 3000, "restarts", 100);

    @Inject
    PointsFixture points;

    @BeforeAll
    void fill() {
        points.createCollection();
        points.put("large", TestVectors.random(6000, PointsFixture.DIMENSION, 31));
    }

    @BeforeEach
    void ready() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void aLongJobIsSeenFoundAgainBoundedAndStopped() {
        String running = submit(LONG);
        await().atMost(PATIENCE).untilAsserted(() -> job(running)
                .then()
                .body("status", equalTo("running"))
                .body("progress", greaterThan(0.2f))
                .body("elapsed_seconds", greaterThan(0f)));
        await().atMost(PATIENCE).untilAsserted(() -> job(running)
                .then()
                .body("progress_per_second", greaterThan(0f))
                .body("remaining_seconds", greaterThan(0f)));
        job(running).then().body("stage.length()", greaterThan(0)).body("parameters.k", equalTo(3000));

        // Asked for again, it is the same one, running or queued.
        assertThat(submit(LONG)).isEqualTo(running);
        List<String> ids = new ArrayList<>(List.of(running));
        for (int limit = 1; limit < MOST; limit++) {
            ids.add(submit(Map.of("type", "outliers", "limit", limit)));
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(submit(Map.of("type", "outliers", "limit", 1))).isEqualTo(ids.get(1));
        post(Map.of("type", "outliers", "limit", MOST))
                .then()
                .statusCode(429)
                .contentType("application/problem+json")
                .body("detail", containsString("winnow.jobs.per-dataset"))
                .body("open_jobs", hasSize(MOST))
                .body("open_jobs", hasItem(running));

        // The newest first, in pages that hold while jobs end.
        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            var request = given().queryParam("limit", 3);
            Response page =
                    (cursor == null ? request : request.queryParam("cursor", cursor)).get("/v1/datasets/large/jobs");
            page.then().statusCode(200);
            listed.addAll(page.path("jobs.id"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        assertThat(listed).isEqualTo(ids.reversed());

        // One that waits is stopped at once, the one at work when it is next looked after.
        for (String waiting : ids.subList(1, MOST)) {
            given().delete("/v1/jobs/" + waiting).then().body("status", equalTo("cancelled"));
        }
        given().delete("/v1/jobs/" + running).then().statusCode(200).body("status", equalTo("running"));
        await().atMost(PATIENCE).untilAsserted(() -> job(running).then().body("status", equalTo("cancelled")));
        job(running).then().body("progress", greaterThan(0.2f));
        given().get("/v1/jobs/" + running + "/result").then().statusCode(409);

        // There is room again, and the next one runs.
        String next = submit(Map.of("type", "outliers", "limit", MOST));
        await().atMost(PATIENCE).untilAsserted(() -> job(next).then().body("status", equalTo("succeeded")));
        job(next).then().body("$", hasKey("finished_at"));
    }

    @Test
    void aListSaysWhatIsWrong() {
        given().get("/v1/datasets/unheard-of/jobs").then().statusCode(404);
        given().queryParam("limit", 101)
                .get("/v1/datasets/large/jobs")
                .then()
                .statusCode(422)
                .body("field", equalTo("limit"));
        given().queryParam("cursor", "x")
                .get("/v1/datasets/large/jobs")
                .then()
                .statusCode(422)
                .body("field", equalTo("cursor"));
    }

    private static Response job(String id) {
        return given().get("/v1/jobs/" + id);
    }

    private static Response post(Map<String, Object> task) {
        return given().contentType(ContentType.JSON).body(task).post("/v1/datasets/large/jobs");
    }

    private static String submit(Map<String, Object> task) {
        return post(task).then().statusCode(202).extract().path("id");
    }
}
