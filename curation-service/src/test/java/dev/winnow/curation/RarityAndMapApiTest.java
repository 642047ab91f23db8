package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static dev.winnow.curation.CurationApi.run;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RarityAndMapApiTest {

    /** Three planted clusters of 40, 20 and 10 images. */
    private static final int[] CLUSTERS = {40, 20, 10};

    private static final String PLANTS = "/v1/datasets/plants";

    @Inject
    PointsFixture points;

    @BeforeAll
    void fill() {
        points.createCollection();
        points.put("plants", TestVectors.clustered(CLUSTERS, 16, 0.2, 1));
        points.put("atlas", TestVectors.clustered(CLUSTERS, 16, 0.2, 2));
        points.put("chart", TestVectors.clustered(CLUSTERS, 16, 0.2, 3));
        points.put("lone", TestVectors.random(1, 16, 3));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": "scores", "k": 70}                          | k
            {"type": "scores", "clusters": 71}                   | clusters
            {"type": "scores", "by": "beauty"}                   | by
            {"type": "quality", "issues": []}                    | issues
            {"type": "quality", "issues": ["dark", "dark"]}      | issues
            {"type": "quality", "deviations": 0}                 | deviations
            {"type": "thin"}                                     | n
            {"type": "thin", "n": 71}                            | n
            {"type": "map", "neighbours": 1}                     | neighbours
            {"type": "map", "neighbours": 70}                    | neighbours
            {"type": "map", "min_dist": 2}                       | min_dist
            {"type": "map", "epochs": 0}                         | epochs
            {"type": "map", "method": "pca", "epochs": 5}        | epochs
            {"type": "map", "method": "globe"}                   | method
            """)
    void saysWhichFieldIsWrong(String body, String field) {
        problem(given().contentType(ContentType.JSON).body(body).post(PLANTS + "/jobs"), 422)
                .body("field", equalTo(field))
                .body("expected", startsWith("expected"));
    }

    @Test
    void scoresEveryImage() {
        Response scores = run("plants", Map.of("type", "scores", "clusters", 3, "by", "representativeness"));
        scores.then()
                .body("images", equalTo(70))
                .body("k", equalTo(10))
                .body("clusters", equalTo(3))
                .body("by", equalTo("representativeness"))
                .body("scores", hasSize(70))
                .body("scores.uniqueness.collect { it.toDouble() }", everyItem(greaterThan(0.0)))
                .body("scores.uniqueness.collect { it.toDouble() }", everyItem(lessThan(1.0)));
        List<Integer> ranks = scores.path("scores.representativeness_rank");
        assertThat(ranks).isSorted().startsWith(1).endsWith(70);
        List<Integer> outlierRanks = scores.path("scores.outlier_rank");
        assertThat(outlierRanks).doesNotHaveDuplicates();
        run("plants", Map.of("type", "scores", "limit", 3))
                .then()
                .body("scores.outlier_rank", equalTo(List.of(1, 2, 3)));
        run("lone", Map.of("type", "scores")).then().body("scores.uniqueness", equalTo(List.of(1.0f)));
    }

    @Test
    void thinsToABudget() {
        Response thinned = run("plants", Map.of("type", "thin", "n", 30));
        thinned.then()
                .body("kept", hasSize(30))
                .body("removed", hasSize(40))
                .body("survivor", equalTo("resolution"))
                .body("least_distance.toDouble()", greaterThan(0.0));
        List<Float> distances = thinned.path("removed.reason.distance");
        assertThat(distances).isSorted();
        List<String> kept = thinned.path("kept.id");
        List<String> standIns = thinned.path("removed.kept.id");
        assertThat(kept).containsAll(standIns);
        run("lone", Map.of("type", "thin", "n", 1))
                .then()
                .body("removed", empty())
                .body("least_distance", nullValue());
    }

    @Test
    void namesWhatIsWrongWithPictures() {
        // As the points are written: sharpness 1.5, and neither brightness nor entropy.
        run("plants", Map.of("type", "quality", "limit", 5))
                .then()
                .body("images", equalTo(70))
                .body("affected", equalTo(70))
                .body("issues.issue", hasSize(6))
                .body("issues.find { it.issue == 'blurred' }.count", equalTo(70))
                .body("issues.find { it.issue == 'blurred' }.below.toDouble()", greaterThan(9.9))
                .body("issues.find { it.issue == 'blurred' }.findings", hasSize(5))
                .body("issues.find { it.issue == 'dark' }.measured", equalTo(0))
                .body("issues.find { it.issue == 'odd_size' }.count", equalTo(0));
        run("lone", Map.of("type", "quality", "issues", List.of("dark"))).then().body("issues", hasSize(1));
    }

    @Test
    void drawsAMapAndPlacesArrivalsOnIt() {
        problem(given().get("/v1/datasets/atlas/map"), 404).body("detail", containsString("map"));
        Response drawn = run("atlas", Map.of("type", "map", "neighbours", 8, "seed", 5));
        drawn.then()
                .body("method", equalTo("umap"))
                .body("umap.neighbours", equalTo(8))
                .body("umap.epochs", equalTo(500))
                .body("explained", hasSize(2))
                .body("trustworthiness.k", equalTo(15))
                .body("trustworthiness.sample", equalTo(70))
                .body("trustworthiness.value.toDouble()", greaterThan(0.8))
                .body("points", hasSize(70));
        assertThat(run("atlas", Map.of("type", "map", "neighbours", 8, "seed", 5))
                        .<Object>path("points"))
                .isEqualTo(drawn.path("points"));

        given().get("/v1/datasets/atlas/map")
                .then()
                .statusCode(200)
                .body("points", hasSize(70))
                .body("arrived", equalTo(0))
                .body("model", equalTo("test"))
                .body(
                        "points.find { it.path == 'cluster-0/003.jpg' }.x",
                        equalTo(drawn.path("points.find { it.path == 'cluster-0/003.jpg' }.x")));
        float[] twin = points.vector("atlas", 45).clone();
        twin[0] += 0.05f;
        points.putImage(new ObjectKey("atlas", "new.jpg"), twin, 100, 100);
        // The same path with another file, which now belongs to the first cluster.
        points.putImage(new ObjectKey("atlas", points.path("atlas", 69)), points.vector("atlas", 0), 100, 100);
        Response map = given().get("/v1/datasets/atlas/map");
        map.then()
                .statusCode(200)
                .body("points", hasSize(71))
                .body("arrived", equalTo(2))
                .body("unplaced", equalTo(0))
                .body("gone", equalTo(0))
                .body("watermark.images", equalTo(70))
                .body("freshness.pending", equalTo(0));
        assertThat(nearest(map, "new.jpg").subList(0, 5)).allMatch(path -> path.startsWith("cluster-1/"));
        assertThat(nearest(map, points.path("atlas", 69)).subList(0, 5))
                .allMatch(path -> path.startsWith("cluster-0/"));
    }

    /** The other paths on a map, by their distance to one. */
    private static List<String> nearest(Response map, String path) {
        List<Map<String, Object>> all = new ArrayList<>(map.<List<Map<String, Object>>>path("points"));
        Map<String, Object> self = all.stream()
                .filter(point -> path.equals(point.get("path")))
                .findFirst()
                .orElseThrow();
        all.remove(self);
        all.sort(Comparator.comparingDouble(
                point -> Math.hypot(number(point, "x") - number(self, "x"), number(point, "y") - number(self, "y"))));
        return all.stream().map(point -> String.valueOf(point.get("path"))).toList();
    }

    private static double number(Map<String, Object> point, String field) {
        return ((Number) Objects.requireNonNull(point.get(field))).doubleValue();
    }

    @Test
    void projectsArrivalsOntoTheirPlane() {
        run("chart", Map.of("type", "map", "method", "pca"))
                .then()
                .body("method", equalTo("pca"))
                .body("umap", nullValue());
        points.putImage(new ObjectKey("chart", "copy.jpg"), points.vector("chart", 50), 100, 100);
        Response map = given().get("/v1/datasets/chart/map");
        map.then().body("arrived", equalTo(1));
        for (String axis : List.of("x", "y")) {
            String copy = "points.find { it.path == 'copy.jpg' }." + axis;
            String original = "points.find { it.path == '%s' }.%s".formatted(points.path("chart", 50), axis);
            assertThat(map.<Float>path(copy)).isCloseTo(map.<Float>path(original), within(1e-4f));
        }
        String id = ImageId.of(new ObjectKey("chart", "copy.jpg")).toString();
        map.then().body("points.find { it.path == 'copy.jpg' }.id", equalTo(id));
        run("lone", Map.of("type", "map")).then().body("points", hasSize(1)).body("trustworthiness", nullValue());
    }
}
