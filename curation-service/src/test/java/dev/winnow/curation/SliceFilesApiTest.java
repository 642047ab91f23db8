package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.slices.Deletion;
import dev.winnow.curation.slices.DeletionStore;
import dev.winnow.curation.slices.SliceName;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The files of slices by HTTP, in a real bucket: copied by the store, and deleted by two calls. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SliceFilesApiTest {

    private static final List<String> HOSTILE = List.of(
            "plain.jpg",
            "day 1/ä ö ü.jpg",
            "100%25/a+b&c=d?e#f.jpg",
            "猫/🐈.jpg",
            "'quoted' \"twice\".jpg",
            "semi;colon,comma.jpg",
            "..hidden/...jpg",
            "tilde~star*.jpg");

    @Inject
    PointsFixture points;

    @Inject
    DeletionStore deletions;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String s3;

    private MinioClient client;

    @BeforeAll
    void createCollection() {
        points.createCollection();
        client = MinioClient.builder()
                .endpoint(s3)
                .credentials("local-access", "local-secret")
                .build();
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    private String upload(String key, String content) throws MinioException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return client.putObject(PutObjectArgs.builder()
                        .bucket("winnow")
                        .object(key)
                        .data(bytes, bytes.length)
                        .build())
                .etag()
                .replace("\"", "");
    }

    private String content(String bucket, String key) throws MinioException, IOException {
        try (InputStream in = client.getObject(
                GetObjectArgs.builder().bucket(bucket).object(key).build())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> keys(String bucket, String prefix) throws MinioException {
        List<String> keys = new ArrayList<>();
        for (Result<Item> item : client.listObjects(ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(prefix)
                .recursive(true)
                .build())) {
            keys.add(item.get().objectName());
        }
        return keys;
    }

    /** A dataset whose files are in the bucket, and the slice {@code all} of it. */
    private String dataset(String name) throws MinioException {
        for (String path : HOSTILE) {
            ObjectKey key = new ObjectKey(name, path);
            points.putImage(
                    key,
                    TestVectors.random(1, PointsFixture.DIMENSION, path.hashCode())
                            .getFirst(),
                    10,
                    10);
            points.setPayload(
                    List.of(ImageId.of(key)), PointSchema.ETAG, ValueFactory.value(upload(key.toString(), path)));
        }
        String dataset = "/v1/datasets/" + name;
        json(Map.of("filter", Map.of())).put(dataset + "/slices/all").then().statusCode(201);
        return dataset;
    }

    private static RequestSpecification json(Object body) {
        return given().contentType(ContentType.JSON).body(body);
    }

    private static Map<String, Object> copyTo(Map<String, Object> to) {
        return Map.of("type", "copy", "slice", "all", "version", 1, "to", to);
    }

    @Test
    void copiesWhateverFilesAreCalled() throws Exception {
        dataset("cp-a");
        upload("cp-b/from a/plain.jpg", "another picture");
        upload("cp-a/semi;colon,comma.jpg", "changed");
        client.removeObject(RemoveObjectArgs.builder()
                .bucket("winnow")
                .object("cp-a/tilde~star*.jpg")
                .build());
        run("cp-a", copyTo(Map.of("prefix", "cp-b/from a")))
                .then()
                .body("type", equalTo("copy"))
                .body("model", equalTo("test"))
                .body("slice", equalTo("all"))
                .body("version", equalTo(1))
                .body("images", equalTo(HOSTILE.size()))
                .body("copied", equalTo(HOSTILE.size() - 3))
                .body("already_there", equalTo(0))
                .body("problem_count", equalTo(3))
                .body("problems.find { it.path == 'plain.jpg' }.reason", equalTo("occupied"))
                .body("problems.find { it.path == 'semi;colon,comma.jpg' }.reason", equalTo("changed"))
                .body("problems.find { it.path == 'tilde~star*.jpg' }.reason", equalTo("gone"));
        assertThat(content("winnow", "cp-b/from a/plain.jpg")).isEqualTo("another picture");
        for (String path : HOSTILE.subList(1, 5)) {
            assertThat(content("winnow", "cp-b/from a/" + path)).isEqualTo(path);
            assertThat(content("winnow", "cp-a/" + path)).isEqualTo(path);
        }
        // What is copied into the bucket of the images is an image of the dataset that the folder names.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> given().get("/v1/datasets/cp-b").then().body("pending", equalTo(HOSTILE.size() - 3)));
        // A second copy of the same, with other parameters so that it is another job.
        run("cp-a", copyTo(Map.of("prefix", "cp-b/from a/", "bucket", "winnow")))
                .then()
                .body("copied", equalTo(0))
                .body("already_there", equalTo(HOSTILE.size() - 3));
    }

    @Test
    void copiesIntoAnotherBucket() throws Exception {
        dataset("cp-c");
        if (!client.bucketExists(BucketExistsArgs.builder().bucket("exports").build())) {
            client.makeBucket(MakeBucketArgs.builder().bucket("exports").build());
        }
        run("cp-c", copyTo(Map.of("bucket", "exports", "prefix", "Train/2026")))
                .then()
                .body("copied", equalTo(HOSTILE.size()))
                .body("bucket", equalTo("exports"));
        assertThat(keys("exports", "Train/2026/"))
                .containsExactlyInAnyOrderElementsOf(
                        HOSTILE.stream().map(path -> "Train/2026/" + path).toList());
    }

    @Test
    void refusesPlacesThatAreNone() throws Exception {
        String dataset = dataset("cp-d");
        for (String prefix : List.of(".winnow/slices/cp-a/x", "", "../cp-a", "a//b")) {
            problem(json(copyTo(Map.of("prefix", prefix))).post(dataset + "/jobs"), 422)
                    .body("field", equalTo("to.prefix"));
        }
        problem(json(copyTo(Map.of("bucket", "Not A Bucket", "prefix", "a"))).post(dataset + "/jobs"), 422)
                .body("field", equalTo("to.bucket"));
        problem(
                        json(Map.of("type", "copy", "slice", "all", "to", Map.of("prefix", "x")))
                                .post(dataset + "/jobs"),
                        422)
                .body("field", equalTo("version"));
        for (Map<String, Object> to : List.<Map<String, Object>>of(
                Map.of("prefix", "cp-d"),
                Map.of("prefix", "Upper"),
                Map.of("bucket", "no-such-bucket", "prefix", "x"))) {
            assertThat(failure(dataset, copyTo(to))).startsWith("to.").contains("expected");
        }
        assertThat(failure(
                        dataset, Map.of("type", "copy", "slice", "none", "version", 1, "to", Map.of("prefix", "cp-x"))))
                .isEqualTo("no slice 'none@1'");
    }

    private static String failure(String dataset, Map<String, Object> task) {
        String id = json(task)
                .post(dataset + "/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/v1/jobs/" + id).then().body("status", equalTo("failed")));
        return given().get("/v1/jobs/" + id).path("error");
    }

    @Test
    void deletesOnlyWhatWasConfirmed() throws Exception {
        String dataset = dataset("del-a");
        dataset("del-b");
        json(Map.of(
                        "ids",
                        List.of(ImageId.of(new ObjectKey("del-a", "plain.jpg")).toString())))
                .put(dataset + "/slices/one")
                .then()
                .statusCode(201);
        Response asked = given().queryParam("by", "Jane").post(dataset + "/slices/all/deletion");
        asked.then()
                .statusCode(201)
                .body("name", equalTo("all"))
                .body("version", equalTo(1))
                .body("images", equalTo(HOSTILE.size()));
        String token = asked.path("token");
        assertThat(Instant.parse(asked.path("expires_at"))).isAfter(Instant.now());
        assertThat(keys("winnow", "del-a/")).hasSize(HOSTILE.size());

        String images = dataset + "/slices/all/images";
        problem(given().delete(images), 422).body("field", equalTo("version"));
        problem(given().delete(images + "?version=1"), 422).body("field", equalTo("confirm"));
        problem(given().delete(images + "?version=1&confirm=nonsense"), 422).body("field", equalTo("confirm"));
        problem(given().delete(images + "?version=2&confirm=" + token), 404);
        problem(given().delete(dataset + "/slices/one/images?version=1&confirm=" + token), 422)
                .body("field", equalTo("confirm"));
        problem(given().delete("/v1/datasets/del-b/slices/all/images?version=1&confirm=" + token), 422)
                .body("field", equalTo("confirm"));
        problem(
                        json(Map.of("type", "delete", "slice", "all", "version", 1, "token", token))
                                .post(dataset + "/jobs"),
                        422)
                .body("field", equalTo("type"));
        assertThat(keys("winnow", "del-a/")).hasSize(HOSTILE.size());

        upload("del-a/plain.jpg", "changed since");
        String job = given().queryParam("by", "John")
                .delete(images + "?version=1&confirm=" + token)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/v1/jobs/" + job).then().body("status", equalTo("succeeded")));
        given().get("/v1/jobs/" + job + "/result")
                .then()
                .body("deleted", equalTo(HOSTILE.size() - 1))
                .body("already_gone", equalTo(0))
                .body("problem_count", equalTo(1))
                .body("problems.path", contains("plain.jpg"))
                .body("problems.reason", contains("changed"))
                .body("asked_by", equalTo("Jane"))
                .body("confirmed_by", equalTo("John"));
        assertThat(keys("winnow", "del-a/")).containsExactly("del-a/plain.jpg");
        assertThat(content("winnow", "del-a/plain.jpg")).isEqualTo("changed since");
        assertThat(keys("winnow", "del-b/")).hasSize(HOSTILE.size());
        // The worker, which does not run here, has heard of each that is gone.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get(dataset).then().body("pending", equalTo(HOSTILE.size() - 1)));
        given().get(dataset + "/slices/all").then().statusCode(200).body("images", equalTo(HOSTILE.size()));
        problem(given().delete(images + "?version=1&confirm=" + token), 409).body("detail", containsString("used"));
        assertThat(deletions
                        .find(new SliceName("del-a", "all"), token)
                        .orElseThrow()
                        .deletion())
                .isInstanceOfSatisfying(Deletion.Done.class, done -> {
                    assertThat(done.order().askedBy()).isEqualTo("Jane");
                    assertThat(done.deleted().confirmedBy()).isEqualTo("John");
                });
    }

    @Test
    void aTokenExpires() throws Exception {
        String dataset = dataset("del-c");
        String token = "x".repeat(32);
        Instant then = Instant.now().minus(Duration.ofHours(1));
        deletions.add(new Deletion.Asked(new Deletion.Order(
                token, "del-c", "all", 1, HOSTILE.size(), then, "Jane", then, then.plus(Duration.ofMinutes(15)))));
        problem(given().delete(dataset + "/slices/all/images?version=1&confirm=" + token), 409)
                .body("detail", containsString("held until"));
        assertThat(keys("winnow", "del-c/")).hasSize(HOSTILE.size());
    }

    @Test
    void deletingASliceLeavesItsFiles() throws Exception {
        String dataset = dataset("del-d");
        String token = given().post(dataset + "/slices/all/deletion").path("token");
        given().delete(dataset + "/slices/all").then().statusCode(204);
        assertThat(keys("winnow", "del-d/")).hasSize(HOSTILE.size());
        problem(given().delete(dataset + "/slices/all/images?version=1&confirm=" + token), 404);
        given().get("/v1/datasets").then().body("datasets.name", hasItem("del-d"));
        given().get(dataset + "/images").then().body("images", hasSize(HOSTILE.size()));
    }
}
