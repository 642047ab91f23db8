package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Images in; search, labels and jobs out. */
@ExtendWith(SharedSuite.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CurationTest {

    private final Client client;
    private final List<String> paths = new ArrayList<>();

    CurationTest(RunningSuite suite) {
        this.client = new Client(suite.endpoints(), "curation");
    }

    @BeforeAll
    void takeIn() {
        for (String label : List.of("balloon", "leaf", "planet")) {
            paths.addAll(SampleImages.paths(label, 12));
        }
        paths.add("strays/maze.png");
        for (String path : paths) {
            Response stored = client.put(path, SampleImages.read(path));
            assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
            assertThat(stored.jsonPath().getString("id")).isEqualTo(id(path));
        }
        client.put("again.jpg", SampleImages.read("leaf/leaf-001.jpg"));
        client.awaitCounts(paths.size() + 1, 0);
        String csv = paths.stream()
                .filter(path -> !path.startsWith("strays"))
                .map(path -> path + "," + path.substring(0, path.indexOf('/')))
                .collect(Collectors.joining("\n", "path,label\n", "\nno/such.jpg,nothing\n"));
        JsonPath imported = given().baseUri(client.endpoints().curation())
                .contentType("text/csv")
                .body(csv)
                .post("/v1/datasets/curation/annotations")
                .jsonPath();
        assertThat(imported.getInt("labelled")).isEqualTo(36);
        assertThat(imported.getList("unknown.path", String.class)).containsExactly("no/such.jpg");
    }

    @Test
    void anImageFindsItsLikes() {
        JsonPath found = client.search(Map.of("id", id("planet/planet-002.jpg"), "limit", 5))
                .jsonPath();
        assertThat(found.getList("hits.path", String.class))
                .hasSize(5)
                .doesNotContain("planet/planet-002.jpg")
                .filteredOn(path -> path.startsWith("planet/"))
                .hasSizeGreaterThanOrEqualTo(4);
        assertThat(found.getList("hits.similarity", Double.class)).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(found.getInt("freshness.pending")).isZero();
    }

    @Test
    void anUploadFindsItself() {
        JsonPath found = client.searchByUpload(SampleImages.read("leaf/leaf-001.jpg"), "", 3)
                .jsonPath();
        assertThat(found.getList("hits.path", String.class).subList(0, 2))
                .containsExactlyInAnyOrder("leaf/leaf-001.jpg", "again.jpg");
        assertThat(found.getDouble("hits[0].similarity")).isCloseTo(1, within(1e-3));
        assertThat(found.getDouble("hits[0].distance")).isCloseTo(0, within(1e-3));
    }

    @Test
    void aVectorFindsItsImage() {
        JsonPath embedded = given().baseUri(client.endpoints().embedding())
                .contentType("image/jpeg")
                .body(SampleImages.read("balloon/balloon-003.jpg"))
                .post("/v1/embed")
                .jsonPath();
        List<Float> vector = embedded.getList("vector", Float.class);
        assertThat(vector).hasSize(embedded.getInt("dimension"));
        assertThat(client.search(Map.of("vector", vector, "limit", 1))
                        .jsonPath()
                        .getString("hits[0].path"))
                .isEqualTo("balloon/balloon-003.jpg");
    }

    @Test
    void aFilterHolds() {
        JsonPath found = client.searchByUpload(
                        SampleImages.read("leaf/leaf-002.jpg"), "{\"labels\":[\"planet\",\"balloon\"]}", 50)
                .jsonPath();
        assertThat(found.getList("hits.path", String.class)).hasSize(24).noneMatch(path -> path.startsWith("leaf/"));
        JsonPath large = client.search(Map.of(
                        "id", id("leaf/leaf-002.jpg"), "filter", Map.of("width", Map.of("gte", 320)), "limit", 50))
                .jsonPath();
        assertThat(large.getList("hits.width", Integer.class)).isNotEmpty().allMatch(width -> width >= 320);
    }

    @Test
    void datasetsAreWallsApart() {
        Client other = new Client(client.endpoints(), "curation-other");
        other.put("leaf.jpg", SampleImages.read("leaf/leaf-001.jpg"));
        other.awaitCounts(1, 0);
        assertThat(other.searchByUpload(SampleImages.read("leaf/leaf-001.jpg"), "", 50)
                        .jsonPath()
                        .getList("hits.path", String.class))
                .containsExactly("leaf.jpg");
    }

    @Test
    void jobsAnswer() {
        JsonPath duplicates = client.job(Map.of("type", "deduplicate", "threshold", 0.9999));
        assertThat(duplicates.getInt("exact")).isEqualTo(1);

        JsonPath clusters = client.job(Map.of("type", "cluster", "k", 4, "seed", 7));
        assertThat(clusters.getInt("k")).isEqualTo(4);
        assertThat(clusters.getList("assignments.path", String.class)).hasSize(38);

        JsonPath outliers = client.job(Map.of("type", "outliers", "limit", 3));
        assertThat(outliers.getList("outliers.path", String.class)).hasSize(3).contains("strays/maze.png");

        JsonPath selection = client.job(Map.of("type", "select", "n", 9, "by", "label"));
        assertThat(selection.getMap("after")).isEqualTo(Map.of("balloon", 3, "leaf", 3, "planet", 3));
        Set<String> selected = new HashSet<>(selection.getList("selected.path", String.class));
        assertThat(selected).hasSize(9).isSubsetOf(paths);
    }

    @Test
    void anUnknownDatasetIsAProblem() {
        Response response = new Client(client.endpoints(), "nowhere").get("");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.contentType()).startsWith("application/problem+json");
    }

    private static String id(String path) {
        return ImageId.of(new ObjectKey("curation", path)).toString();
    }
}
