package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.winnow.contract.Adapter;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdapterApiTest {

    private static final int CLASSES = 4;
    private static final int IMAGES = 240;

    @Inject
    PointsFixture points;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String s3;

    @BeforeAll
    void fill() {
        points.createCollection();
        fill("sorted", true);
        fill("drawn", false);
        points.put("bare", TestVectors.random(10, PointsFixture.DIMENSION, 1));
    }

    /** Images whose class shows in three of the directions, or whose label was drawn. */
    private void fill(String dataset, boolean telling) {
        Random random = new Random(7);
        float[][] centres = new float[CLASSES][3];
        for (float[] centre : centres) {
            for (int i = 0; i < 3; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        List<float[]> rows = new ArrayList<>();
        List<List<ImageId>> ofClass = new ArrayList<>();
        for (int c = 0; c < CLASSES; c++) {
            ofClass.add(new ArrayList<>());
        }
        for (int n = 0; n < IMAGES; n++) {
            float[] row = new float[PointsFixture.DIMENSION];
            int c = random.nextInt(CLASSES);
            for (int i = 0; i < row.length; i++) {
                double centre = telling && i < 3 ? centres[c][i] : 0;
                row[i] = (float) (centre + (telling && i < 3 ? 0.2 : 1) * random.nextGaussian());
            }
            rows.add(row);
            ofClass.get(c).add(points.id(dataset, n));
        }
        points.put(dataset, rows);
        for (int c = 0; c < CLASSES; c++) {
            points.setPayload(
                    ofClass.get(c), PointSchema.LABELS, ValueFactory.list(List.of(ValueFactory.value("class " + c))));
        }
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void anAdapterIsLearntMeasuredAndStored() throws Exception {
        Response result = run("sorted", Map.of("type", "adapter", "name", "mine", "dimension", 5, "seed", 3));
        result.then()
                .body("type", equalTo("adapter"))
                .body("model", equalTo("test"))
                .body("base", equalTo("test"))
                .body("seed", equalTo(3))
                .body("base_dimension", equalTo(16))
                .body("dimension", equalTo(5))
                .body("labelled", equalTo(IMAGES))
                .body("recommended", equalTo(true))
                .body("gain_low", greaterThan(0f))
                .body("accuracy", hasSize(6))
                .body("accuracy.k", everyItem(notNullValue()))
                .body("accuracy[0].neighbours", equalTo("trained"))
                .body("classes", hasSize(CLASSES))
                .body("watermark.images", equalTo(IMAGES))
                .body("made", equalTo(null));
        String id = result.path("adapter");
        assertThat(id).matches("mine-[0-9a-f]{8}");

        Adapter stored = EventJson.read(object(Adapter.key(id)), Adapter.class);
        assertThat(stored.id()).isEqualTo(id);
        assertThat(stored.base()).isEqualTo("test");
        assertThat(stored.dataset()).isEqualTo("sorted");
        assertThat(stored.training().path("recommended").asBoolean()).isTrue();
        assertThat(stored.training().path("parameters").path("seed").asInt()).isEqualTo(3);
        byte[] graph = object(Adapter.graphKey(id));
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(graph)))
                .isEqualTo(stored.sha256());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(graph);
                OnnxTensor in = OnnxTensor.createTensor(environment, new float[][] {points.vector("sorted", 0)});
                OrtSession.Result out = session.run(Map.of(Adapter.INPUT, in))) {
            assertThat(((float[][]) out.get(0).getValue())[0]).hasSize(5);
        }

        // The same again is the same adapter; another seed is another one.
        assertThat(run("sorted", Map.of("type", "adapter", "name", "mine", "dimension", 5, "seed", 3))
                        .<String>path("adapter"))
                .isEqualTo(id);
        assertThat(run("sorted", Map.of("type", "adapter", "dimension", 5, "seed", 4))
                        .<String>path("adapter"))
                .startsWith("sorted-")
                .isNotEqualTo("sorted-" + stored.version());
    }

    @Test
    void whatDoesNotHelpIsNotRecommended() {
        run("drawn", Map.of("type", "adapter", "dimension", 5)).then().body("recommended", equalTo(false));
    }

    @Test
    void saysWhatIsWrong() {
        assertProblem(Map.of("type", "adapter", "name", "../x"), "name");
        assertProblem(Map.of("type", "adapter", "dimension", 1), "dimension");
        assertProblem(Map.of("type", "adapter", "held_out", 1), "held_out");
        assertProblem(Map.of("type", "adapter", "shrinkage", 0), "shrinkage");
        assertProblem(Map.of("type", "adapter", "strength", -1), "strength");
        assertFails("sorted", Map.of("type", "adapter", "dimension", 17), "dimension: expected at most");
        assertFails("bare", Map.of("type", "adapter"), "expected images of two labels or more");
    }

    private static void assertProblem(Map<String, Object> task, String field) {
        problem(given().contentType(ContentType.JSON).body(task).post("/v1/datasets/sorted/jobs"), 422)
                .body("field", equalTo(field));
    }

    private static void assertFails(String dataset, Map<String, Object> task, String reason) {
        String job = "/v1/jobs/"
                + given().contentType(ContentType.JSON)
                        .body(task)
                        .post("/v1/datasets/" + dataset + "/jobs")
                        .then()
                        .statusCode(202)
                        .extract()
                        .<String>path("id");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(given().get(job).<String>path("status")).isEqualTo("failed"));
        assertThat(given().get(job).<String>path("error")).contains(reason);
    }

    private byte[] object(String key) throws Exception {
        try (InputStream in = MinioClient.builder()
                .endpoint(s3)
                .credentials("local-access", "local-secret")
                .build()
                .getObject(GetObjectArgs.builder().bucket("winnow").object(key).build())) {
            return in.readAllBytes();
        }
    }
}
