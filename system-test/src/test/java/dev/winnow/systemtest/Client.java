package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.cli.suite.Endpoints;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests that several tests make, over one dataset. */
record Client(Endpoints endpoints, String dataset) {

    /** Stores an image through the ingest service. */
    Response put(String path, byte[] bytes) {
        return given().baseUri(endpoints.ingest())
                .contentType("application/octet-stream")
                .body(bytes)
                .put("/v1/datasets/{dataset}/images/" + path, dataset);
    }

    Response get(String path) {
        return given().baseUri(endpoints.curation()).get("/v1/datasets/" + dataset + path);
    }

    Response search(Map<String, Object> query) {
        return given().baseUri(endpoints.curation())
                .contentType("application/json")
                .body(query)
                .post("/v1/datasets/{dataset}/search", dataset);
    }

    Response searchByUpload(byte[] image, String filter, int limit) {
        return given().baseUri(endpoints.curation())
                .contentType("image/jpeg")
                .queryParam("filter", filter)
                .queryParam("limit", limit)
                .body(image)
                .post("/v1/datasets/{dataset}/search", dataset);
    }

    /** Waits until the dataset has these counts and nothing is pending. */
    void awaitCounts(long images, long failed) {
        await("%d images and %d failures in %s".formatted(images, failed, dataset))
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    Response response = get("");
                    // A dataset that was emptied, or not begun, is unknown.
                    JsonPath counts = response.statusCode() == 404
                            ? JsonPath.from("{\"images\":0,\"failed\":0,\"pending\":0}")
                            : response.jsonPath();
                    assertThat(List.of(counts.getLong("images"), counts.getLong("failed"), counts.getLong("pending")))
                            .as("images, failed, pending")
                            .containsExactly(images, failed, 0L);
                });
    }

    /** The ids of all images, page by page, with repetitions if there were any. */
    List<String> allIds() {
        List<String> ids = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonPath page = get("/images?limit=70" + (cursor == null ? "" : "&cursor=" + cursor))
                    .jsonPath();
            ids.addAll(page.getList("images.id", String.class));
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        return ids;
    }

    /** Asks the worker to look again at everything that failed. */
    Response replay() {
        return given().baseUri(endpoints.curation()).post("/v1/datasets/{dataset}/failures/replay", dataset);
    }

    /** Runs a job to its end and returns its result. */
    JsonPath job(Map<String, Object> parameters) {
        Response submitted = given().baseUri(endpoints.curation())
                .contentType("application/json")
                .body(parameters)
                .post("/v1/datasets/{dataset}/jobs", dataset);
        assertThat(submitted.statusCode()).as(submitted.asString()).isEqualTo(202);
        String job = "/v1/jobs/" + submitted.jsonPath().getString("id");
        assertThat(submitted.header("Location")).endsWith(job);
        await("the job " + parameters).atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        given().baseUri(endpoints.curation())
                                .get(job)
                                .jsonPath()
                                .getString("status"))
                .isEqualTo("succeeded"));
        return given().baseUri(endpoints.curation()).get(job + "/result").jsonPath();
    }
}
