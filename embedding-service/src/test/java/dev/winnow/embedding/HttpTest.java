package dev.winnow.embedding;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.in;

import dev.winnow.embedding.image.Samples;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Suite.class)
class HttpTest {

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "application/octet-stream"})
    void embedsAnImage(String contentType) {
        float[] vector = given().contentType(contentType)
                .body(Samples.file("cmyk.jpg"))
                .post("/v1/embed")
                .then()
                .statusCode(200)
                .body("model", equalTo("two-towers-1"))
                .body("dimension", equalTo(49))
                .extract()
                .jsonPath()
                .getObject("vector", float[].class);
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
    }

    @Test
    void saysWhyItCannotEmbed() {
        byte[] jpeg = Samples.file("plain.jpg");
        byte[] bomb = Samples.file("plain.png");
        ByteBuffer.wrap(bomb).putInt(16, 30_000).putInt(20, 30_000);
        assertProblem(new byte[0], 422, "empty");
        assertProblem("hello".getBytes(StandardCharsets.UTF_8), 415, "unsupported-format");
        assertProblem(Arrays.copyOf(jpeg, jpeg.length - 2), 422, "truncated");
        assertProblem(bomb, 413, "too-many-pixels");
        assertProblem(Arrays.copyOf(jpeg, 25_000_001), 413, "too-large");
        byte[] damaged = Samples.file("plain.png");
        Arrays.fill(damaged, 60, 120, (byte) 0);
        assertProblem(damaged, 422, "undecodable");
    }

    private static void assertProblem(byte[] body, int status, String reason) {
        given().contentType("application/octet-stream")
                .body(body)
                .post("/v1/embed")
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("reason", equalTo(reason))
                .body("status", equalTo(status))
                .body("field", equalTo("body"));
    }

    @Test
    void embedsTextsInTheSpaceOfThePictures() {
        float[] alone = given().contentType("application/json")
                .body("{\"text\": \"a red bicycle\"}")
                .post("/v1/embed")
                .then()
                .statusCode(200)
                .body("model", equalTo("two-towers-1"))
                .body("dimension", equalTo(49))
                .body("truncated", equalTo(false))
                .extract()
                .jsonPath()
                .getObject("vector", float[].class);
        JsonPath several = given().contentType("application/json; charset=utf-8")
                .body("{\"texts\": [\"the dog's photo, with a bicycle\", \"a red bicycle\"]}")
                .post("/v1/embed")
                .then()
                .statusCode(200)
                .body("embeddings.size()", equalTo(2))
                .body("embeddings.truncated", equalTo(List.of(true, false)))
                .extract()
                .jsonPath();
        assertThat(several.getObject("embeddings[1].vector", float[].class)).containsExactly(alone, within(1e-6f));
        assertThat(alone).hasSize(49);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\": \"\"} | 422 | text",
                "{\"text\": \" \\n\\u00a0\"} | 422 | text",
                "{\"text\": 5} | 422 | text",
                "{\"text\": null} | 422 | text",
                "{\"text\": \"half a \\ud83d\"} | 422 | text",
                "{\"texts\": [\"a\", \"\"]} | 422 | texts[1]",
                "{\"texts\": []} | 422 | texts",
                "{\"texts\": \"a\"} | 422 | texts",
                "{\"text\": \"a\", \"texts\": [\"a\"]} | 422 | body",
                "{\"text\": \"a\", \"modell\": 1} | 422 | modell",
                "{} | 422 | body",
                "[\"a\"] | 422 | body",
                "'' | 422 | body",
                "{\"text\": | 400 | body",
                "{\"text\": \"a\"} {} | 400 | body",
            })
    void saysWhatIsWrongWithAText(String body, int status, String field) {
        assertTextProblem(body, status, field);
    }

    @Test
    void boundsTexts() {
        // A euro sign has three bytes.
        String longest = "\u20ac".repeat(1365);
        given().contentType("application/json")
                .body("{\"text\": \"" + longest + "\"}")
                .post("/v1/embed")
                .then()
                .statusCode(200)
                .body("truncated", equalTo(true));
        assertTextProblem("{\"text\": \"" + longest + "\u20ac\"}", 422, "text");
        String many = "\"a\",".repeat(64);
        assertTextProblem("{\"texts\": [" + many + "\"a\"]}", 422, "texts");
        assertTextProblem("{\"text\": \"" + "a".repeat(2_000_000) + "\"}", 413, "body");
        assertTextProblem("[".repeat(100_000), 400, "body");
    }

    private static void assertTextProblem(String body, int status, String field) {
        given().contentType("application/json")
                .body(body)
                .post("/v1/embed")
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("field", equalTo(field));
    }

    @Test
    void tellsWhichModelIsActive() {
        when().get("/v1/models")
                .then()
                .statusCode(200)
                .body("active.id", equalTo("two-towers-1"))
                .body("active.name", equalTo("two-towers"))
                .body("active.version", equalTo("1"))
                .body("active.resize.short_side", equalTo(32))
                .body("active.feature.dimension", equalTo(49))
                .body("active.embeds", equalTo(List.of("image", "text")))
                .body("active.text.context_length", equalTo(8))
                .body("active.execution_provider", in(List.of("cpu", "cuda")));
    }

    @Test
    void isLiveAndDescribesItself() {
        when().get("/q/health/live").then().statusCode(200);
        when().get("/q/openapi")
                .then()
                .statusCode(200)
                .body(containsString("/v1/embed"), containsString("TextQuery"), containsString("truncated"));
        when().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(
                        containsString("winnow_model_active"),
                        containsString("execution_provider=\"cpu\""),
                        containsString("winnow_decoder{codec=\"opencv\""));
        List<String> properties = given().get("/q/openapi?format=json")
                .jsonPath()
                .getList(
                        "components.schemas.findAll { it.value.containsKey('properties') }.collect { it.value.get('properties').keySet() }.flatten()");
        assertThat(properties)
                .isNotEmpty()
                .allMatch(name -> name.matches("[a-z0-9_]+"), "snake case, as answers have it");
    }
}
