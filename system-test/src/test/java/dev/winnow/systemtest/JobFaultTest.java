package dev.winnow.systemtest;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.cli.suite.Endpoints;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Points.PointStruct;
import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The curation service is killed in the middle of a job; the job comes to the result it would have come to. */
class JobFaultTest {

    private static final String DATASET = "killed";
    private static final int IMAGES = 3_000;
    private static final int BATCH = 500;
    private static final Map<String, Object> TASK = Map.of("type", "cluster", "k", 600, "seed", 7);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void aKilledJobComesToTheSameResult(@TempDir Path data) throws ExecutionException, InterruptedException {
        try (RunningSuite suite = RunningSuite.start(data)) {
            // Vectors as a worker would write them: to embed so many pictures takes longer than the test.
            fill(suite.endpoints().qdrant());
            Client client = new Client(suite.endpoints(), DATASET);
            client.awaitCounts(IMAGES, 0);

            String disturbed = submit(suite);
            await("the job is at work").atMost(PATIENCE).until(() -> {
                JsonPath job = job(suite, disturbed);
                return job.getString("status").equals("running") && job.getDouble("progress") > 0.25;
            });
            Instant killed = Instant.now();
            assertThat(suite.process(RunningSuite.Service.CURATION).destroyForcibly())
                    .isTrue();

            JsonPath end = awaitSuccess(suite, disturbed);
            assertThat(Instant.parse(end.getString("started_at")))
                    .as("it had not come to an end before the kill")
                    .isAfter(killed);
            String undisturbed = submit(suite);
            assertThat(undisturbed).isNotEqualTo(disturbed);
            awaitSuccess(suite, undisturbed);
            assertThat(result(suite, disturbed)).isEqualTo(result(suite, undisturbed));
            assertThat(given().baseUri(suite.endpoints().curation())
                            .get("/v1/datasets/" + DATASET + "/jobs")
                            .jsonPath()
                            .getList("jobs.id", String.class))
                    .containsExactly(undisturbed, disturbed);
        }
    }

    private static void fill(Endpoints.Qdrant qdrant) throws ExecutionException, InterruptedException {
        Random random = new Random(17);
        try (QdrantClient client = new QdrantClient(
                QdrantGrpcClient.newBuilder(qdrant.host(), qdrant.port(), false).build())) {
            int dimension = (int) client.getCollectionInfoAsync(PointSchema.ALIAS)
                    .get()
                    .getConfig()
                    .getParams()
                    .getVectorsConfig()
                    .getParams()
                    .getSize();
            for (int from = 0; from < IMAGES; from += BATCH) {
                List<PointStruct> batch = new ArrayList<>();
                for (int i = from; i < from + BATCH; i++) {
                    ObjectKey key = new ObjectKey(DATASET, "image-%04d.jpg".formatted(i));
                    float[] vector = new float[dimension];
                    for (int j = 0; j < dimension; j++) {
                        vector[j] = (float) random.nextGaussian();
                    }
                    batch.add(PointStruct.newBuilder()
                            .setId(id(ImageId.of(key).value()))
                            .setVectors(vectors(vector))
                            .putPayload(PointSchema.DATASET, value(DATASET))
                            .putPayload(PointSchema.PATH, value(key.path()))
                            .putPayload(PointSchema.KIND, value(PointSchema.KIND_IMAGE))
                            .putPayload(PointSchema.SHA256, value("%064x".formatted(i)))
                            .build());
                }
                client.upsertAsync(PointSchema.ALIAS, batch).get();
            }
        }
    }

    private static String submit(RunningSuite suite) {
        return given().baseUri(suite.endpoints().curation())
                .contentType("application/json")
                .body(TASK)
                .post("/v1/datasets/" + DATASET + "/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static JsonPath job(RunningSuite suite, String id) {
        return given().baseUri(suite.endpoints().curation())
                .get("/v1/jobs/" + id)
                .jsonPath();
    }

    private static JsonPath awaitSuccess(RunningSuite suite, String id) {
        await("the end of job " + id)
                .atMost(PATIENCE)
                // While the service is down, or starting.
                .ignoreExceptions()
                .until(() -> job(suite, id).getString("status").equals("succeeded"));
        return job(suite, id);
    }

    /** What a repetition cannot change: all but the time. */
    private static Map<String, Object> result(RunningSuite suite, String id) {
        Map<String, Object> result =
                new HashMap<>(given().baseUri(suite.endpoints().curation())
                        .get("/v1/jobs/" + id + "/result")
                        .jsonPath()
                        .getMap("$"));
        assertThat(result).containsKeys("seconds", "watermark", "assignments");
        result.remove("seconds");
        result.remove("watermark");
        return result;
    }
}
