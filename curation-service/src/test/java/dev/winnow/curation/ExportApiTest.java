package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.jerolba.carpet.CarpetReader;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Datasets as files, by HTTP. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportApiTest {

    private static final List<float[]> VECTORS = TestVectors.random(2, PointsFixture.DIMENSION, 12);

    @Inject
    PointsFixture points;

    @TestHTTPResource("/v1/datasets/")
    URL datasets;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String endpoint;

    @ConfigProperty(name = "winnow.s3.access-key")
    String accessKey;

    @ConfigProperty(name = "winnow.s3.secret-key")
    String secretKey;

    @ConfigProperty(name = "winnow.s3.bucket")
    String bucket;

    /** A row of the Parquet file, as far as this test looks. */
    record Row(String path, List<String> labels, @Nullable String split, boolean annotated, List<BoxRow> boxes) {}

    record BoxRow(String id, String label, double x, double width) {}

    @BeforeAll
    void createCollection() {
        points.createCollection();
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    private void pictures(String dataset) {
        for (String path : List.of("day 1/é.jpg", "b.png", "none.jpg")) {
            points.putImage(new ObjectKey(dataset, path), VECTORS.getFirst(), 100, 80);
        }
    }

    private void annotated(String dataset) {
        pictures(dataset);
        post(dataset, "text/csv", "path,label\nday 1/é.jpg,\"cat, grey\"\nnone.jpg,tabby\n")
                .then()
                .statusCode(200);
        post(
                        dataset,
                        "text/csv",
                        "path,label,x,y,width,height,object\nday 1/é.jpg,dog,10.25,20,30,40,left\nb.png,cat,0,0,100,80,\n")
                .then()
                .statusCode(200)
                .body("objects", equalTo(2));
        points.setPayload(List.of(id(dataset, "b.png")), PointSchema.SPLIT, ValueFactory.value("test"));
    }

    @Test
    void everyFormatThatComesInCarriesTheSame() throws Exception {
        annotated("out");
        for (Map.Entry<String, String> format : Map.of(
                        "coco", "application/json",
                        "label-studio", "application/json",
                        "yolo", "application/zip",
                        "voc", "application/x-tar")
                .entrySet()) {
            String other = "in-" + format.getKey();
            pictures(other);
            String archive = format.getValue().equals("application/zip") ? "zip" : "tar";
            Response out =
                    given().get("/v1/datasets/out/annotations?format=" + format.getKey() + "&archive=" + archive);
            out.then().statusCode(200).contentType(containsString(format.getValue()));
            assertThat(out.header("Content-Disposition")).startsWith("attachment; filename=\"out-");
            Response in = given().contentType(format.getValue())
                    .body(out.asByteArray())
                    .post("/v1/datasets/" + other + "/annotations?format=" + format.getKey());
            in.then()
                    .statusCode(200)
                    .body("problem_count", equalTo(0))
                    .body("objects", equalTo(2))
                    .body("labelled", equalTo(3));
            for (String single : List.of("csv", "csv-labels", "cvat", "cvat-manifest")) {
                assertThat(sorted(other, single)).as(other + " " + single).isEqualTo(sorted("out", single));
            }
            given().queryParam("filter", "{\"split\": \"test\"}")
                    .get("/v1/datasets/" + other + "/annotations?format=list")
                    .then()
                    .body(equalTo("s3://" + bucket + "/" + other + "/b.png\n"));
        }
    }

    private static List<String> sorted(String dataset, String format) {
        return given().get("/v1/datasets/" + dataset + "/annotations?format=" + format)
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                // A number that CVAT counts in the order of ids.
                .map(line -> line.replaceFirst("<image id=\"[0-9]+\"", "<image"))
                .sorted()
                .toList();
    }

    @Test
    void parquetHasARowForEachImage(@TempDir Path folder) throws IOException {
        annotated("parquet");
        Path file = folder.resolve("images.parquet");
        Files.write(
                file,
                given().get("/v1/datasets/parquet/annotations?format=parquet").asByteArray());
        Map<String, Row> rows = new TreeMap<>();
        new CarpetReader<>(file.toFile(), Row.class).toList().forEach(row -> rows.put(row.path(), row));
        assertThat(rows).containsOnlyKeys("day 1/é.jpg", "b.png", "none.jpg");
        assertThat(rows.get("day 1/é.jpg"))
                .isEqualTo(new Row(
                        "day 1/é.jpg",
                        List.of("cat, grey"),
                        null,
                        true,
                        List.of(new BoxRow("left", "dog", 10.25, 30))));
        assertThat(rows.get("b.png")).extracting(Row::split).isEqualTo("test");
        assertThat(rows.get("none.jpg")).isEqualTo(new Row("none.jpg", List.of("tabby"), null, false, List.of()));
    }

    @Test
    void picturesComeAlongWhereTheyAreWanted() throws Exception {
        annotated("pictures");
        put("pictures/b.png", new byte[] {1, 2, 3});
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(
                given().get("/v1/datasets/pictures/annotations?format=yolo&images=true&archive=zip")
                        .asByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        assertThat(files)
                .containsKeys("data.yaml", "labels/test/b.txt", "labels/default/day 1/é.txt", "images/test/b.png");
        assertThat(files.get("images/test/b.png")).containsExactly(1, 2, 3);
        // The files of the others are not in the bucket.
        assertThat(files.keySet())
                .filteredOn(name -> name.startsWith("images/"))
                .hasSize(1);
        assertThat(files.get("data.yaml"))
                .asString(StandardCharsets.UTF_8)
                .contains("train: \"images/default\"", "test: \"images/test\"", "0: \"cat\"", "1: \"dog\"");
    }

    @Test
    void whatCannotBeIsSaidBeforeTheFirstByte() {
        annotated("wrong");
        String path = "/v1/datasets/wrong/annotations";
        problem(given().get(path + "?format=coco&images=true"), 422).body("field", equalTo("images"));
        problem(given().get(path + "?format=yolo&archive=rar"), 422).body("field", equalTo("archive"));
        problem(given().get(path + "?format=labelme"), 422).body("expected", containsString("cvat-manifest"));
        problem(given().get("/v1/datasets/nobodys/annotations?format=yolo"), 404);
        problem(given().queryParam("filter", "{\"colour\": 1}").get(path), 422);
        problem(given().contentType("application/zip").body(new byte[10]).post(path + "?format=yolo"), 422);
        problem(given().contentType("application/zip").body(new byte[10]).post(path), 422)
                .body("field", equalTo("format"));
        problem(given().contentType("application/json").body("{}").post(path + "?format=label-studio"), 422);
        problem(given().contentType("application/json").body("[").post(path + "?format=label-studio"), 400);
        problem(given().contentType("application/json").body("[]").post(path + "?format=voc"), 422);
    }

    /** The boxes of an image in the middle cannot be read: whoever has had the beginning must not take it for the whole. */
    @Test
    void aFailureInTheMiddleBreaksTheConnection() throws Exception {
        String dataset = "broken";
        String last = "";
        for (int i = 0; i < 1200; i++) {
            ObjectKey key = new ObjectKey(dataset, "%04d-%s.jpg".formatted(i, "x".repeat(150)));
            points.putImage(key, VECTORS.getFirst(), 100, 80);
            String id = ImageId.of(key).toString();
            last = id.compareTo(last) > 0 ? id : last;
        }
        put(ImageObjects.storedAt(dataset, ImageId.parse(last)), "no json".getBytes(StandardCharsets.UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String format : List.of("list", "label-studio", "cvat-manifest")) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(datasets + dataset + "/annotations?format=" + format))
                        .build();
                assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                        .as(format)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private void put(String key, byte[] content) throws Exception {
        MinioClient.builder()
                .endpoint(endpoint)
                .credentials(accessKey, secretKey)
                .build()
                .putObject(PutObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .data(content, content.length)
                        .build());
    }

    private static Response post(String dataset, String type, String body) {
        return given().contentType(type + "; charset=UTF-8")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets/" + dataset + "/annotations");
    }

    private static ImageId id(String dataset, String path) {
        return ImageId.of(new ObjectKey(dataset, path));
    }
}
