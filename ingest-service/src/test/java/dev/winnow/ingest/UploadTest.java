package dev.winnow.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Topic;
import io.minio.StatObjectArgs;
import io.minio.errors.MinioException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Stack.class)
class UploadTest {

    @TestHTTPResource
    URI service;

    @Test
    void storesTellsAndAnswers() throws MinioException {
        byte[] file = Pictures.png(77);
        ObjectKey key = new ObjectKey("plain", "a/b.png");
        String etag = put("plain", "a/b.png", file)
                .statusCode(201)
                .body("id", equalTo(ImageId.of(key).toString()))
                .body("dataset", equalTo("plain"))
                .body("path", equalTo("a/b.png"))
                .body("bytes", equalTo(file.length))
                .body("format", equalTo("png"))
                .body("width", equalTo(61))
                .body("height", equalTo(47))
                .extract()
                .path("etag");
        assertThat(stat(key)).isEqualTo(etag);
        // Already there when the answer is: no waiting.
        assertThat(Stack.records(Topic.IMAGES, ImageEvent.class))
                .filteredOn(event -> event.key().equals(key))
                .first()
                .isInstanceOfSatisfying(ImageEvent.ImageStored.class, stored -> assertThat(stored.etag())
                        .isEqualTo(etag));
    }

    @Test
    void acceptsWhatPrintersAndScannersMake() {
        put("good", "cmyk.jpg", Pictures.cmykJpeg()).statusCode(201).body("format", equalTo("jpeg"));
        put("good", "grey.jpg", Pictures.greyJpeg()).statusCode(201);
        put("good", "misnamed.txt", Pictures.jpeg(1)).statusCode(201).body("format", equalTo("jpeg"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a%20b.jpg | a b.jpg",
                "a+b.jpg | a+b.jpg",
                "a%2Bb.jpg | a+b.jpg",
                "a%2Fb.jpg | a/b.jpg",
                "a%252Fb.jpg | a%2Fb.jpg",
                "%C3%A4%E2%82%AC%F0%9F%93%B7.jpg | ä€📷.jpg",
                "a;b=c.jpg | a;b=c.jpg",
                "...jpg | ...jpg",
                "a%3Fb%23c%25.jpg | a?b#c%.jpg"
            })
    void keepsNamesExactly(String escaped, String path) throws Exception {
        HttpResponse<String> answer = raw("PUT", "/v1/datasets/names/images/" + escaped, Pictures.jpeg(5));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(stat(new ObjectKey("names", path))).isNotEmpty();
        assertThat(raw("DELETE", "/v1/datasets/names/images/" + escaped, new byte[0])
                        .statusCode())
                .isEqualTo(204);
        HttpResponse<String> again = raw("DELETE", "/v1/datasets/names/images/" + escaped, new byte[0]);
        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(again.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Stack.records(Topic.IMAGES, ImageEvent.class))
                .anyMatch(event ->
                        event instanceof ImageEvent.ImageRemoved && event.path().equals(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2Fx.jpg",
                "%2e%2e/x.jpg",
                "a/%2E./b.jpg",
                "a//b.jpg",
                "%2Fb.jpg",
                "a%00b.jpg",
                "a%0Ab.jpg",
                "a%5Cb.jpg",
                "a%FFb.jpg",
                "a/"
            })
    void refusesHostilePaths(String escaped) throws Exception {
        HttpResponse<String> answer = raw("PUT", "/v1/datasets/names/images/" + escaped, Pictures.jpeg(5));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"field\":\"path\"", "\"reason\":\"invalid-name\"", "expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPPER", "-x", "%2Ewinnow", "a%20b", "%C3%A4"})
    void refusesHostileDatasets(String escaped) throws Exception {
        HttpResponse<String> answer = raw("PUT", "/v1/datasets/" + escaped + "/images/a.jpg", Pictures.jpeg(5));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"dataset\"", "\"reason\":\"invalid-name\"", "expected");
    }

    @Test
    void refusesNamesThatAreTooLong() throws Exception {
        for (String path : new String[] {"x".repeat(201), "ä".repeat(101), "x/".repeat(500) + "x"}) {
            String escaped = path.replace("ä", "%C3%A4");
            HttpResponse<String> answer = raw("PUT", "/v1/datasets/names/images/" + escaped, Pictures.jpeg(5));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"field\":\"path\"", "bytes of UTF-8");
        }
    }

    @Test
    void saysWhatIsWrongWithTheBytes() {
        byte[] jpeg = Pictures.jpeg(9);
        refused("hello".getBytes(StandardCharsets.UTF_8), 415, "unsupported-format", "found text, expected JPEG");
        refused(Arrays.copyOf(jpeg, jpeg.length / 2), 422, "truncated", "jpeg ends before");
        refused(new byte[0], 422, "empty", "is empty");
        refused(Pictures.bomb(), 413, "too-many-pixels", "30000 x 30000 pixels, the limit is 64000000");
        refused(Pictures.animatedGif(), 422, "animated", "expected a single frame");
        refused(new byte[26_000_000], 413, "too-large", "26000000 bytes, the limit is 25000000");
    }

    /** Without a length there is nothing to go by but the bytes as they come. */
    @Test
    void refusesTooLargeABodyOfUnknownLength() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/v1/datasets/plain/images/big.jpg"))
                .PUT(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[26_000_000])))
                .build();
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("too-large");
    }

    @Test
    void takesSeveralFilesAtOnce() {
        given().multiPart("file", "dir/+ 1.jpg", Pictures.jpeg(1))
                .multiPart("file", "../2.jpg", Pictures.jpeg(2))
                .multiPart("file", "3.jpg", "text".getBytes(StandardCharsets.UTF_8))
                .multiPart("file", "4.png", Pictures.png(4))
                .post("/v1/datasets/batch/images")
                .then()
                .statusCode(200)
                .body("stored", equalTo(2))
                .body("rejected", equalTo(2))
                .body("items", hasSize(4))
                .body("items[0].status", equalTo("stored"))
                .body("items[0].path", equalTo("dir/+ 1.jpg"))
                .body(
                        "items[0].id",
                        equalTo(ImageId.of(new ObjectKey("batch", "dir/+ 1.jpg"))
                                .toString()))
                .body("items[1].reason", equalTo("invalid-name"))
                .body("items[2].reason", equalTo("unsupported-format"))
                .body("items[3].status", equalTo("stored"));
        assertThat(Stack.records(Topic.IMAGES, ImageEvent.class))
                .filteredOn(event -> event.dataset().equals("batch"))
                .extracting(ImageEvent::path)
                .contains("dir/+ 1.jpg", "4.png");
    }

    @Test
    void takesATar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (int i = 0; i < 50; i++) {
                byte[] file = i % 10 == 0 ? new byte[3] : Pictures.png(i);
                TarArchiveEntry entry = new TarArchiveEntry("ä+ " + i + ".png");
                entry.setSize(file.length);
                tar.putArchiveEntry(entry);
                tar.write(file);
                tar.closeArchiveEntry();
            }
        }
        given().contentType("application/x-tar")
                .body(bytes.toByteArray())
                .post("/v1/datasets/tar/images")
                .then()
                .statusCode(200)
                .body("stored", equalTo(45))
                .body("rejected", equalTo(5));
        given().contentType("application/x-tar")
                .body("hello".getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets/tar/images")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("field", equalTo("body"))
                .body("detail", containsString("expected a tar archive"));
    }

    @Test
    void handsOutAUrlThatWorks() throws Exception {
        String url = given().contentType("application/json")
                .body("{\"path\":\"signed/ä + 1.jpg\",\"bytes\":1000}")
                .post("/v1/datasets/signed/uploads")
                .then()
                .statusCode(200)
                .body("method", equalTo("PUT"))
                .extract()
                .path("url");
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url))
                .PUT(BodyPublishers.ofByteArray(Pictures.jpeg(3)))
                .build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(stat(new ObjectKey("signed", "signed/ä + 1.jpg"))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"path\":\"../x\"} | 400 | path",
                "{} | 400 | path",
                "[] | 400 | body",
                "{\"pa | 400 | body",
                "{\"path\":\"a.jpg\",\"bytes\":99000000} | 413 | body"
            })
    void refusesToSignNonsense(String body, int status, String field) {
        given().contentType("application/json")
                .body(body)
                .post("/v1/datasets/signed/uploads")
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("field", equalTo(field));
    }

    @Test
    void tellsHowItIsAndWhatItOffers() {
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics").then().statusCode(200).body(containsString("winnow_intake_body_free_bytes"));
        given().get("/q/openapi").then().statusCode(200).body(containsString("/v1/datasets/{dataset}/images"));
        List<String> properties = given().get("/q/openapi?format=json")
                .jsonPath()
                .getList(
                        "components.schemas.findAll { it.value.containsKey('properties') }.collect { it.value.get('properties').keySet() }.flatten()");
        assertThat(properties)
                .isNotEmpty()
                .allMatch(name -> name.matches("[a-z0-9_]+"), "snake case, as answers have it");
    }

    private void refused(byte[] file, int status, String reason, String detail) {
        put("bad", "x.jpg", file)
                .statusCode(status)
                .contentType("application/problem+json")
                .body("reason", equalTo(reason))
                .body("field", equalTo("body"))
                .body("detail", containsString(detail));
    }

    private static ValidatableResponse put(String dataset, String path, byte[] file) {
        return given().contentType("application/octet-stream")
                .body(file)
                .put("/v1/datasets/" + dataset + "/images/" + path)
                .then();
    }

    /** Sends the target exactly as it stands. */
    private HttpResponse<String> raw(String method, String target, byte[] body) throws Exception {
        URI uri = URI.create("http://" + service.getAuthority() + target);
        return send(HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.ofByteArray(body))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private static String stat(ObjectKey key) throws MinioException {
        return Stack.s3()
                .statObject(StatObjectArgs.builder()
                        .bucket(Stack.process().bucket())
                        .object(key.toString())
                        .build())
                .etag();
    }
}
