package dev.winnow.curation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.Map;

/** The service as its callers use it. */
final class CurationApi {

    private CurationApi() {}

    /** The result of a job, which has to succeed. */
    static Response run(String dataset, Map<String, Object> task) {
        String id = given().contentType(ContentType.JSON)
                .body(task)
                .post("/v1/datasets/" + dataset + "/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String job = "/v1/jobs/" + id;
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(given().get(job).<String>path("status")).isEqualTo("succeeded"));
        return given().get(job + "/result").then().statusCode(200).extract().response();
    }

    /** An answer that has to be a problem. */
    static ValidatableResponse problem(Response response, int status) {
        return response.then().statusCode(status).contentType("application/problem+json");
    }
}
