package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Boxes in, their crops found, boxes out. */
@ExtendWith(SharedSuite.class)
class ObjectsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path COCO = RunningSuite.ROOT.resolve("../shared/data/coco128");

    private final RunningSuite suite;

    ObjectsTest(RunningSuite suite) {
        this.suite = suite;
    }

    @Test
    void boxesFollowTheirImages() {
        Client client = new Client(suite.endpoints(), "boxes");
        String leaf = SampleImages.paths("leaf", 1).getFirst();
        String planet = SampleImages.paths("planet", 1).getFirst();
        client.put("leaf.jpg", SampleImages.read(leaf));
        client.put("planet.jpg", SampleImages.read(planet));
        client.awaitCounts(2, 0);
        Response imported = annotate("boxes", "text/csv", """
                path,label,x,y,width,height,object
                leaf.jpg,whole,0,0,10000,10000,all
                leaf.jpg,corner,0,0,40,40,corner
                planet.jpg,whole,0,0,10000,10000,all
                planet.jpg,nothing,9000,9000,10,10,out
                """);
        assertThat(imported.jsonPath().getLong("objects")).isEqualTo(3);
        assertThat(imported.jsonPath().getList("problems.item", String.class)).containsExactly("line 5");
        awaitObjects(client, 3);

        // The box around the whole picture is the picture.
        JsonPath found = client.search(Map.of("id", id("boxes", "planet.jpg").toString(), "kind", "object", "limit", 1))
                .jsonPath();
        assertThat(found.getString("hits[0].id"))
                .isEqualTo(ObjectId.of(id("boxes", "planet.jpg"), "all").toString());
        assertThat(found.getDouble("hits[0].similarity")).isGreaterThan(0.999);
        assertThat(client.search(Map.of("id", id("boxes", "leaf.jpg").toString()))
                        .jsonPath()
                        .getList("hits.path", String.class))
                .containsExactly("planet.jpg");

        // An edit by hand, and an image that goes.
        String edit = "/v1/datasets/boxes/images/" + id("boxes", "leaf.jpg") + "/objects";
        assertThat(given().baseUri(suite.endpoints().curation())
                        .contentType("application/json")
                        .body("{\"objects\": [{\"id\": \"corner\", \"label\": \"tip\", \"box\": [0, 0, 40, 50]}]}")
                        .put(edit)
                        .statusCode())
                .isEqualTo(200);
        awaitObjects(client, 2);
        given().baseUri(suite.endpoints().ingest()).delete("/v1/datasets/boxes/images/planet.jpg");
        client.awaitCounts(1, 0);
        awaitObjects(client, 1);
        assertThat(given().baseUri(suite.endpoints().curation())
                        .get("/v1/datasets/boxes/annotations?format=csv")
                        .asString()
                        .lines())
                .containsExactly("path,label,x,y,width,height,object", "leaf.jpg,tip,0.0,0.0,40.0,50.0,corner");
    }

    @Test
    void everyBoxOfCoco128IsEmbeddedAndComesBack() throws IOException {
        assumeTrue(Files.isDirectory(COCO), "no " + COCO);
        JsonNode in = JSON.readTree(Files.readAllBytes(COCO.resolve("instances.json")));
        Client client = new Client(suite.endpoints(), "coco128");
        try (Stream<Path> photos = Files.list(COCO.resolve("images"))) {
            for (Path photo : photos.toList()) {
                client.put(photo.getFileName().toString(), Files.readAllBytes(photo));
            }
        }
        client.awaitCounts(128, 0);
        JsonPath imported =
                annotate("coco128", "application/json", in.toString()).jsonPath();
        assertThat(imported.getList("problems")).isEmpty();
        assertThat(imported.getLong("objects")).isEqualTo(939);
        awaitObjects(client, 939);

        JsonNode out = JSON.readTree(given().baseUri(suite.endpoints().curation())
                .get("/v1/datasets/coco128/annotations?format=coco")
                .asByteArray());
        assertThat(boxes(out)).hasSize(939).isEqualTo(boxes(in));
        assertThat(out.get("categories")).isEqualTo(in.get("categories"));

        // Most alike to a zebra are other zebras.
        JsonPath zebras = client.search(Map.of("id", point(in, "zebra").toString(), "kind", "object", "limit", 3))
                .jsonPath();
        assertThat(zebras.getList("hits[0].labels", String.class)).containsExactly("zebra");

        // The same file once more: nothing is embedded again, and nothing lost.
        double before = embedded();
        annotate("coco128", "application/json", out.toString());
        awaitObjects(client, 939);
        assertThat(embedded()).isEqualTo(before);
    }

    private double embedded() {
        return given().baseUri(suite.endpoints().embedding())
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("winnow_objects_embedded_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private Response annotate(String dataset, String type, String body) {
        return given().baseUri(suite.endpoints().curation())
                .contentType(type + "; charset=UTF-8")
                .body(body)
                .post("/v1/datasets/{dataset}/annotations", dataset);
    }

    private static void awaitObjects(Client client, long objects) {
        await("%d boxes of %s".formatted(objects, client.dataset()))
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    JsonPath counts = client.get("").jsonPath();
                    assertThat(List.of(counts.getLong("objects"), counts.getLong("pending")))
                            .as("objects, pending")
                            .containsExactly(objects, 0L);
                });
    }

    /** Image, category and box of each annotation, by its id. */
    private static Map<Long, List<Double>> boxes(JsonNode coco) {
        Map<Long, List<Double>> boxes = new TreeMap<>();
        for (JsonNode annotation : coco.get("annotations")) {
            JsonNode box = annotation.get("bbox");
            boxes.put(
                    annotation.get("id").asLong(),
                    List.of(
                            annotation.get("image_id").asDouble(),
                            annotation.get("category_id").asDouble(),
                            box.get(0).asDouble(),
                            box.get(1).asDouble(),
                            box.get(2).asDouble(),
                            box.get(3).asDouble()));
        }
        return boxes;
    }

    /** The point of the largest box of a category. */
    private static ObjectId point(JsonNode coco, String category) {
        long wanted = 0;
        for (JsonNode entry : coco.get("categories")) {
            if (entry.get("name").asText().equals(category)) {
                wanted = entry.get("id").asLong();
            }
        }
        JsonNode largest = JSON.createObjectNode();
        for (JsonNode annotation : coco.get("annotations")) {
            if (annotation.get("category_id").asLong() == wanted
                    && annotation.get("area").asDouble() > largest.path("area").asDouble()) {
                largest = annotation;
            }
        }
        for (JsonNode image : coco.get("images")) {
            if (image.get("id").asLong() == largest.get("image_id").asLong()) {
                return ObjectId.of(
                        id("coco128", image.get("file_name").asText()),
                        largest.get("id").asText());
            }
        }
        throw new AssertionError("no " + category);
    }

    private static ImageId id(String dataset, String path) {
        return ImageId.of(new ObjectKey(dataset, path));
    }
}
