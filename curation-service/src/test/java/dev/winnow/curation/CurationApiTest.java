package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.contract.Topic;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.VectorIndex;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CurationApiTest {

    /** Three planted clusters of 40, 20 and 10 images. */
    private static final int[] CLUSTERS = {40, 20, 10};

    private static final String ANIMALS = "/v1/datasets/animals";

    @Inject
    PointsFixture points;

    @Inject
    VectorIndex index;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String s3;

    @BeforeAll
    void fill() {
        points.createCollection();
        points.put("animals", TestVectors.clustered(CLUSTERS, 16, 0.2, 1));
        points.put("secret", TestVectors.clustered(new int[] {5}, 16, 0.2, 1));
        points.put("single", TestVectors.random(1, 16, 3));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void listsDatasetsWithTheirFreshness() {
        given().get("/v1/datasets")
                .then()
                .statusCode(200)
                .body("datasets.find { it.name == 'animals' }.images", equalTo(70))
                .body("datasets.find { it.name == 'animals' }.as_of", notNullValue());
        given().get(ANIMALS).then().statusCode(200).body("images", equalTo(70)).body("model", equalTo("test"));
        problem(given().get("/v1/datasets/nothing"), 404).body("detail", containsString("nothing"));
    }

    @Test
    void pagesThroughImagesOnceEach() {
        List<String> paths = new ArrayList<>();
        String cursor = null;
        do {
            var request = given().queryParam("limit", 30);
            Response page = (cursor == null ? request : request.queryParam("cursor", cursor)).get(ANIMALS + "/images");
            paths.addAll(page.then().statusCode(200).extract().path("images.path"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        assertThat(paths).hasSize(70).doesNotHaveDuplicates();
    }

    @Test
    void findsByIdByVectorAndWithinAFilter() {
        String id = points.id("animals", 0).toString();
        Response byId = given().contentType(ContentType.JSON)
                .body(Map.of("id", id, "limit", 39))
                .post(ANIMALS + "/search");
        byId.then()
                .statusCode(200)
                .body("hits", hasSize(39))
                .body("hits.id", not(hasItem(id)))
                .body("hits.path", everyItem(startsWith("cluster-0/")))
                .body("exact", equalTo(true))
                .body("freshness.pending", notNullValue());
        List<Float> similarities = byId.path("hits.similarity");
        assertThat(similarities).isSortedAccordingTo((a, b) -> Float.compare(b, a));

        given().contentType(ContentType.JSON)
                .body(Map.of("vector", points.vector("animals", 0), "limit", 1))
                .post(ANIMALS + "/search")
                .then()
                .body("hits[0].id", equalTo(id))
                .body("hits[0].similarity.toDouble()", closeTo(1, 1e-5))
                .body("hits[0].distance.toDouble()", closeTo(0, 1e-5));
        given().contentType(ContentType.JSON)
                .body(Map.of("id", id, "limit", 100, "filter", Map.of("width", Map.of("gte", 165))))
                .post(ANIMALS + "/search")
                .then()
                .body("hits", hasSize(5));
        given().contentType(ContentType.JSON)
                .body(Map.of("id", id, "limit", 1000))
                .post(ANIMALS + "/search")
                .then()
                .statusCode(200)
                .body("hits", hasSize(69));
    }

    @Test
    void neverShowsAnotherTenantsImages() {
        String foreign = points.id("secret", 0).toString();
        given().contentType(ContentType.JSON)
                .body(Map.of("vector", points.vector("secret", 0), "limit", 1000))
                .post(ANIMALS + "/search")
                .then()
                .body("hits", hasSize(70))
                .body("hits.id", not(hasItem(foreign)));
        problem(given().get(ANIMALS + "/images/" + foreign), 404);
        problem(given().get(ANIMALS + "/images/" + foreign + "/content"), 404);
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("labels", List.of("stolen")))
                        .patch(ANIMALS + "/images/" + foreign),
                404);
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("id", foreign))
                        .post(ANIMALS + "/search"),
                404);
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("id", points.id("animals", 0), "filter", Map.of("dataset", "secret")))
                        .post(ANIMALS + "/search"),
                422);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            search | {broken                                  | 400 | body
            search | {}                                       | 422 | body
            search | {"id": "x"}                              | 422 | id
            search | {"vector": [1, 2]}                       | 422 | vector
            search | {"vector": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]} | 422 | vector
            search | {"vector": "x"}                          | 400 | vector
            search | {"vector": [1], "limit": 0}              | 422 | limit
            search | {"vector": [1], "colour": 1}             | 422 | colour
            search | {"vector": [1], "kind": "box"}           | 422 | kind
            search | {"vector": [1], "filter": {"kind": "object"}} | 422 | filter.kind
            jobs   | {broken                                  | 400 | body
            jobs   | {}                                       | 422 | type
            jobs   | {"type": "paint"}                        | 422 | type
            jobs   | {"type": "cluster", "k": 0}              | 422 | k
            jobs   | {"type": "cluster", "k": 71}             | 422 | k
            jobs   | {"type": "cluster", "k": "many"}         | 400 | k
            jobs   | {"type": "cluster", "size": 3}           | 422 | size
            jobs   | {"type": "cluster", "method": "mood"}    | 422 | method
            jobs   | {"type": "cluster", "restarts": 0}       | 422 | restarts
            jobs   | {"type": "cluster", "rounds": 1001}      | 422 | rounds
            jobs   | {"type": "cluster", "levels": [9, 3]}    | 422 | levels
            jobs   | {"type": "cluster", "method": "hierarchical", "k": 3} | 422 | k
            jobs   | {"type": "cluster", "method": "hierarchical", "levels": []} | 422 | levels
            jobs   | {"type": "cluster", "method": "hierarchical", "levels": [3, 9]} | 422 | levels
            jobs   | {"type": "cluster", "method": "hierarchical", "levels": [71]} | 422 | levels
            jobs   | {"type": "cluster", "method": "hierarchical", "resampling": 101} | 422 | resampling
            jobs   | {"type": "cluster", "method": "hdbscan", "rounds": 3} | 422 | rounds
            jobs   | {"type": "cluster", "method": "hdbscan", "min_cluster_size": 1} | 422 | min_cluster_size
            jobs   | {"type": "cluster", "method": "hdbscan", "min_samples": 71} | 422 | min_samples
            jobs   | {"type": "cluster", "method": "hdbscan", "metric": "taxi"} | 422 | metric
            jobs   | {"type": "outliers", "k": 70}            | 422 | k
            jobs   | {"type": "select"}                       | 422 | n
            jobs   | {"type": "select", "n": 71}              | 422 | n
            jobs   | {"type": "select", "n": 7, "by": "mood"} | 422 | by
            jobs   | {"type": "deduplicate", "threshold": 7}  | 422 | threshold
            jobs   | {"type": "balance", "k": 0}              | 422 | k
            jobs   | {"type": "select", "n": 1, "targets": [{"identifier": "camera", "values": ["A", "B"], "shares": [2, 0]}]} | 422 | targets.shares
            """)
    void saysWhichFieldIsWrong(String where, String body, int status, String field) {
        problem(given().contentType(ContentType.JSON).body(body).post(ANIMALS + "/" + where), status)
                .body("field", equalTo(field))
                .body("expected", startsWith("expected"));
    }

    @Test
    void clustersDeduplicatesRanksAndSelects() {
        Response clusters = run("animals", Map.of("type", "cluster", "seed", 5));
        clusters.then()
                .body("k", equalTo(3))
                .body("clusters.size", contains(40, 20, 10))
                .body("assignments", hasSize(70))
                .body("model", equalTo("test"))
                .body("seed", equalTo(5))
                .body("watermark.images", equalTo(70))
                .body("parameters.type", equalTo("cluster"));
        assertThat(run("animals", Map.of("type", "cluster", "seed", 5)).<Object>path("assignments"))
                .isEqualTo(clusters.path("assignments"));

        run("animals", Map.of("type", "deduplicate", "threshold", 0.9999))
                .then()
                .body("groups", empty())
                .body("threshold.similarity.toDouble()", equalTo(0.9999));
        run("animals", Map.of("type", "outliers", "limit", 3))
                .then()
                .body("outliers", hasSize(3))
                .body("outliers.rank", contains(1, 2, 3))
                .body("outliers[0].nearest.id", notNullValue());
        run("animals", Map.of("type", "select", "n", 30, "by", "cluster", "k", 3))
                .then()
                .body("selected", hasSize(30))
                .body("before.values().sum()", equalTo(70))
                .body("after.values()", everyItem(equalTo(10)));
    }

    @Test
    void selectsByObjectivesAndTellsTheBalance() {
        run("animals", Map.of("type", "select", "n", 20, "objectives", Map.of("coverage", 1, "facility_location", 0.5)))
                .then()
                .body("by", equalTo("none"))
                .body("selected", hasSize(20))
                .body("achieved.contributed.keySet()", hasSize(2))
                .body("achieved.random.represented", notNullValue());
        run("animals", Map.of("type", "balance"))
                .then()
                .body("images", equalTo(70))
                .body("imbalance.classes", notNullValue())
                .body("boxes.images", equalTo(0));
    }

    @Test
    void aDatasetOfOneImageWorks() {
        run("single", Map.of("type", "balance")).then().body("images", equalTo(1));
        run("single", Map.of("type", "cluster")).then().body("k", equalTo(1));
        run("single", Map.of("type", "deduplicate")).then().body("groups", empty());
        run("single", Map.of("type", "outliers")).then().body("outliers", empty());
        run("animals", Map.of("type", "select", "n", 30, "by", "hierarchy"))
                .then()
                .body("by", equalTo("hierarchy"))
                .body("exclude_duplicates", equalTo(true))
                .body("selected.id.unique()", hasSize(30))
                .body("before.keySet()", hasSize(greaterThan(1)));
        run("single", Map.of("type", "select", "n", 1)).then().body("selected", hasSize(1));
        given().contentType(ContentType.JSON)
                .body(Map.of("id", points.id("single", 0)))
                .post("/v1/datasets/single/search")
                .then()
                .statusCode(200)
                .body("hits", empty());
    }

    @Test
    void aDatasetOfNoImagesIsUnknown() {
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("type", "cluster"))
                        .post("/v1/datasets/none/jobs"),
                404);
        problem(
                given().contentType(ContentType.JSON)
                        .body(Map.of("vector", points.vector("animals", 0)))
                        .post("/v1/datasets/none/search"),
                404);
    }

    @Test
    void aJobCanBeAskedAfterAndCancelled() {
        problem(given().get("/v1/jobs/" + UUID.randomUUID()), 404);
        problem(given().get("/v1/jobs/nonsense"), 422).body("field", equalTo("id"));
        String id = given().contentType(ContentType.JSON)
                .body(Map.of("type", "outliers"))
                .post(ANIMALS + "/jobs")
                .then()
                .statusCode(202)
                .header("Location", containsString("/v1/jobs/"))
                .body("status", equalTo("queued"))
                .extract()
                .path("id");
        String status = given().delete("/v1/jobs/" + id)
                .then()
                .statusCode(200)
                .extract()
                .path("status");
        assertThat(status).isIn("cancelled", "running", "succeeded");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(given().get("/v1/jobs/" + id).<String>path("status"))
                        .isIn("cancelled", "succeeded"));
        if (given().get("/v1/jobs/" + id).path("status").equals("cancelled")) {
            problem(given().get("/v1/jobs/" + id + "/result"), 409);
        }
    }

    @Test
    void labelsByPatchAndByCsv() {
        String first = points.id("animals", 30).toString();
        given().contentType(ContentType.JSON)
                .body(Map.of("labels", List.of("cat", "cat", "pet"), "tags", List.of("night")))
                .patch(ANIMALS + "/images/" + first)
                .then()
                .statusCode(200)
                .body("labels", contains("cat", "pet"))
                .body("tags", contains("night"));
        problem(
                        given().contentType(ContentType.JSON)
                                .body(Map.of("labels", List.of(" ")))
                                .patch(ANIMALS + "/images/" + first),
                        422)
                .body("field", equalTo("labels"));
        problem(
                        given().contentType(ContentType.JSON)
                                .body("{\"labels\": [null]}")
                                .patch(ANIMALS + "/images/" + first),
                        422)
                .body("field", equalTo("labels"));

        String csv = "\uFEFFpath,label\n%s,dog\n%s,\"wolf, grey\"\nmissing.jpg,cat\n../x,cat\n"
                .formatted(points.path("animals", 31), points.path("animals", 31));
        given().contentType("text/csv; charset=UTF-8")
                .body(csv)
                .post(ANIMALS + "/annotations")
                .then()
                .statusCode(200)
                .body("rows", equalTo(4))
                .body("labelled", equalTo(1))
                .body("unknown.path", contains("../x", "missing.jpg"));
        given().queryParam("filter", "{\"labels\": \"wolf, grey\"}")
                .get(ANIMALS + "/images")
                .then()
                .body("images.id", contains(points.id("animals", 31).toString()));
        for (String broken : List.of("name,class\na,b\n", "path,label\nonly-one-column\n", "path,label\n\"open,x\n")) {
            problem(given().contentType("text/csv").body(broken).post(ANIMALS + "/annotations"), 422);
        }
        run("animals", Map.of("type", "select", "n", 2, "by", "label"))
                .then()
                .body("selected.group", contains("cat", "dog"))
                .body("ungrouped", equalTo(68));
        problem(given().contentType(ContentType.JSON).body("[]").patch(ANIMALS + "/images/" + first), 400);
    }

    @Test
    void servesContentAndThumbnail() throws Exception {
        byte[] jpeg = jpeg();
        String path = points.path("animals", 1);
        MinioClient.builder()
                .endpoint(s3)
                .credentials("local-access", "local-secret")
                .build()
                .putObject(PutObjectArgs.builder()
                        .bucket("winnow")
                        .object("animals/" + path)
                        .data(jpeg, jpeg.length)
                        .build());
        String image = ANIMALS + "/images/" + points.id("animals", 1);
        Response content = given().get(image + "/content");
        assertThat(content.asByteArray()).isEqualTo(jpeg);
        content.then().contentType("image/jpeg").header("X-Content-Type-Options", equalTo("nosniff"));
        given().header("If-None-Match", content.header("ETag"))
                .get(image + "/content")
                .then()
                .statusCode(304);
        given().get(image + "/thumbnail?size=32").then().statusCode(200).contentType("image/jpeg");
        problem(given().get(image + "/thumbnail?size=9999"), 422).body("field", equalTo("size"));
        problem(given().get(ANIMALS + "/images/" + points.id("animals", 2) + "/content"), 404);
    }

    @Test
    void followsEventsAndReplaysFailures() {
        ObjectKey key = new ObjectKey("broken", "notes.jpg");
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer())) {
            ImageStored stored = new ImageStored(key, "e", 3, Instant.now());
            long offset = producer.send(
                            new ProducerRecord<>(Topic.IMAGES, stored.image().toString(), EventJson.write(stored)))
                    .get()
                    .offset();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/v1/datasets/broken")
                    .then()
                    .statusCode(200)
                    .body("pending", equalTo(1)));
            ImageRejected rejected = new ImageRejected(
                    ImageId.of(key),
                    "broken",
                    "notes.jpg",
                    "e",
                    "unsupported-format",
                    "found text",
                    Instant.now(),
                    offset);
            producer.send(new ProducerRecord<>(
                            Topic.IMAGES_DLQ, rejected.image().toString(), EventJson.write(rejected)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> given().get("/v1/datasets/broken/failures")
                .then()
                .body("failures.path", contains("notes.jpg"))
                .body("failures[0].reason", equalTo("unsupported-format"))
                .body("freshness.pending", equalTo(0)));
        given().post("/v1/datasets/broken/failures/replay")
                .then()
                .statusCode(200)
                .body("replayed", equalTo(1));
        // The event is on the topic: the image is pending again, until a worker has looked at it.
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> given().get("/v1/datasets/broken").then().body("pending", equalTo(1)));
    }

    @Test
    void saysWhenTheEmbeddingServiceIsMissing() throws IOException {
        problem(given().contentType("image/jpeg").body(jpeg()).post(ANIMALS + "/search"), 503)
                .header("Retry-After", notNullValue());
        problem(
                        given().contentType(ContentType.JSON)
                                .body(Map.of("text", "a red bicycle"))
                                .post(ANIMALS + "/search"),
                        503)
                .header("Retry-After", notNullValue());
        problem(
                        given().contentType(ContentType.JSON)
                                .body(Map.of("text", "a red bicycle", "id", points.id("animals", 0)))
                                .post(ANIMALS + "/search"),
                        422)
                .body("expected", containsString("id, vector and text"));
    }

    /** Who asks about one model is answered by that model, also if another becomes active in between. */
    @Test
    void staysWithOneModelWhileAnotherBecomesActive() {
        String id = points.id("animals", 0).toString();
        VectorIndex before = index.of("test").orElseThrow();
        assertThat(index.of("stranger")).isEmpty();
        points.activate("other", 8);
        try {
            assertThat(index.model()).contains("other");
            assertThat(index.dimension()).isEqualTo(8);
            assertThat(index.of("test")).isPresent();
            assertThat(before.dimension()).isEqualTo(16);
            float[] vector = before.find("animals", points.id("animals", 0))
                    .orElseThrow()
                    .vector();
            Question question = new Question("animals", vector, Filter.ALL, Set.of(), null, true);
            assertThat(before.among(Kind.IMAGES).rank(question, 1))
                    .singleElement()
                    .satisfies(place -> assertThat(place.id().toString()).isEqualTo(id));
            problem(
                            given().contentType(ContentType.JSON)
                                    .body(Map.of("vector", points.vector("animals", 0)))
                                    .post(ANIMALS + "/search"),
                            422)
                    .body("detail", containsString("8 numbers"));
        } finally {
            points.activate("test", 16);
        }
        given().contentType(ContentType.JSON)
                .body(Map.of("id", id))
                .post(ANIMALS + "/search")
                .then()
                .statusCode(200)
                .body("model", equalTo("test"));
    }

    /** Of two collections the later edit counts, so an edit says when it was made. */
    @Test
    void notesWhenSomethingWasDecided() {
        long begun = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        ImageId image = points.id("secret", 1);
        given().contentType(ContentType.JSON)
                .body(Map.of("labels", List.of("timed")))
                .patch("/v1/datasets/secret/images/" + image)
                .then()
                .statusCode(200)
                .body("identifiers", not(hasKey("decided_at")));
        assertThat(points.number(image, PointSchema.DECIDED_AT))
                .isBetween(begun, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    @Test
    void publishesItsApi() {
        String openApi =
                given().get("/q/openapi").then().statusCode(200).extract().asString();
        assertThat(openApi)
                .contains(
                        "/v1/datasets/{dataset}/search",
                        "/v1/jobs/{id}/result",
                        "/v1/datasets/{dataset}/annotations",
                        "/v1/datasets/{dataset}/images/{id}/objects");
        List<String> properties = given().get("/q/openapi?format=json")
                .jsonPath()
                .getList(
                        "components.schemas.findAll { it.value.containsKey('properties') }.collect { it.value.get('properties').keySet() }.flatten()");
        assertThat(properties)
                .isNotEmpty()
                .allMatch(name -> name.matches("[a-z0-9_]+"), "snake case, as answers have it");
    }

    private static byte[] jpeg() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpg", out);
        return out.toByteArray();
    }
}
