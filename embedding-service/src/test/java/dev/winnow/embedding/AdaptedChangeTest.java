package dev.winnow.embedding;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.winnow.contract.Adapter;
import dev.winnow.contract.Box;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.catalogue.ModelsCommand;
import dev.winnow.embedding.image.Samples;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.onnx.Projection;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A change to a model that an adapter makes of the active one, over HTTP, against the local stack; it ends where it began. */
@QuarkusTest
@QuarkusTestResource(Suite.class)
class AdaptedChangeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int BASE = 49;
    private static final int DIMENSION = 6;
    private static final Projection PROJECTION =
            new Projection(AdaptedModelTest.weights(BASE, DIMENSION, 1), BASE, DIMENSION);

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
        if (!when().get("/v1/models").jsonPath().getString("active.id").equals("two-towers-1")) {
            given().post("/v1/models/rollback").then().statusCode(200);
        }
    }

    /** Keeps an adapter where the curation service does. */
    private String store(String name, String base) throws Exception {
        AdapterStore.StoredAdapter made = MemoryAdapters.made(name, base, PROJECTION.weights(), BASE, DIMENSION);
        String id = made.adapter().id();
        outside.put(Adapter.graphKey(id), made.graph());
        outside.put(Adapter.key(id), EventJson.write(made.adapter()));
        return id;
    }

    @Test
    void theVectorsThatAreThereAreProjectedAndNoImageIsFetched() throws Exception {
        Map<String, byte[]> images = new HashMap<>();
        for (String name : List.of("plain.png", "exif-6.jpg", "cmyk.jpg", "plain.webp")) {
            images.put("adapted/" + name, Samples.file(name));
        }
        for (Map.Entry<String, byte[]> image : images.entrySet()) {
            outside.put(image.getKey(), image.getValue());
            outcome(image.getKey(), outside.announce(image.getKey()));
        }
        String boxed = "adapted/exif-6.jpg";
        outside.annotate(boxed, new ObjectBox("left", "dog", new Box(1, 2, 6, 12), null, "test", Instant.EPOCH));
        outcome(boxed, outside.announceAnnotation(boxed));
        outside.label(
                "adapted/plain.png",
                Map.of(
                        PointSchema.LABELS,
                        ValueFactory.list(List.of(ValueFactory.value("cat"))),
                        PointSchema.DECIDED_AT,
                        ValueFactory.value(5)));

        String id = store("pets", "two-towers-1");
        given().contentType("application/json")
                .body(Map.of("adapter", id))
                .put("/v1/models/next")
                .then()
                .statusCode(202)
                .body("next", equalTo(id));
        when().get("/v1/models")
                .then()
                .body("next.id", equalTo(id))
                .body("next.adapter.base", equalTo("two-towers-1"))
                .body("next.embeds", equalTo(List.of("image", "text")));
        double fetched = metric("winnow_stage_seconds_count", "stage=\"fetch\"");
        double forwards = metric("winnow_stage_seconds_count", "stage=\"forward\"");
        double projected = metric("winnow_images_reprojected_total", "");
        // As reconciliation does for what the next collection lacks.
        for (String key : images.keySet()) {
            outcome(key, outside.announce(key));
        }
        assertThat(metric("winnow_images_reprojected_total", "") - projected).isEqualTo(4);
        assertThat(metric("winnow_stage_seconds_count", "stage=\"fetch\"")).isEqualTo(fetched);
        assertThat(metric("winnow_stage_seconds_count", "stage=\"forward\"")).isEqualTo(forwards);

        String collection = PointSchema.collection(id);
        for (String key : images.keySet()) {
            RetrievedPoint base = point(PointSchema.ALIAS, ImageId.ofRawKey(key).value());
            RetrievedPoint next = point(collection, ImageId.ofRawKey(key).value());
            assertThat(next.getPayloadMap()).as(key).isEqualTo(base.getPayloadMap());
            assertThat(vector(next)).containsExactly(PROJECTION.of(vector(base)), within(1e-5f));
        }
        UUID box = ObjectId.of(ImageId.ofRawKey(boxed), "left").value();
        assertThat(vector(point(collection, box)))
                .containsExactly(PROJECTION.of(vector(point(PointSchema.ALIAS, box))), within(1e-5f));
        assertThat(point(collection, box).getPayloadMap())
                .isEqualTo(point(PointSchema.ALIAS, box).getPayloadMap());

        // What arrives meanwhile is embedded by the composed network, in the same space.
        String arrived = "adapted/arrived.jpg";
        outside.put(arrived, Samples.file("cmyk.jpg"));
        outcome(arrived, outside.announce(arrived));
        assertThat(vector(point(collection, ImageId.ofRawKey(arrived).value())))
                .containsExactly(
                        vector(point(
                                collection, ImageId.ofRawKey("adapted/cmyk.jpg").value())),
                        within(1e-4f));

        given().contentType("application/json")
                .body("{\"force\": true}")
                .post("/v1/models/change/activate")
                .then()
                .statusCode(200)
                .body("active", equalTo(id));
        given().contentType("image/jpeg")
                .body(Samples.file("cmyk.jpg"))
                .post("/v1/embed")
                .then()
                .body("model", equalTo(id))
                .body("dimension", equalTo(DIMENSION));
        given().contentType("application/json")
                .body("{\"text\": \"a red bicycle\"}")
                .post("/v1/embed")
                .then()
                .body("model", equalTo(id))
                .body("dimension", equalTo(DIMENSION));
        assertThat(outside.point("adapted/plain.png").orElseThrow().getPayloadMap())
                .containsKey(PointSchema.LABELS);
    }

    @Test
    void theModelCanBeFetchedAsFiles(@TempDir Path folder) throws Exception {
        String id = store("files", "two-towers-1");
        byte[] archive = given().get("/v1/models/adapters/" + id)
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Files.copy(in, folder.resolve(entry.getName()));
            }
        }
        try (EmbeddingModel model =
                EmbeddingModel.load(folder.resolve("files.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 1, 4))) {
            assertThat(model.manifest().id()).isEqualTo(id);
            assertThat(model.text()).isPresent();
        }
        assertThat(given().get("/v1/models/adapters/" + id).asByteArray()).isEqualTo(archive);
    }

    @Test
    void theCommandAddsTheModelOfAnAdapter(@TempDir Path data, @TempDir Path models) throws Exception {
        String id = store("added", "two-towers-1");
        String service = "http://localhost:" + RestAssured.port;
        Files.writeString(
                data.resolve("endpoints.json"),
                "{\"embedding\": \"%s\", \"ingest\": \"%s\", \"curation\": \"%s\"}"
                        .formatted(service, service, service));
        StringWriter errors = new StringWriter();
        CommandLine command = ModelsCommand.commandLine().setErr(new PrintWriter(errors));
        int exit = command.execute("adapt", id, "--data", data.toString(), "--models", models.toString());
        assertThat(exit).as(errors.toString()).isZero();
        ModelManifest added = ModelManifest.read(models.resolve("added/added.yaml"));
        assertThat(added.id()).isEqualTo(id);
        assertThat(added.adapter().orElseThrow().base()).isEqualTo("two-towers-1");
        assertThat(command.execute("adapt", id, "--data", data.toString(), "--models", models.toString()))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("--replace");
        assertThat(command.execute("adapt", "none-12345678", "--data", data.toString(), "--models", models.toString()))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("no model none-12345678 here");
        try (Stream<Path> left = Files.list(models)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> !name.startsWith(".")))
                    .containsExactly("added");
        }
    }

    @Test
    void saysWhatIsWrongWithAnAdapter() throws Exception {
        refused("none-12345678", "no model none-12345678 here");
        refused("../../x", "no model");
        String orphan = store("orphan", "gone-1");
        refused(orphan, "no model gone-1 here");
        String id = store("torn", "two-towers-1");
        outside.put(Adapter.graphKey(id), new byte[] {1, 2, 3});
        refused(id, "SHA-256");
        outside.put(Adapter.key(id), new byte[] {'{'});
        refused(id, "unreadable");
        given().contentType("application/json")
                .body("{\"adapter\": 5}")
                .put("/v1/models/next")
                .then()
                .statusCode(422)
                .body("field", equalTo("name"));
        given().get("/v1/models/adapters/none-12345678").then().statusCode(422).contentType("application/problem+json");
    }

    private static void refused(String id, String reason) {
        given().contentType("application/json")
                .body(Map.of("adapter", id))
                .put("/v1/models/next")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("field", equalTo("adapter"))
                .body("detail", containsString(reason));
    }

    private RetrievedPoint point(String collection, UUID id) throws Exception {
        return outside.qdrant()
                .retrieveAsync(collection, PointIdFactory.id(id), true, true, null)
                .get()
                .getFirst();
    }

    private static float[] vector(RetrievedPoint point) {
        List<Float> data = point.getVectors().getVector().getDense().getDataList();
        float[] vector = new float[data.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = data.get(i);
        }
        return vector;
    }

    private static double metric(String name, String tag) {
        return when().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private void outcome(String key, long offset) {
        var unused = await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> outside.outcome(key, offset), Optional::isPresent);
    }
}
