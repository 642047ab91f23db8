package dev.winnow.curation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples, bounds, diversity, groups and pages, among images and among boxes. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchApiTest {

    /** Three planted clusters of 40, 20 and 10. */
    private static final int[] CLUSTERS = {40, 20, 10};

    private static final String FOUND = "found";
    private static final List<float[]> ROWS = TestVectors.clustered(CLUSTERS, PointsFixture.DIMENSION, 0.2, 21);

    @Inject
    PointsFixture points;

    @BeforeAll
    void fill() {
        points.createCollection();
        points.put(FOUND, ROWS);
        for (int i = 0; i < ROWS.size(); i++) {
            points.putObject(key(i), "o", "label-" + cluster(i), new Box(1, 2, 3, 4), ROWS.get(i));
        }
        for (int cluster = 0; cluster < CLUSTERS.length; cluster++) {
            int its = cluster;
            var members = IntStream.range(0, ROWS.size())
                    .filter(i -> cluster(i) == its)
                    .mapToObj(i -> points.id(FOUND, i))
                    .toList();
            points.setPayload(members, PointSchema.CLUSTER, ValueFactory.value(cluster));
            points.setPayload(
                    members,
                    PointSchema.LABELS,
                    ValueFactory.list(List.of(ValueFactory.value("label-" + cluster), ValueFactory.value("any"))));
        }
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "object"})
    void examplesAreAveragedAndLeftOut(String kind) {
        // Like two of the first cluster and one of the second, unlike one of the first.
        List<Integer> like = List.of(0, 1, 45);
        List<Integer> unlike = List.of(2);
        Response found = search(
                kind,
                Map.of(
                        "positive", List.of(id(kind, 0), ROWS.get(1), id(kind, 45)),
                        "negative", List.of(id(kind, 2)),
                        "limit", 20));
        found.then().statusCode(200).body("exact", equalTo(true));
        float[] target = new float[PointsFixture.DIMENSION];
        for (int j = 0; j < target.length; j++) {
            for (int i : like) {
                target[j] += (float) (2 * ROWS.get(i)[j] / length(ROWS.get(i)) / like.size());
            }
            target[j] -= (float) (ROWS.get(unlike.getFirst())[j] / length(ROWS.get(unlike.getFirst())));
        }
        Set<Integer> given = Set.of(0, 45, 2);
        List<String> expected = IntStream.range(0, ROWS.size())
                .filter(i -> !given.contains(i))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -cosine(target, ROWS.get(i))))
                .limit(20)
                .map(i -> id(kind, i))
                .toList();
        assertThat(found.<List<String>>path("hits.id")).isEqualTo(expected);
        assertThat(found.jsonPath().getDouble("hits[0].similarity")
                        + found.jsonPath().getDouble("hits[0].distance"))
                .isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "object"})
    void nothingBelowTheLeastSimilarity(String kind) {
        double least = 0.8;
        long expected = IntStream.range(1, ROWS.size())
                .filter(i -> cosine(ROWS.get(0), ROWS.get(i)) >= least)
                .count();
        Response found = search(kind, Map.of("id", id(kind, 0), "min_similarity", least, "limit", 1000, "exact", true));
        assertThat(found.<List<Float>>path("hits.similarity"))
                .hasSize((int) expected)
                .allMatch(similarity -> similarity >= least);
        found.then().body("next_cursor", equalTo(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "object"})
    void diversityReachesFurther(String kind) {
        Map<String, Object> plain = Map.of("id", id(kind, 0), "limit", 3);
        search(kind, plain).then().body("hits.path", everyItem(startsWith("cluster-0/")));
        Response diverse = search(kind, with(plain, "diversity", 0.8));
        diverse.then().statusCode(200).body("candidates", equalTo(100)).body("next_cursor", equalTo(null));
        assertThat(diverse.<List<String>>path("hits.path").stream().map(path -> path.substring(0, 9)))
                .containsExactlyInAnyOrder("cluster-0", "cluster-1", "cluster-2");
        assertThat(search(kind, with(plain, "diversity", 0)).<List<String>>path("hits.id"))
                .isEqualTo(search(kind, plain).path("hits.id"));
        search(kind, with(with(plain, "diversity", 0.8), "candidates", 20))
                .then()
                .body("candidates", equalTo(20))
                .body("hits.path", everyItem(startsWith("cluster-0/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "object"})
    void groupsShowTheBestOfEach(String kind) {
        Response byLabel = search(
                kind,
                Map.of(
                        "id",
                        id(kind, 41),
                        "group_by",
                        "label",
                        "group_size",
                        2,
                        "filter",
                        Map.of("labels", List.of("label-0", "label-1", "label-2"))));
        byLabel.then().statusCode(200).body("hits", empty()).body("next_cursor", equalTo(null));
        List<String> values = byLabel.path("groups.value");
        assertThat(values).contains("label-0", "label-1", "label-2");
        int second = values.indexOf("label-1");
        byLabel.then()
                .body("groups[" + second + "].hits", hasSize(2))
                .body("groups[" + second + "].hits.path", everyItem(startsWith("cluster-1/")));
        assertThat(second).isLessThan(values.indexOf("label-0"));
        List<Float> best = byLabel.path("groups.collect { it.hits[0].similarity }");
        assertThat(best).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void groupsOfClusters() {
        search("image", Map.of("id", id("image", 65), "group_by", "cluster", "limit", 2))
                .then()
                .statusCode(200)
                .body("groups", hasSize(2))
                .body("groups[0].value", equalTo(2))
                .body("groups[0].hits", hasSize(3))
                .body("groups.hits.flatten().path.collect { it.substring(0, 9) }.unique()", hasSize(2));
        // Nobody has put a box into a cluster.
        search("object", Map.of("id", id("object", 65), "group_by", "cluster"))
                .then()
                .body("groups", empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "object"})
    void pagesAreTheRankingWhateverArrives(String kind) {
        String dataset = "paged-" + kind;
        List<float[]> rows = new ArrayList<>(TestVectors.clustered(new int[] {45}, PointsFixture.DIMENSION, 0.4, 4));
        // Equal ones, over the ends of pages.
        for (int i = 0; i < 15; i++) {
            rows.add(rows.get(10));
        }
        for (int i = 0; i < rows.size(); i++) {
            put(dataset, kind, "p%02d.jpg".formatted(i), rows.get(i));
        }
        Map<String, Object> query = Map.of("vector", rows.get(0), "kind", kind, "limit", 7);
        List<String> whole = search(dataset, with(query, "limit", 1000)).path("hits.path");
        assertThat(whole).hasSize(60);
        List<String> paged = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            Response page = search(dataset, cursor == null ? query : with(query, "cursor", cursor));
            page.then().statusCode(200);
            paged.addAll(page.path("hits.path"));
            cursor = page.path("next_cursor");
            // The query's own vector: in front of whatever is there.
            put(dataset, kind, "early-" + pages + ".jpg", rows.get(0));
            pages++;
        } while (cursor != null);
        assertThat(paged).isEqualTo(whole);
        assertThat(pages).isEqualTo(9);

        // What arrives behind the place is seen.
        Response first = search(dataset, query);
        put(dataset, kind, "late.jpg", negated(rows.get(0)));
        List<String> rest = new ArrayList<>();
        for (cursor = first.path("next_cursor"); cursor != null; ) {
            Response page = search(dataset, with(query, "cursor", cursor));
            rest.addAll(page.path("hits.path"));
            cursor = page.path("next_cursor");
        }
        assertThat(rest).endsWith("late.jpg").doesNotContainAnyElementsOf(first.path("hits.path"));
    }

    @Test
    void aCursorGoesOnWithItsOwnSearchOnly() {
        Map<String, Object> query = Map.of("id", id("image", 0), "limit", 5);
        String cursor = search("image", query).path("next_cursor");
        search("image", with(with(query, "cursor", cursor), "limit", 9))
                .then()
                .statusCode(200)
                .body("hits", hasSize(9));
        List<Map<String, Object>> others = List.of(
                Map.of("id", id("image", 1), "cursor", cursor),
                with(with(query, "cursor", cursor), "min_similarity", 0.1),
                with(with(query, "cursor", cursor), "filter", Map.of("format", "jpeg")),
                with(query, "cursor", cursor.substring(1) + "A"),
                with(query, "cursor", "nonsense"),
                with(query, "cursor", ""));
        for (Map<String, Object> other : others) {
            problem(search("image", other)).body("field", equalTo("cursor"));
        }
        problem(search("object", Map.of("id", id("image", 0), "cursor", cursor)))
                .body("field", equalTo("cursor"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "negative": ["ID"]                                  | body           | id, vector and text
            "id": "ID", "positive": ["ID"]                      | body           | positive
            "id": "ID", "negative": ["ID"]                      | negative       | positive
            "positive": []                                      | positive       | 1 to 100
            "positive": ["x"]                                   | positive[0]    | id
            "positive": ["ID", 7]                               | positive[1]    | an id or a vector
            "positive": ["ID", ["a"]]                           | positive[1][0] | a number
            "positive": ["ID", [1, 2]]                          | positive[1]    | 16 numbers
            "positive": ["ID"], "negative": [[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]] | negative[0] | not all zero
            "id": "ID", "limit": 10001                          | limit          | 1 to 10000
            "id": "ID", "min_similarity": 1.5                   | min_similarity | -1 to 1
            "id": "ID", "diversity": -0.1                       | diversity      | 0 to 1
            "id": "ID", "diversity": 0.5, "candidates": 2001    | candidates     | 1 to 2000
            "id": "ID", "diversity": 0.5, "candidates": 5       | limit          | 1 to 5
            "id": "ID", "candidates": 5                         | candidates     | diversity
            "id": "ID", "group_by": "mood"                      | group_by       | label or cluster
            "id": "ID", "group_size": 2                         | group_size     | group_by
            "id": "ID", "group_by": "label", "group_size": 0    | group_size     | 1 to 100
            "id": "ID", "group_by": "label", "limit": 101       | limit          | 1 to 100
            "id": "ID", "group_by": "label", "diversity": 0.5   | group_by       | diversity
            "id": "ID", "group_by": "label", "cursor": "x"      | cursor         | group_by
            "id": "ID", "diversity": 0.5, "cursor": "x"         | cursor         | diversity
            "id": "ID", "offset": 5                             | offset         | cursor
            """)
    void saysWhichFieldIsWrong(String fields, String field, String expected) {
        String body = "{" + fields.replace("ID", id("image", 0)) + "}";
        problem(given().contentType(ContentType.JSON).body(body).post("/v1/datasets/found/search"))
                .body("field", equalTo(field))
                .body("expected", containsString(expected));
    }

    @Test
    void anUploadIsCheckedBeforeItIsEmbedded() {
        for (Map.Entry<String, String> wrong : Map.of("diversity", "2", "group_by", "mood", "min_similarity", "-2")
                .entrySet()) {
            problem(given().contentType("image/jpeg")
                            .queryParam(wrong.getKey(), wrong.getValue())
                            .body(new byte[] {1})
                            .post("/v1/datasets/found/search"))
                    .body("field", equalTo(wrong.getKey()));
        }
    }

    private void put(String dataset, String kind, String path, float[] vector) {
        ObjectKey image = new ObjectKey(dataset, path);
        if (kind.equals("image")) {
            points.putImage(image, vector, 100, 100);
        } else {
            points.putObject(image, "o", "thing", new Box(1, 2, 3, 4), vector);
            points.putImage(image, vector, 100, 100);
        }
    }

    /** Among one kind of the dataset that the tests share, or, of another dataset, as the query says. */
    private static Response search(String where, Map<String, Object> query) {
        boolean kind = where.equals("image") || where.equals("object");
        return given().contentType(ContentType.JSON)
                .body(kind ? with(query, "kind", where) : query)
                .post("/v1/datasets/" + (kind ? FOUND : where) + "/search");
    }

    private static Map<String, Object> with(Map<String, Object> query, String key, @Nullable Object value) {
        Map<String, Object> more = new HashMap<>(query);
        more.put(key, value);
        return more;
    }

    private static io.restassured.response.ValidatableResponse problem(Response response) {
        return response.then().statusCode(422).contentType("application/problem+json");
    }

    private String id(String kind, int i) {
        return kind.equals("image")
                ? points.id(FOUND, i).toString()
                : ObjectId.of(points.id(FOUND, i), "o").toString();
    }

    private ObjectKey key(int i) {
        return new ObjectKey(FOUND, points.path(FOUND, i));
    }

    private static int cluster(int i) {
        return i < 40 ? 0 : i < 60 ? 1 : 2;
    }

    private static float[] negated(float[] vector) {
        float[] other = vector.clone();
        for (int i = 0; i < other.length; i++) {
            other[i] = -other[i];
        }
        return other;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot / length(a) / length(b);
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        return Math.sqrt(squares);
    }
}
