package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels and decisions by HTTP: who, when and how, their history, streams, and what jobs make of them. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelsApiTest {

    private static final String NDJSON = "application/x-ndjson";
    private static final int[] CLUSTERS = {40, 20, 10};

    @Inject
    PointsFixture points;

    @BeforeAll
    void fill() {
        points.createCollection();
        List<float[]> rows = TestVectors.clustered(CLUSTERS, PointsFixture.DIMENSION, 0.2, 31);
        for (String dataset : List.of("lab-a", "lab-b", "lab-jobs", "lab-trip", "lab-trip-2", "lab-dup")) {
            points.put(dataset, rows);
        }
        points.put("lab-many", TestVectors.random(5_000, PointsFixture.DIMENSION, 32));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void everyWriteOfLabelsSaysWhoWhenAndHowAndStaysInTheHistory() {
        String image = image("lab-a", 0);
        Instant begun = Instant.now().minusMillis(1);
        patch(image, "ann", Map.of("labels", List.of("cat"), "tags", List.of("t"), "confidence", 0.5))
                .body("labelled.by", equalTo("ann"))
                .body("labelled.source", equalTo("patch"))
                .body("labelled.confidence.toDouble()", equalTo(0.5))
                .body("identifiers.keySet()", not(hasItem(startsWith("label"))));
        Instant at = Instant.parse(given().get(image).path("labelled.at"));
        assertThat(at).isBetween(begun, Instant.now());

        given().contentType("text/csv")
                .body("path,label\n" + points.path("lab-a", 0) + ",dog\n")
                .post("/v1/datasets/lab-a/annotations?by=tool-1")
                .then()
                .statusCode(200)
                .body("labelled", equalTo(1));
        given().get(image)
                .then()
                .body("labels", contains("dog"))
                .body("labelled.by", equalTo("tool-1"))
                .body("labelled.source", equalTo("csv"))
                .body("labelled.confidence", nullValue());

        stream("lab-a", "labels?by=ben", "{\"id\": \"%s\", \"add\": [\"brown\"]}\n".formatted(id("lab-a", 0)))
                .body("labelled", equalTo(1));
        given().contentType(ContentType.JSON)
                .body(Map.of("verdict", "keep", "reason", "sharp"))
                .put(image + "/decision?by=cleo")
                .then()
                .statusCode(200)
                .body("verdict", equalTo("keep"))
                .body("labels", contains("dog", "brown"))
                .body("by", equalTo("cleo"));
        given().delete(image + "/decision").then().statusCode(204);

        given().get(image + "/history")
                .then()
                .statusCode(200)
                .body("count", equalTo(5))
                .body("entries.by", contains("anonymous", "cleo", "ben", "tool-1", "ann"))
                .body("entries.source", contains("decision", "decision", "ndjson", "csv", "patch"))
                .body("entries[0].decision.before", equalTo("keep"))
                .body("entries[0].decision.verdict", nullValue())
                .body("entries[1].decision.verdict", equalTo("keep"))
                .body("entries[1].decision.reason", equalTo("sharp"))
                .body("entries[2].labels.before", contains("dog"))
                .body("entries[2].labels.after", contains("dog", "brown"))
                .body("entries[2].labels.add", contains("brown"))
                .body("entries[3].labels.before", contains("cat"))
                .body("entries[3].labels.after", contains("dog"))
                .body("entries[4].labels.before", empty())
                .body("entries[4].labels.after", contains("cat"))
                .body("entries[4].tags.after", contains("t"))
                .body("entries[4].confidence.toDouble()", equalTo(0.5));
        given().get(image + "/history?limit=2")
                .then()
                .body("count", equalTo(5))
                .body("entries.by", contains("anonymous", "cleo"));
        List<String> times = given().get(image + "/history").path("entries.at");
        assertThat(times.stream().map(Instant::parse).toList().reversed()).isSorted();
        given().get(image).then().body("decision", nullValue()).body("labelled.by", equalTo("ben"));
        problem(given().get(image + "/decision"), 404);
        problem(given().delete(image + "/decision"), 404);
    }

    @Test
    void imagesAreFoundByWhoLabelledThemAndByWhatWasDecided() {
        patch(image("lab-b", 1), "dora", Map.of("labels", List.of("x"), "confidence", 0.25));
        patch(image("lab-b", 2), "emil", Map.of("labels", List.of("x"), "confidence", 0.75));
        decide("lab-b", 3, Map.of("verdict", "drop"), "dora");
        assertThat(filtered("lab-b", "{\"labelled_by\": \"dora\"}")).containsExactly(points.path("lab-b", 1));
        assertThat(filtered("lab-b", "{\"label_source\": \"patch\", \"label_confidence\": {\"gte\": 0.5}}"))
                .containsExactly(points.path("lab-b", 2));
        assertThat(filtered("lab-b", "{\"decision\": \"drop\"}")).containsExactly(points.path("lab-b", 3));
        assertThat(filtered("lab-b", "{\"decision_by\": [\"dora\"]}")).containsExactly(points.path("lab-b", 3));
        assertThat(filtered("lab-b", "{\"labelled_at\": {\"gte\": \"2020-01-01T00:00:00Z\"}, \"labels\": \"x\"}"))
                .hasSize(2);
        assertThat(filtered("lab-b", "{\"decision_at\": {\"lt\": \"2020-01-01T00:00:00Z\"}}"))
                .isEmpty();
        given().delete(image("lab-b", 3) + "/decision").then().statusCode(204);
        assertThat(filtered("lab-b", "{\"decision\": \"drop\"}")).isEmpty();
    }

    @Test
    void whatIsAddedAtTheSameTimeIsNotLost() throws Exception {
        String image = image("lab-a", 5);
        patch(image, "ann", Map.of("labels", List.of("old")));
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> patches = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                Map<String, Object> body =
                        i == 12 ? Map.of("remove", List.of("old")) : Map.of("add", List.of("label " + i));
                patches.add(callers.submit(() -> patch(image, "ann", body)));
            }
            for (Future<?> patch : patches) {
                patch.get();
            }
        }
        List<String> labels = given().get(image).path("labels");
        assertThat(labels)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 24)
                        .filter(i -> i != 12)
                        .mapToObj(i -> "label " + i)
                        .toList());
        given().get(image + "/history").then().body("count", equalTo(25));
    }

    @Test
    void aBrokenLineIsNamedAndDisturbsNoOther() {
        String other = id("lab-b", 6);
        String body = String.join(
                "\n",
                "{\"path\": \"%s\", \"labels\": [\"one\"]}".formatted(points.path("lab-a", 6)),
                "{broken",
                "",
                "{\"path\": \"nowhere.jpg\", \"labels\": [\"x\"]}",
                "{\"id\": \"%s\", \"labels\": [\"x\"]}".formatted(other),
                "{\"id\": \"%s\"}".formatted(id("lab-a", 6)),
                "{\"labels\": [\"x\"]}",
                "{\"id\": \"7\", \"labels\": [\"x\"]}",
                "{\"id\": \"%s\", \"labels\": [\"\"]}".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"labels\": \"x\"}".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"labels\": [\"x\"], \"colour\": 1}".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"labels\": [\"x\"], \"confidence\": 2}".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"labels\": [\"x\"], \"by\": \"a\\nb\"}".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"labels\": [\"x\"], \"at\": \"2990-01-01T00:00:00Z\"}".formatted(id("lab-a", 6)),
                "{\"path\": \"../x\", \"labels\": [\"x\"]}",
                "null",
                "[]",
                "{\"path\": \"%s\"}".formatted("x".repeat(70_000)),
                "{\"id\": \"%s\", \"add\": [\"two\"], \"tags\": [\"t\"], \"by\": \"fay\"}\r".formatted(id("lab-a", 6)),
                "{\"id\": \"%s\", \"remove\": [\"one\"], \"source\": \"script\"}".formatted(id("lab-a", 6)));
        Response answer = given().contentType(NDJSON).body(bytes(body)).post("/v1/datasets/lab-a/labels?by=gil");
        answer.then()
                .statusCode(200)
                .body("lines", equalTo(19))
                .body("labelled", equalTo(3))
                .body("problem_count", equalTo(16));
        List<String> items = answer.path("problems.item");
        assertThat(items)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.of(2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
                                .mapToObj(line -> "line " + line)
                                .toList());
        Map<String, String> reasons = new HashMap<>();
        List<Map<String, String>> problems = answer.path("problems");
        problems.forEach(problem -> reasons.put(problem.get("item"), problem.get("reason")));
        assertThat(reasons.get("line 4")).isEqualTo("no such image in the index");
        assertThat(reasons.get("line 5")).isEqualTo("no such image in the index");
        assertThat(reasons.get("line 8")).startsWith("id: expected");
        assertThat(reasons.get("line 11")).startsWith("colour: expected one of").doesNotContain("dev.winnow");
        assertThat(reasons.get("line 12")).startsWith("confidence: expected 0 to 1");
        assertThat(reasons.get("line 13")).startsWith("by: expected");
        assertThat(reasons.get("line 18")).contains("65536");
        given().get(image("lab-a", 6))
                .then()
                .body("labels", contains("two"))
                .body("tags", contains("t"))
                .body("labelled.by", equalTo("gil"))
                .body("labelled.source", equalTo("script"));
        given().get(image("lab-a", 6) + "/history").then().body("entries.by", contains("gil", "fay", "gil"));
        given().get(image("lab-b", 6)).then().body("labels", empty());
    }

    @Test
    void thousandsOfLabelsAreStreamed() {
        String body = IntStream.range(0, 5_000)
                .mapToObj(i ->
                        "{\"path\": \"%s\", \"labels\": [\"class %d\"]}".formatted(points.path("lab-many", i), i % 7))
                .collect(Collectors.joining("\n"));
        stream("lab-many", "labels?by=loader", body)
                .body("lines", equalTo(5_000))
                .body("labelled", equalTo(5_000))
                .body("problems", empty());
        assertThat(export("lab-many", null).lines())
                .hasSize(5_000)
                .allMatch(line -> line.contains("\"by\":\"loader\""));
        given().get(image("lab-many", 4_321) + "/history")
                .then()
                .body("entries", hasSize(1))
                .body("entries[0].labels.after", contains("class " + 4_321 % 7));
        given().queryParam("filter", "{\"labels\": \"class 3\"}")
                .queryParam("limit", 1000)
                .get("/v1/datasets/lab-many/images")
                .then()
                .body("images", hasSize(714));
    }

    /** Lines may be as many as they like; what has to be held as a whole may not. */
    @Test
    void onlyAStreamMayBeLargerThanMemoryLikes() throws Exception {
        byte[] large = bytes((" ".repeat(65_535) + "\n").repeat(1_100));
        HttpResponse<String> streamed =
                post("/v1/datasets/lab-a/labels", NDJSON, BodyPublishers.ofByteArray(large), false);
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.body()).contains("\"lines\":0");
        HttpResponse<String> held =
                post("/v1/datasets/lab-a/search", "application/json", BodyPublishers.ofByteArray(large), true);
        assertThat(held.statusCode()).isEqualTo(413);
        assertThat(held.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    private static HttpResponse<String> post(String where, String type, BodyPublisher body, boolean asksFirst)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + where))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("Content-Type", type)
                            .expectContinue(asksFirst)
                            .POST(body)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void whatIsExportedComesBackTheSame() {
        stream(
                "lab-trip",
                "labels?by=ann",
                "{\"path\": \"%s\", \"labels\": [\"ü\", \"a\u2028b\"], \"confidence\": 0.125}"
                        .formatted(points.path("lab-trip", 0)));
        patch(image("lab-trip", 1), "ann", Map.of("tags", List.of("only a tag")));
        patch(image("lab-trip", 2), "ann", Map.of("labels", List.of("x")));
        patch(image("lab-trip", 2), "ben", Map.of("labels", List.of()));
        decide("lab-trip", 3, Map.of("verdict", "drop", "reason", "blurred"), "cleo");
        decide("lab-trip", 4, Map.of("verdict", "relabel", "labels", List.of("y")), "cleo");
        String exported = export("lab-trip", null);
        assertThat(exported.lines()).hasSize(5);
        stream("lab-trip-2", "labels?by=somebody", exported).body("labelled", equalTo(5));
        assertThat(withoutIds(export("lab-trip-2", null))).isEqualTo(withoutIds(exported));
        stream("lab-trip", "labels", exported).body("problem_count", equalTo(0));
        assertThat(export("lab-trip", null)).isEqualTo(exported);
        assertThat(export("lab-trip", "{\"decision\": \"drop\"}").lines()).hasSize(1);
        given().get(image("lab-trip-2", 3))
                .then()
                .body("decision.by", equalTo("cleo"))
                .body("decision.reason", equalTo("blurred"));
    }

    private static List<String> withoutIds(String lines) {
        return lines.lines()
                .map(line -> line.replaceFirst("\"id\":\"[^\"]*\",", ""))
                .sorted()
                .toList();
    }

    @Test
    void decisionsComeInBulkAndAreListedPageByPage() {
        String lines = IntStream.range(10, 15)
                .mapToObj(i -> "{\"path\": \"%s\", \"verdict\": \"drop\", \"reason\": \"dark\"}"
                        .formatted(points.path("lab-b", i)))
                .collect(Collectors.joining("\n", "", "\n{\"path\": \"gone.jpg\", \"verdict\": \"drop\"}\n"));
        stream("lab-b", "decisions?by=hal", lines)
                .body("decided", equalTo(5))
                .body("problems[0].item", equalTo("line 6"))
                .body("problems[0].path", equalTo("gone.jpg"));
        given().contentType(ContentType.JSON)
                .body(Map.of(
                        "decisions",
                        List.of(
                                Map.of("id", id("lab-b", 15), "verdict", "relabel", "labels", List.of("new")),
                                Map.of("id", id("lab-b", 16), "verdict", "keep", "labels", List.of("new")),
                                Map.of("id", id("lab-b", 17), "verdict", "relabel"),
                                Map.of("id", id("lab-b", 18)),
                                Map.of("id", id("lab-b", 19), "verdict", "maybe"),
                                Map.of("id", id("lab-b", 19), "verdict", "drop", "colour", 1))))
                .post("/v1/datasets/lab-b/decisions?by=hal")
                .then()
                .statusCode(200)
                .body("decided", equalTo(1))
                .body(
                        "problems.item",
                        contains("decisions[1]", "decisions[2]", "decisions[3]", "decisions[4]", "decisions[5]"))
                .body("problems[3].reason", equalTo("verdict: expected one of [keep, drop, relabel]"))
                .body("problems[0].reason", startsWith("labels: expected only with relabel"));
        given().get(image("lab-b", 15))
                .then()
                .body("labels", contains("new"))
                .body("decision.verdict", equalTo("relabel"))
                .body("labelled.by", equalTo("hal"));
        List<String> paths = new ArrayList<>();
        String cursor = null;
        do {
            var request = given().queryParam("limit", 2).queryParam("verdict", "drop");
            Response page = (cursor == null ? request : request.queryParam("cursor", cursor))
                    .get("/v1/datasets/lab-b/decisions");
            paths.addAll(page.then().statusCode(200).extract().path("decisions.path"));
            cursor = page.path("next_cursor");
        } while (cursor != null);
        assertThat(paths)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(10, 15)
                        .mapToObj(i -> points.path("lab-b", i))
                        .toList());
        given().get("/v1/datasets/lab-b/decisions")
                .then()
                .body("decisions.verdict", hasItem("relabel"))
                .body("decisions.by", hasItem("hal"));
        // Another tenant's decisions are nobody else's.
        given().get("/v1/datasets/lab-many/decisions").then().statusCode(200).body("decisions", empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            decision | {"verdict": "throw away"}                | 422 | verdict
            decision | {}                                       | 422 | verdict
            decision | {"verdict": "relabel"}                   | 422 | labels
            decision | {"verdict": "relabel", "labels": []}     | 422 | labels
            decision | {"verdict": "drop", "labels": ["x"]}     | 422 | labels
            decision | {"verdict": "drop", "reason": ""}        | 422 | reason
            decision?by=%0A | {"verdict": "drop"}               | 422 | by
            """)
    void aDecisionThatIsNoneIsRefused(String where, String body, int status, String field) {
        problem(
                        given().urlEncodingEnabled(false)
                                .contentType(ContentType.JSON)
                                .body(body)
                                .put(image("lab-a", 7) + "/" + where),
                        status)
                .body("field", equalTo(field));
        problem(given().get(image("lab-a", 7) + "/decision"), 404);
    }

    @Test
    void whatIsWrongWithAPatchIsSaid() {
        String image = image("lab-a", 8);
        problem(patched(image, "x".repeat(129), Map.of("labels", List.of("x"))), 422)
                .body("field", equalTo("by"));
        problem(patched(image, "ann", Map.of()), 422).body("field", equalTo("body"));
        problem(patched(image, "ann", Map.of("confidence", 0.5)), 422).body("field", equalTo("confidence"));
        List<String> many = IntStream.range(0, 100).mapToObj(i -> "l" + i).toList();
        patch(image, "ann", Map.of("labels", many));
        problem(patched(image, "ann", Map.of("add", List.of("one more"))), 422).body("field", equalTo("labels"));
        // In place of another there is room.
        patch(image, "ann", Map.of("add", List.of("one more"), "remove", List.of("l0")))
                .body("labels", hasSize(100))
                .body("labels", hasItem("one more"));
        given().get(image + "/history").then().body("count", equalTo(2));
        problem(patched("/v1/datasets/lab-a/images/" + id("lab-b", 8), "ann", Map.of("labels", many)), 404);
        problem(given().get("/v1/datasets/lab-a/images/" + id("lab-b", 8) + "/history"), 404);
        problem(given().get("/v1/datasets/lab-nothing/labels"), 404);
        problem(given().contentType(NDJSON).body(bytes("\n")).post("/v1/datasets/lab-nothing/labels"), 404);
        problem(
                        given().contentType(NDJSON)
                                .body(bytes(""))
                                .queryParam("by", " ")
                                .post("/v1/datasets/lab-a/labels"),
                        422)
                .body("field", equalTo("by"));
        given().contentType(NDJSON)
                .body(bytes("\n"))
                .post("/v1/datasets/lab-a/labels")
                .then()
                .body("lines", equalTo(0));
        problem(given().get("/v1/datasets/lab-a/decisions?verdict=maybe"), 422).body("field", equalTo("verdict"));
    }

    @Test
    void boxesSayWhoDrewThem() {
        String image = image("lab-a", 9);
        given().contentType(ContentType.JSON)
                .body(Map.of("objects", List.of(Map.of("id", "n", "label", "nose", "box", List.of(1, 1, 10, 10)))))
                .put(image + "/objects?by=ida")
                .then()
                .statusCode(200)
                .body("objects[0].by", equalTo("ida"))
                .body("objects[0].source", equalTo("api"));
        given().contentType("text/csv")
                .body("path,label,x,y,width,height,object\n" + points.path("lab-a", 9) + ",ear,1,1,5,5,e\n")
                .post("/v1/datasets/lab-a/annotations?mode=merge&by=jo")
                .then()
                .statusCode(200);
        Response both = given().get(image + "/objects");
        both.then().body("objects.by", containsInAnyOrder("ida", "jo"));
        // What was read may be sent back.
        given().contentType(ContentType.JSON)
                .body(both.asString())
                .put(image + "/objects")
                .then()
                .statusCode(200)
                .body("objects.by", containsInAnyOrder("ida", "jo"));
        given().get(image + "/history")
                .then()
                .body("entries.by", contains("anonymous", "jo", "ida"))
                .body("entries.boxes", contains(2, 1, 1));
    }

    @Test
    void jobsLeaveOutWhatIsToBeDropped() {
        String labels = IntStream.range(0, 70)
                .filter(i -> i % 5 != 4)
                .mapToObj(i -> "{\"id\": \"%s\", \"labels\": [\"c%d\"]}"
                        .formatted(id("lab-jobs", i), i == 45 ? 0 : i < 40 ? 0 : i < 60 ? 1 : 2))
                .collect(Collectors.joining("\n"));
        stream("lab-jobs", "labels", labels).body("problem_count", equalTo(0));
        decide("lab-jobs", 1, Map.of("verdict", "drop"), "ann");
        decide("lab-jobs", 4, Map.of("verdict", "drop"), "ann");
        Map<String, Object> all = Map.of("type", "select", "n", 68, "exclude_duplicates", false);
        run("lab-jobs", all).then().body("selected", hasSize(68));
        for (Map<String, Object> task : List.of(
                all,
                Map.<String, Object>of("type", "split"),
                Map.<String, Object>of("type", "balance", "limit", 100),
                Map.<String, Object>of("type", "probe"),
                Map.<String, Object>of("type", "label_issues"),
                Map.<String, Object>of("type", "suggest_labels"))) {
            Response result = run("lab-jobs", task);
            result.then().body("dropped", equalTo(2)).body("watermark.images", equalTo(70));
            assertThat(result.asString()).as(task.toString()).doesNotContain(id("lab-jobs", 1), id("lab-jobs", 4));
        }
        run("lab-jobs", Map.of("type", "outliers"))
                .then()
                .body("$", not(hasKey("dropped")))
                .body("outliers", hasSize(70));

        // The image with the wrong label comes first, until somebody says that it is right.
        run("lab-jobs", Map.of("type", "label_issues"))
                .then()
                .body("labels[0].id", equalTo(id("lab-jobs", 45)))
                .body("confirmed", equalTo(0));
        decide("lab-jobs", 45, Map.of("verdict", "keep"), "ann");
        run("lab-jobs", Map.of("type", "label_issues"))
                .then()
                .body("labels.id", not(hasItem(id("lab-jobs", 45))))
                .body("confirmed", equalTo(1));
        // What was confirmed is not the label that it has now.
        patch(image("lab-jobs", 45), "ben", Map.of("labels", List.of("c2")));
        run("lab-jobs", Map.of("type", "label_issues"))
                .then()
                .body("labels.id", hasItem(id("lab-jobs", 45)))
                .body("confirmed", equalTo(0));
        given().delete(image("lab-jobs", 1) + "/decision").then().statusCode(204);
        run("lab-jobs", Map.of("type", "split"))
                .then()
                .body("dropped", equalTo(1))
                .body("assignments", hasSize(69));
    }

    @Test
    void anImageToBeKeptSurvivesAndOneToBeDroppedDoesNot() {
        for (String survivor : List.of("resolution", "central")) {
            Response before = run("lab-dup", Map.of("type", "deduplicate", "threshold", 0.5, "survivor", survivor));
            String last = before.path("groups[0].members[-1].id");
            String first = before.path("groups[0].survivor.id");
            decide("lab-dup", last, Map.of("verdict", "keep"), "ann");
            decide("lab-dup", first, Map.of("verdict", "drop"), "ann");
            Response after = run("lab-dup", Map.of("type", "deduplicate", "threshold", 0.5, "survivor", survivor));
            List<String> survivors = after.path("groups.survivor.id");
            assertThat(survivors).contains(last).doesNotContain(first);
            given().delete("/v1/datasets/lab-dup/images/" + last + "/decision")
                    .then()
                    .statusCode(204);
            given().delete("/v1/datasets/lab-dup/images/" + first + "/decision")
                    .then()
                    .statusCode(204);
        }
    }

    private ValidatableResponse stream(String dataset, String where, String lines) {
        return given().contentType(NDJSON)
                .body(bytes(lines))
                .post("/v1/datasets/" + dataset + "/" + where)
                .then()
                .statusCode(200);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String export(String dataset, @Nullable String filter) {
        var request = given();
        Response answer = (filter == null ? request : request.queryParam("filter", filter))
                .get("/v1/datasets/" + dataset + "/labels");
        return new String(
                answer.then().statusCode(200).contentType(NDJSON).extract().asByteArray(), StandardCharsets.UTF_8);
    }

    private static List<String> filtered(String dataset, String filter) {
        return given().queryParam("filter", filter)
                .get("/v1/datasets/" + dataset + "/images")
                .then()
                .statusCode(200)
                .extract()
                .path("images.path");
    }

    private void decide(String dataset, int i, Map<String, Object> decision, String by) {
        decide(dataset, id(dataset, i), decision, by);
    }

    private static void decide(String dataset, String id, Map<String, Object> decision, String by) {
        given().contentType(ContentType.JSON)
                .body(decision)
                .queryParam("by", by)
                .put("/v1/datasets/" + dataset + "/images/" + id + "/decision")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse patch(String image, String by, Map<String, ?> body) {
        return patched(image, by, body).then().statusCode(200);
    }

    private static Response patched(String image, String by, Map<String, ?> body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .queryParam("by", by)
                .patch(image);
    }

    private String id(String dataset, int i) {
        return ImageId.of(new ObjectKey(dataset, points.path(dataset, i))).toString();
    }

    private String image(String dataset, int i) {
        return "/v1/datasets/" + dataset + "/images/" + id(dataset, i);
    }
}
