package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jerolba.carpet.io.FileSystemInputFile;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.slices.CloseableIterator;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceNote;
import dev.winnow.curation.slices.SliceSource;
import dev.winnow.curation.slices.SliceStore;
import dev.winnow.curation.slices.SliceVersion;
import dev.winnow.curation.slices.SlicedImage;
import dev.winnow.curation.slices.Slices;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.ResponseBuilder;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slices by HTTP: versions, conditions, what they are made of, two datasets, and what they outlive. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlicesApiTest {

    private static final String A = "/v1/datasets/sl-a";
    private static final String B = "/v1/datasets/sl-b";
    private static final int LARGE = 100_000;

    @Inject
    PointsFixture points;

    @Inject
    QdrantClient qdrant;

    @Inject
    SliceStore store;

    @Inject
    Slices slices;

    @BeforeAll
    void fill() {
        points.createCollection();
        List<float[]> rows = TestVectors.clustered(new int[] {40, 20, 10}, PointsFixture.DIMENSION, 0.2, 31);
        points.put("sl-a", rows);
        points.put("sl-b", rows.subList(0, 15));
        points.put("sl-c", rows.subList(0, 12));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    private static RequestSpecification json(Object body) {
        return given().contentType(ContentType.JSON).body(body);
    }

    private List<String> ids(String dataset, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> points.id(dataset, i).toString())
                .toList();
    }

    private static ValidatableResponse made(String dataset, String name, Object body) {
        return json(body).put(dataset + "/slices/" + name).then().statusCode(201);
    }

    /** All ids of a version, page by page. */
    private static List<String> listed(String slice, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            RequestSpecification request = given().queryParam("limit", limit);
            Response page = (cursor == null ? request : request.queryParam("cursor", cursor)).get(slice + "/images");
            page.then().statusCode(200);
            ids.addAll(page.<List<String>>path("images.id"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        return ids;
    }

    @Test
    void versionsAndConditions() {
        String slice = A + "/slices/versions";
        problem(given().get(slice), 404);
        problem(given().get(slice + "/versions"), 404);
        problem(
                json(Map.of("ids", ids("sl-a", 0, 3)))
                        .header("If-Match", "\"1\"")
                        .put(slice),
                412);
        problem(json(Map.of("ids", ids("sl-a", 0, 3))).header("If-Match", "*").put(slice), 412);
        json(Map.of("ids", ids("sl-a", 0, 3), "description", "first"))
                .header("If-None-Match", "*")
                .queryParam("by", "Jane Doe")
                .put(slice)
                .then()
                .statusCode(201)
                .header("ETag", equalTo("\"1\""))
                .body("name", equalTo("versions"))
                .body("version", equalTo(1))
                .body("images", equalTo(3))
                .body("model", equalTo("test"))
                .body("source.kind", equalTo("ids"))
                .body("watermark.images", equalTo(70))
                .body("created_at", notNullValue())
                .body("by", equalTo("Jane Doe"))
                .body("description", equalTo("first"))
                .body("missing", equalTo(0))
                .body("missing_ids", hasSize(0));
        problem(
                json(Map.of("ids", ids("sl-a", 0, 3)))
                        .header("If-None-Match", "*")
                        .put(slice),
                412);
        // A repeated request whose answer was lost.
        json(Map.of("ids", ids("sl-a", 0, 3), "description", "first"))
                .put(slice)
                .then()
                .statusCode(200)
                .header("ETag", equalTo("\"1\""))
                .body("by", equalTo("Jane Doe"));
        made(A, "versions", Map.of("ids", ids("sl-a", 0, 3), "description", "second"))
                .body("version", equalTo(2))
                .body("by", equalTo("anonymous"));
        problem(
                        json(Map.of("ids", ids("sl-a", 0, 4)))
                                .header("If-Match", "\"1\"")
                                .put(slice),
                        412)
                .body("detail", equalTo("the latest version of slice 'versions' is 2"));
        json(Map.of("ids", ids("sl-a", 0, 4)))
                .header("If-Match", "\"1\", \"2\"")
                .put(slice)
                .then()
                .statusCode(201)
                .body("version", equalTo(3));
        given().get(slice).then().header("ETag", equalTo("\"3\"")).body("images", equalTo(4));
        given().header("If-None-Match", "\"3\"").get(slice).then().statusCode(304);
        given().header("If-None-Match", "\"2\"").get(slice).then().statusCode(200);
        given().queryParam("version", 1).get(slice).then().body("description", equalTo("first"));
        problem(given().queryParam("version", 4).get(slice), 404);
        given().get(slice + "/versions").then().body("versions.version", contains(3, 2, 1));
        given().get(A + "/slices").then().body("slices.findAll { it.name == 'versions' }.version", contains(3));

        given().delete(slice).then().statusCode(204);
        problem(given().get(slice), 404);
        problem(given().queryParam("version", 1).get(slice), 404);
        problem(given().delete(slice), 404);
        given().get(A + "/slices").then().body("slices.name", not(hasItem("versions")));
        given().get(A + "/images?limit=1000").then().body("images", hasSize(70));
        // What was version 1 once is never another set of images.
        json(Map.of("ids", ids("sl-a", 5, 6)))
                .header("If-None-Match", "*")
                .put(slice)
                .then()
                .statusCode(201)
                .body("version", equalTo(4));
    }

    @Test
    void writersAtTheSameTimeMakeDifferentVersions() throws Exception {
        int writers = 8;
        List<Response> answers =
                atOnce(writers, i -> json(Map.of("ids", ids("sl-a", i, i + 2), "description", "writer " + i))
                        .put(A + "/slices/raced"));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(201));
        assertThat(answers.stream().map(answer -> answer.<Integer>path("version")))
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
        for (int i = 0; i < writers; i++) {
            given().queryParam("version", answers.get(i).<Integer>path("version"))
                    .get(A + "/slices/raced")
                    .then()
                    .body("description", equalTo("writer " + i));
        }
        List<Response> first = atOnce(writers, i -> json(Map.of("ids", ids("sl-a", i, i + 2)))
                .header("If-None-Match", "*")
                .put(A + "/slices/first"));
        assertThat(first.stream().map(Response::statusCode))
                .containsOnlyOnce(201)
                .contains(412);
        given().get(A + "/slices/first/versions").then().body("versions", hasSize(1));
    }

    private interface Request {
        Response send(int writer);
    }

    private static List<Response> atOnce(int writers, Request request) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> running = IntStream.range(0, writers)
                    .mapToObj(i -> threads.submit(() -> request.send(i)))
                    .toList();
            List<Response> answers = new ArrayList<>();
            for (Future<Response> answer : running) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    @Test
    void datasetsDoNotMix() {
        List<String> mixed = new ArrayList<>(ids("sl-a", 0, 2));
        mixed.addAll(ids("sl-b", 0, 3));
        made(A, "mixed", Map.of("ids", mixed))
                .body("images", equalTo(2))
                .body("missing", equalTo(3))
                .body("missing_ids", hasItems(ids("sl-b", 0, 3).toArray()));
        assertThat(listed(A + "/slices/mixed", 100)).containsExactlyInAnyOrderElementsOf(ids("sl-a", 0, 2));
        problem(json(Map.of("ids", ids("sl-b", 0, 3))).put(A + "/slices/foreign"), 422);
        problem(given().get(A + "/slices/foreign"), 404);
        problem(given().get(B + "/slices/mixed"), 404);
        problem(given().get(B + "/slices/mixed/images"), 404);
        problem(given().get(B + "/slices/mixed/parquet"), 404);
        problem(given().delete(B + "/slices/mixed"), 404);
        problem(given().post(B + "/slices/mixed/deletion"), 404);
        problem(json(Map.of("complement", "mixed")).put(B + "/slices/foreign"), 404);
        problem(json(Map.of("union", List.of("mixed", "mixed@1"))).put(B + "/slices/foreign"), 404);
        String job = json(Map.of("type", "thin", "n", 5))
                .post(B + "/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        problem(json(Map.of("job", job)).put(A + "/slices/foreign"), 404).body("detail", startsWith("no job"));
        problem(json(Map.of("ids", ids("sl-a", 0, 1))).put("/v1/datasets/nowhere/slices/x"), 404);
        problem(json(Map.of("ids", ids("sl-a", 0, 1))).put("/v1/datasets/..%2Fsl-a/slices/x"), 404);
        problem(given().get("/v1/datasets/sl-a%2Fmixed/slices"), 404);
    }

    @Test
    void combinesSlices() {
        made(A, "left", Map.of("ids", ids("sl-a", 0, 40)));
        made(A, "right", Map.of("ids", ids("sl-a", 30, 60)));
        made(A, "both", Map.of("intersection", List.of("left", "right@1")))
                .body("images", equalTo(10))
                .body("source.kind", equalTo("intersection"))
                .body("source.of", contains("left@1", "right@1"));
        made(A, "any", Map.of("union", List.of("left", "right"))).body("images", equalTo(60));
        made(A, "only", Map.of("difference", List.of("left", "right"))).body("images", equalTo(30));
        made(A, "rest", Map.of("complement", "any")).body("images", equalTo(10));
        made(A, "none", Map.of("intersection", List.of("rest", "any"))).body("images", equalTo(0));
        assertThat(listed(A + "/slices/none", 10)).isEmpty();
        assertThat(listed(A + "/slices/both", 3))
                .containsExactlyElementsOf(ids("sl-a", 30, 40).stream().sorted().toList());
        assertThat(new HashSet<>(listed(A + "/slices/rest", 100))).isEqualTo(Set.copyOf(ids("sl-a", 60, 70)));

        String diff = A + "/slices/left/diff?other=right@1";
        Response first = given().get(diff + "&limit=7");
        first.then()
                .body("slice", equalTo("left@1"))
                .body("other", equalTo("right@1"))
                .body("counts.added", equalTo(30))
                .body("counts.removed", equalTo(20))
                .body("counts.changed", equalTo(0))
                .body("counts.same", equalTo(10))
                .body("images", hasSize(7));
        List<Map<String, String>> changes = new ArrayList<>(first.<List<Map<String, String>>>path("images"));
        String cursor = first.path("next_cursor");
        while (cursor != null) {
            Response page = given().queryParam("cursor", cursor).get(diff + "&limit=7");
            page.then().statusCode(200).body("counts", nullValue());
            changes.addAll(page.path("images"));
            cursor = page.path("next_cursor");
        }
        assertThat(changes).hasSize(50);
        assertThat(changes.stream().filter(change -> "added".equals(change.get("change"))))
                .extracting(change -> change.get("id"))
                .containsExactlyInAnyOrderElementsOf(ids("sl-a", 0, 30));
    }

    @Test
    void takesWhatJobsCameTo() {
        fromJob(Map.of("type", "select", "n", 12), Map.of(), "selected.id").body("source.seed", equalTo(42));
        fromJob(Map.of("type", "thin", "n", 9), Map.of(), "kept.id");
        fromJob(Map.of("type", "outliers", "k", 3, "limit", 6), Map.of(), "outliers.id");
        fromJob(
                        Map.of("type", "split", "seed", 7),
                        Map.of("split", "train"),
                        "assignments.findAll { it.split == 'train' }.id")
                .body("source.split", equalTo("train"))
                .body("source.seed", equalTo(7));
        fromJob(Map.of("type", "cluster", "k", 3), Map.of("cluster", 0), "assignments.findAll { it.cluster == 0 }.id");
        Response duplicates = job(Map.of("type", "deduplicate", "keep", 0.5));
        List<List<String>> removed = duplicates.path("result.groups.members.id");
        Set<String> survivors = new HashSet<>(ids("sl-a", 0, 70));
        removed.forEach(survivors::removeAll);
        assertThat(survivors).hasSizeLessThan(70);
        made(A, "survivors", Map.of("job", duplicates.path("id")));
        assertThat(new HashSet<>(listed(A + "/slices/survivors", 100))).isEqualTo(survivors);
    }

    /** The state of a job that has succeeded, with its {@code result}. */
    private static Response job(Map<String, Object> task) {
        String id =
                json(task).post(A + "/jobs").then().statusCode(202).extract().path("id");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/v1/jobs/" + id).then().body("status", equalTo("succeeded")));
        String result = given().get("/v1/jobs/" + id + "/result").asString();
        return new ResponseBuilder()
                .setStatusCode(200)
                .setContentType(ContentType.JSON)
                .setBody("{\"id\": \"%s\", \"result\": %s}".formatted(id, result))
                .build();
    }

    private static ValidatableResponse fromJob(Map<String, Object> task, Map<String, Object> part, String expected) {
        Response job = job(task);
        List<String> images = job.path("result." + expected);
        assertThat(images).isNotEmpty();
        Map<String, Object> wanted = new HashMap<>(part);
        wanted.put("job", job.path("id"));
        String name = "of-" + task.get("type");
        ValidatableResponse answer = made(A, name, wanted)
                .body("source.type", equalTo(task.get("type")))
                .body("missing", equalTo(0));
        assertThat(listed(A + "/slices/" + name, 100)).containsExactlyInAnyOrderElementsOf(images);
        return answer;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                    | 422 | body
            {"filter": {}, "complement": "a"}                     | 422 | body
            {"ids": []}                                           | 422 | ids
            {"ids": ["x"]}                                        | 422 | ids[0]
            {"ids": [null]}                                       | 422 | ids[0]
            {"filter": {"nonsense": 1}}                           | 422 | filter.nonsense
            {"filter": {}, "split": "train"}                      | 422 | split
            {"union": ["a"]}                                      | 422 | union
            {"union": ["a", "b@x"]}                               | 422 | union[1]
            {"difference": ["a", null]}                           | 422 | difference[1]
            {"complement": "../a"}                                | 422 | complement
            {"job": "x"}                                          | 400 | job
            {"everything": true}                                  | 422 | everything
            """)
    void saysWhatIsWrong(String body, int status, String field) {
        problem(json(body).put(A + "/slices/wrong"), status).body("field", equalTo(field));
    }

    @Test
    void saysWhatIsWrongInAddressesAndParameters() {
        Map<String, Object> body = Map.of("ids", ids("sl-a", 0, 1));
        for (String name : List.of("A", "a b", "..%2Fx", "a@1", ".hidden")) {
            problem(json(body).put(A + "/slices/" + name), 422).body("field", equalTo("name"));
        }
        problem(json(body).queryParam("by", " ").put(A + "/slices/wrong"), 422).body("field", equalTo("by"));
        problem(json(body).queryParam("by", "x".repeat(129)).put(A + "/slices/wrong"), 422);
        problem(given().get(A + "/slices?limit=0"), 422);
        problem(given().get(A + "/slices?cursor=../x"), 422).body("field", equalTo("cursor"));
        made(A, "right-one", body);
        problem(given().get(A + "/slices/right-one/diff"), 422).body("field", equalTo("other"));
        problem(given().get(A + "/slices/right-one/images?cursor=x"), 422).body("field", equalTo("cursor"));
        problem(given().get(A + "/slices/right-one/images?limit=1001"), 422).body("field", equalTo("limit"));
        problem(json("").put(A + "/slices/wrong"), 422);
    }

    @Test
    void listsSlicesPageByPage() {
        for (String name : List.of("b", "a", "a-1", "a.b", "c")) {
            made("/v1/datasets/sl-c", name, Map.of("filter", Map.of("format", "jpeg")))
                    .body("images", equalTo(12))
                    .body("source.filter.format", equalTo("jpeg"));
        }
        List<String> names = new ArrayList<>();
        String cursor = null;
        do {
            RequestSpecification request = given().queryParam("limit", 2);
            Response page =
                    (cursor == null ? request : request.queryParam("cursor", cursor)).get("/v1/datasets/sl-c/slices");
            names.addAll(page.<List<String>>path("slices.name"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        assertThat(names).containsExactlyInAnyOrder("a", "a-1", "a.b", "b", "c");
    }

    @Test
    void outlivesItsImages() throws Exception {
        points.put("sl-old", TestVectors.random(5, PointsFixture.DIMENSION, 41));
        String old = "/v1/datasets/sl-old";
        made(old, "all", Map.of("filter", Map.of())).body("images", equalTo(5));
        points.setPayload(List.of(points.id("sl-old", 1)), PointSchema.ETAG, ValueFactory.value("another"));
        remove(List.of(points.id("sl-old", 0)));
        Response images = given().get(old + "/slices/all/images");
        Map<String, String> states = new HashMap<>();
        images.<List<Map<String, String>>>path("images")
                .forEach(image -> states.put(image.get("path"), image.get("state")));
        assertThat(states)
                .containsEntry(points.path("sl-old", 0), "gone")
                .containsEntry(points.path("sl-old", 1), "changed")
                .containsEntry(points.path("sl-old", 2), "present");
        remove(IntStream.range(1, 5).mapToObj(i -> points.id("sl-old", i)).toList());
        problem(given().get(old), 404);
        given().get(old + "/slices").then().body("slices.name", contains("all"));
        given().get(old + "/slices/all/images")
                .then()
                .body("images.state", contains("gone", "gone", "gone", "gone", "gone"));
        made(old, "same", Map.of("union", List.of("all", "all"))).body("images", equalTo(5));
    }

    private void remove(List<ImageId> images) throws Exception {
        qdrant.deleteAsync(
                        PointSchema.ALIAS,
                        images.stream()
                                .map(image -> PointIdFactory.id(image.value()))
                                .toList())
                .get();
    }

    @Test
    void streamsManyImages(@TempDir Path folder) throws IOException {
        SliceVersion version = new SliceName("sl-a", "large").at(1);
        SliceNote note = new SliceNote(
                "test",
                SliceSource.told("ids"),
                null,
                new Watermark(LARGE, new Freshness(0, 0, Instant.EPOCH)),
                Instant.EPOCH,
                "someone",
                null);
        try (SliceStore.Draft draft = store.draft(note)) {
            for (int i = 0; i < LARGE; i++) {
                draft.add(new SlicedImage(
                        numbered(i), i + ".jpg", "sha" + i, "etag" + i, "jpeg", i, 1, 1, List.of("ä", "b"), List.of()));
            }
            assertThat(draft.complete()).isEqualTo(LARGE);
            assertThat(draft.save(version)).isTrue();
            assertThat(draft.save(version)).isFalse();
        }
        long next = 0;
        try (CloseableIterator<ImageId> ids = slices.ids(version)) {
            while (ids.hasNext()) {
                assertThat(ids.next()).isEqualTo(numbered(next++));
            }
        }
        assertThat(next).isEqualTo(LARGE);
        String slice = A + "/slices/large";
        given().queryParam("limit", 2)
                .queryParam("cursor", numbered(LARGE - 3).toString())
                .get(slice + "/images")
                .then()
                .body("images.path", contains("99997.jpg", "99998.jpg"))
                .body("images[0].labels", contains("ä", "b"))
                .body("next_cursor", equalTo(numbered(LARGE - 1).toString()));
        given().get(slice + "/diff?other=large")
                .then()
                .body("counts.same", equalTo(LARGE))
                .body("images", hasSize(0));

        Response file = given().get(slice + "/parquet");
        file.then()
                .statusCode(200)
                .contentType("application/vnd.apache.parquet")
                .header("ETag", equalTo("\"1\""))
                .header("Content-Disposition", equalTo("attachment; filename=\"sl-a-large-1.parquet\""));
        given().header("If-None-Match", "\"1\"").get(slice + "/parquet").then().statusCode(304);
        Path path = folder.resolve("large.parquet");
        Files.write(path, file.asByteArray());
        InputFile input = new FileSystemInputFile(path.toFile());
        try (ParquetFileReader reader = ParquetFileReader.open(input)) {
            assertThat(reader.getRecordCount()).isEqualTo(LARGE);
            assertThat(reader.getFooter()
                            .getFileMetaData()
                            .getKeyValueMetaData()
                            .get("winnow.slice"))
                    .contains("\"created_at\"", "\"model\":\"test\"");
            assertThat(reader.getFooter().getFileMetaData().getSchema().getFields())
                    .extracting(field -> field.getName())
                    .containsExactly(
                            "id", "path", "sha256", "etag", "format", "bytes", "width", "height", "labels", "tags");
        }
    }

    private static ImageId numbered(long i) {
        // From the lowest to the highest ids, also where a signed number would be negative.
        return new ImageId(new UUID(i << 47, i));
    }

    @Test
    void anOlderVersionStaysAsItWas() {
        made(A, "kept", Map.of("filter", Map.of("width", Map.of("gte", 150))));
        String before = given().get(A + "/slices/kept").asString();
        made(A, "kept", Map.of("filter", Map.of("width", Map.of("lt", 150)))).body("images", equalTo(50));
        assertThat(given().get(A + "/slices/kept?version=1").asString()).isEqualTo(before);
    }

    @Test
    void othersReadTheFile(@TempDir Path folder) throws Exception {
        String python = Optional.ofNullable(System.getenv("WINNOW_PYTHON")).orElse("python3");
        assumeTrue(
                python(folder, python, "import pyarrow.parquet").startsWith("0"),
                () -> "skipped: " + python + " cannot import pyarrow; name one that can in WINNOW_PYTHON");
        made(A, "for-python", Map.of("ids", ids("sl-a", 0, 25), "description", "für andere"));
        Path file = folder.resolve("slice.parquet");
        Files.write(file, given().get(A + "/slices/for-python/parquet").asByteArray());
        assertThat(python(folder, python, """
                import json, pyarrow.parquet as parquet
                table = parquet.read_table(r'%s')
                note = json.loads(table.schema.metadata[b'winnow.slice'])
                ids = table.column('id').to_pylist()
                print(table.num_rows, ids == sorted(ids), note['source']['kind'], note['requested'], ascii(note['description']))
                print(table.column_names)
                print(table.slice(0, 1).to_pylist()[0]['labels'])
                """.formatted(file))).isEqualTo("""
                        0
                        25 True ids 25 'f\\xfcr andere'
                        ['id', 'path', 'sha256', 'etag', 'format', 'bytes', 'width', 'height', 'labels', 'tags']
                        []
                        """);
    }

    /** The exit status, and what was printed. */
    private static String python(Path folder, String program, String script) throws Exception {
        Path output = folder.resolve("output.txt");
        try {
            int status = new ProcessBuilder(program, "-c", script)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            return status + "\n" + Files.readString(output);
        } catch (IOException e) {
            return "no such program: " + e.getMessage();
        }
    }
}
