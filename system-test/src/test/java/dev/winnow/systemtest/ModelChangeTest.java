package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another model, and back again, as a user does it: add, use, up; nothing that people decided is lost on the way. */
class ModelChangeTest {

    private static final Path TINY = RunningSuite.ROOT.resolve("embedding-service/src/test/resources/models");
    private static final Path SHARED = RunningSuite.ROOT.resolve("../shared/models/mobilenetv2-12-int8.onnx");

    @TempDir
    Path data;

    @TempDir
    Path models;

    @Test
    void labelsOutliveAChangeOfTheModelAndTheWayBack() throws Exception {
        List<String> paths = SampleImages.paths("leaf", 6);
        String first = paths.get(0);
        String second = paths.get(1);
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client client = new Client(suite.endpoints(), "change");
            for (String path : paths) {
                client.put(path, SampleImages.read(path));
            }
            client.awaitCounts(6, 0);
            label(client, first, "leaf");
            assertThat(dimension(client)).isEqualTo(256);
        }
        assertSucceeds(
                "add",
                TINY.resolve("tiny.onnx").toString(),
                "--manifest",
                TINY.resolve("tiny.yaml").toString());
        assertSucceeds("use", "tiny", "--data", data.toString());
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client client = new Client(suite.endpoints(), "change");
            awaitDimension(client, 49);
            client.awaitCounts(6, 0);
            assertThat(labels(client, first)).containsExactly("leaf");
            assertFindsItself(client, second);
            label(client, first, "oak");
            label(client, second, "ash");
            client.put("late.jpg", SampleImages.read("planet/planet-001.jpg"));
            client.awaitCounts(7, 0);
            label(client, "late.jpg", "planet");
            suite.deleteFromBucket("change/" + paths.get(2));
            client.awaitCounts(6, 0);
        }
        assertSucceeds("use", "winnow-default", "--data", data.toString());
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client client = new Client(suite.endpoints(), "change");
            awaitDimension(client, 256);
            client.awaitCounts(6, 0);
            assertThat(labels(client, first)).containsExactly("oak");
            assertThat(labels(client, second)).containsExactly("ash");
            assertThat(labels(client, "late.jpg")).containsExactly("planet");
            assertFindsItself(client, "late.jpg");
        }
    }

    @Test
    void aRealNetworkIsAddedCheckedAndUsed() throws Exception {
        assumeTrue(Files.exists(SHARED), "no " + SHARED);
        assertSucceeds("add", SHARED.toString(), "--name", "mobilenet", "--preset", "torchvision-mobilenet-v2");
        RunningSuite.Run check = models("check", "mobilenet", "--json");
        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(JsonPath.from(check.out()).getInt("dimension")).isEqualTo(1280);
        assertSucceeds("use", "mobilenet", "--data", data.toString());
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client client = new Client(suite.endpoints(), "real");
            client.put("leaf.jpg", SampleImages.read("leaf/leaf-001.jpg"));
            client.awaitCounts(1, 0);
            assertThat(dimension(client)).isEqualTo(1280);
            assertFindsItself(client, "leaf.jpg");
        }
    }

    @Test
    void whatCannotBeIsRefusedAndLeavesNothing() throws Exception {
        RunningSuite.Run unknown = models("use", "no-such-model", "--data", data.toString());
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("no-such-model", "winnow-default");
        RunningSuite.Run fetch = models("fetch", "no-such-model");
        assertThat(fetch.exitCode()).isEqualTo(2);
        assertThat(fetch.err()).contains("vgg16", "dinov2-small");
        Path truncated = Files.write(
                data.resolve("truncated.onnx"),
                java.util.Arrays.copyOf(
                        Files.readAllBytes(RunningSuite.ROOT.resolve("models/default/winnow-default.onnx")), 100_000));
        RunningSuite.Run add = models("add", truncated.toString());
        assertThat(add.exitCode()).isEqualTo(1);
        assertThat(add.err()).contains("not added");
        assertThat(models.toFile().list()).isNullOrEmpty();
        assertThat(data.resolve("model.json")).doesNotExist();
    }

    private RunningSuite.Run models(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 3];
        all[0] = "models";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--models";
        all[all.length - 1] = models.toString();
        return RunningSuite.run(all);
    }

    private void assertSucceeds(String... arguments) throws IOException, InterruptedException {
        RunningSuite.Run run = models(arguments);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private static void label(Client client, String path, String label) {
        int status = given().baseUri(client.endpoints().curation())
                .contentType("application/json")
                .body(Map.of("labels", List.of(label)))
                .patch("/v1/datasets/change/images/" + id(client, path))
                .statusCode();
        assertThat(status).isBetween(200, 204);
    }

    private static List<String> labels(Client client, String path) {
        return client.get("/images/" + id(client, path)).jsonPath().getList("labels", String.class);
    }

    /** The suite starts with the model of before, and goes over when everything is embedded. */
    private static void awaitDimension(Client client, int dimension) {
        await("vectors of " + dimension + " numbers")
                .atMost(Duration.ofSeconds(90))
                .until(() -> dimension(client) == dimension);
    }

    private static int dimension(Client client) {
        return given().baseUri(client.endpoints().embedding())
                .get("/v1/models")
                .jsonPath()
                .getInt("active.feature.dimension");
    }

    private static void assertFindsItself(Client client, String path) {
        String source = path.equals("late.jpg")
                ? "planet/planet-001.jpg"
                : path.equals("leaf.jpg") ? "leaf/leaf-001.jpg" : path;
        assertThat(client.searchByUpload(SampleImages.read(source), "", 1)
                        .jsonPath()
                        .getString("hits[0].path"))
                .isEqualTo(path);
    }

    private static String id(Client client, String path) {
        return ImageId.of(new ObjectKey(client.dataset(), path)).toString();
    }
}
