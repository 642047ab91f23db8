package dev.winnow.embedding;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import dev.winnow.contract.ImageId;
import dev.winnow.embedding.image.Samples;
import io.qdrant.client.PointIdFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the worker's model over HTTP, against the local stack; it ends with the model it began with. */
@QuarkusTest
@QuarkusTestResource(Suite.class)
class ModelChangeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Outside outside;

    @BeforeEach
    void ready() {
        outside = new Outside(Suite.running().stack());
        await().atMost(PATIENCE).until(() -> when().get("/q/health/ready").statusCode() == 200);
    }

    @AfterEach
    void goBack() throws Exception {
        outside.close();
        given().delete("/v1/models/next");
        if (!active().equals("two-towers-1")) {
            given().post("/v1/models/rollback").then().statusCode(200);
        }
    }

    @Test
    void fillsTheNextCollectionWhileTheOldOneServes() throws Exception {
        String before = "change/before.png";
        outside.put(before, Samples.file("plain.png"));
        outcome(before, outside.announce(before));

        next("tiny").statusCode(202).body("state", equalTo("filling")).body("next", equalTo("tiny-1"));
        next("tiny").statusCode(202);
        when().get("/v1/models")
                .then()
                .body("active.id", equalTo("two-towers-1"))
                .body("next.id", equalTo("tiny-1"))
                .body("problem", nullValue());
        when().get("/q/health/ready").then().statusCode(200).body(containsString("tiny-1"));
        conflict(given().contentType("application/json").body("{}").post("/v1/models/change/activate"))
                .body("missing", greaterThan(0));

        String arrived = "change/arrived.jpg";
        outside.put(arrived, Samples.file("plain.jpg"));
        outcome(arrived, outside.announce(arrived));
        assertThat(isIn("winnow-two-towers-1", arrived)).isTrue();
        assertThat(isIn("winnow-tiny-1", arrived)).isTrue();
        assertThat(isIn("winnow-tiny-1", before)).isFalse();
        outcome(before, outside.announce(before));
        assertThat(isIn("winnow-tiny-1", before)).isTrue();

        // What other tests left in the active collection is not reconciled here: without force it would be refused.
        given().contentType("application/json")
                .body("{\"force\": true}")
                .post("/v1/models/change/activate")
                .then()
                .statusCode(200)
                .body("state", equalTo("none"))
                .body("active", equalTo("tiny-1"))
                .body("next", nullValue());
        given().contentType("image/png")
                .body(Samples.file("plain.png"))
                .post("/v1/embed")
                .then()
                .body("model", equalTo("tiny-1"));
        assertThat(outside.point(before)).isPresent();

        given().post("/v1/models/rollback").then().statusCode(200).body("active", equalTo("two-towers-1"));
        when().get("/v1/models").then().body("previous[0]", equalTo("tiny-1"));
        when().get("/v1/models/change?sample=5").then().statusCode(200).body("state", equalTo("none"));
    }

    @Test
    void saysWhatIsWrongWithAStep() {
        problem(next("unknown"), 422, "name").body("detail", containsString("no model unknown here"));
        problem(next("infinite"), 422, "name");
        problem(next("../tiny"), 422, "name");
        problem(put("{\"model\": \"tiny\"}"), 422, "name");
        problem(put("{\"name\": 5}"), 422, "name");
        problem(when().get("/v1/models/change?sample=10001").then(), 422, "sample");
        problem(
                given().contentType("application/json")
                        .body("{\"force\": 1}")
                        .post("/v1/models/change/activate")
                        .then(),
                422,
                "force");
        next("two-towers").statusCode(409).body("detail", containsString("active model already"));
        conflict(given().post("/v1/models/change/activate")).body("detail", containsString("no change"));
        conflict(given().delete("/v1/models/next"));
        next("tiny").statusCode(202);
        next("two-towers-small").statusCode(409).body("detail", containsString("tiny-1 is under way"));
        given().delete("/v1/models/next").then().statusCode(200).body("state", equalTo("none"));
        when().get("/q/openapi").then().body(containsString("/v1/models/change/activate"));
    }

    private static String active() {
        return when().get("/v1/models").jsonPath().getString("active.id");
    }

    private static ValidatableResponse next(String name) {
        return put("{\"name\": \"" + name + "\"}");
    }

    private static ValidatableResponse put(String body) {
        return given().contentType("application/json")
                .body(body)
                .put("/v1/models/next")
                .then();
    }

    private static ValidatableResponse problem(ValidatableResponse response, int status, String field) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("field", equalTo(field));
    }

    private static ValidatableResponse conflict(Response response) {
        return response.then().statusCode(409).contentType("application/problem+json");
    }

    private boolean isIn(String collection, String key) throws Exception {
        return !outside.qdrant()
                .retrieveAsync(
                        collection, PointIdFactory.id(ImageId.ofRawKey(key).value()), false, false, null)
                .get()
                .isEmpty();
    }

    private void outcome(String key, long offset) {
        var unused = await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> outside.outcome(key, offset), Optional::isPresent);
    }
}
