package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.Box;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageAnnotated;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Topic;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Boxes in and out by HTTP; what the worker makes of them is its own test's. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectsApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<float[]> VECTORS = TestVectors.random(20, PointsFixture.DIMENSION, 11);

    private static final String COCO = """
            {"info": {"year": 2026},
             "annotations": [
               {"id": 7, "image_id": 1, "category_id": 18, "bbox": [10.5, 20, 30, 40.25], "area": 900.5, "iscrowd": 0,
                "segmentation": [[10.5, 20, 40.5, 20, 40.5, 60.25]], "score": 0.5},
               {"id": 8, "image_id": 1, "category_id": 1, "bbox": [-3, -3, 20, 20], "iscrowd": 1},
               {"id": 9, "image_id": 1, "category_id": 1, "bbox": [200, 20, 5, 5]},
               {"id": 10, "image_id": 1, "category_id": 99, "bbox": [1, 2, 3, 4]},
               {"id": 11, "image_id": 1, "category_id": 1, "bbox": [1, 2, 0, 4]},
               {"id": 12, "image_id": 77, "category_id": 1, "bbox": [1, 2, 3, 4]},
               {"id": 13, "image_id": 3, "category_id": 1, "bbox": [1, 2, 3, 4]},
               {"id": 14, "image_id": 4, "category_id": 1, "bbox": [1, 2, 3, 4]},
               {"id": 8, "image_id": 1, "category_id": 1, "bbox": [5, 5, 20, 20]}],
             "images": [
               {"id": 1, "file_name": "day 1/a.jpg", "width": 100, "height": 80, "license": 3},
               {"id": 2, "file_name": "empty.jpg", "width": 100, "height": 80},
               {"id": 3, "file_name": "unknown.jpg"},
               {"id": 4, "file_name": "turned.jpg", "width": 100, "height": 80}],
             "categories": [
               {"id": 1, "name": "person", "supercategory": "person"},
               {"id": 18, "name": "dog", "supercategory": "animal"},
               {"id": 40, "name": "unused"}]}
            """;

    @Inject
    PointsFixture points;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @BeforeAll
    void createCollection() {
        points.createCollection();
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void cocoComesBackAsItWentIn() throws Exception {
        image("coco", "day 1/a.jpg", 100, 80);
        image("coco", "empty.jpg", 100, 80);
        image("coco", "turned.jpg", 80, 100);
        post("coco", "application/json", COCO)
                .then()
                .statusCode(200)
                .body("boxes", equalTo(9))
                .body("images", equalTo(2))
                .body("objects", equalTo(2))
                .body("problem_count", equalTo(7))
                .body(
                        "problems.item",
                        containsInAnyOrder(
                                "annotation 9",
                                "annotation 10",
                                "annotation 11",
                                "annotation 12",
                                "annotation 8",
                                "image 3",
                                "image 4"))
                .body("problems.find { it.item == 'annotation 9' }.reason", containsString("100 x 80"))
                .body("problems.find { it.item == 'annotation 9' }.path", equalTo("day 1/a.jpg"))
                .body("problems.find { it.item == 'image 3' }.reason", containsString("no such image"))
                .body("problems.find { it.item == 'image 4' }.reason", containsString("80 x 100"));
        assertThat(annotated("coco")).containsExactlyInAnyOrder("day 1/a.jpg", "empty.jpg");

        JsonNode out = export("coco");
        Map<Long, JsonNode> annotations = byId(out.get("annotations"));
        assertThat(annotations).containsOnlyKeys(7L, 8L);
        assertThat(annotations.get(7L)).isEqualTo(JSON.readTree("""
                {"id": 7, "image_id": 1, "category_id": 18, "bbox": [10.5, 20.0, 30.0, 40.25], "area": 900.5, "iscrowd": 0,
                 "segmentation": [[10.5, 20, 40.5, 20, 40.5, 60.25]], "score": 0.5}"""));
        assertThat(annotations.get(8L)).isEqualTo(JSON.readTree("""
                {"id": 8, "image_id": 1, "category_id": 1, "bbox": [-3.0, -3.0, 20.0, 20.0], "area": 400.0, "iscrowd": 1}"""));
        assertThat(byId(out.get("images")).values())
                .containsExactly(JSON.readTree("""
                {"id": 1, "file_name": "day 1/a.jpg", "width": 100, "height": 80, "license": 3}"""), JSON.readTree("""
                {"id": 2, "file_name": "empty.jpg", "width": 100, "height": 80}"""), JSON.readTree("""
                {"id": 4503599627370496, "file_name": "turned.jpg", "width": 80, "height": 100,
                 "winnow": {"annotated": false, "labels": [], "tags": []}}"""));
        assertThat(out.get("categories")).isEqualTo(JSON.readTree(COCO).get("categories"));

        // Once more from what came out: nothing changes, and there is nothing to complain about.
        post("coco", "application/json", out.toString())
                .then()
                .body("objects", equalTo(2))
                .body("problems", empty());
        assertThat(export("coco")).isEqualTo(out);
    }

    @Test
    void everyBoxOfCoco128ComesBack() throws Exception {
        Path file = Path.of(System.getProperty("suite.root")).resolve("../shared/data/coco128/instances.json");
        assumeTrue(Files.isRegularFile(file), "no " + file);
        JsonNode in = JSON.readTree(Files.readAllBytes(file));
        for (JsonNode image : in.get("images")) {
            image(
                    "coco128",
                    image.get("file_name").asText(),
                    image.get("width").asInt(),
                    image.get("height").asInt());
        }
        post("coco128", "application/json", Files.readString(file))
                .then()
                .statusCode(200)
                .body("boxes", equalTo(939))
                .body("objects", equalTo(939))
                .body("images", equalTo(128))
                .body("problems", empty());
        JsonNode out = export("coco128");
        assertThat(doubles(byId(out.get("annotations")))).isEqualTo(doubles(byId(in.get("annotations"))));
        assertThat(byId(out.get("images"))).isEqualTo(byId(in.get("images")));
        assertThat(out.get("categories")).isEqualTo(in.get("categories"));
    }

    @Test
    void csvIsReadLineByLine() throws Exception {
        image("csv", "a.jpg", 100, 80);
        image("csv", "b.jpg", 100, 80);
        String csv = """
                path,label,x,y,width,height,object
                a.jpg,dog,1,2,3,4,left
                a.jpg,"cat, grey",10,20,30.5,40,
                a.jpg,dog,1,2,many,4,
                a.jpg,,1,2,3,4,
                b.jpg,dog,500,2,3,4,
                c.jpg,dog,1,2,3,4,
                ../d,dog,1,2,3,4,
                a.jpg,dog,1
                """;
        post("csv", "text/csv", csv)
                .then()
                .statusCode(200)
                .body("boxes", equalTo(8))
                .body("images", equalTo(1))
                .body("objects", equalTo(2))
                .body("problem_count", equalTo(6))
                .body("problems.item", containsInAnyOrder("line 4", "line 5", "line 6", "line 7", "line 8", "line 9"))
                .body("problems.find { it.item == 'line 4' }.reason", equalTo("width: expected a number, got 'many'"));
        assertThat(annotated("csv")).containsExactly("a.jpg");
        String out = given().get("/v1/datasets/csv/annotations?format=csv")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/csv"))
                .extract()
                .asString();
        assertThat(out.lines())
                .startsWith("path,label,x,y,width,height,object", "a.jpg,dog,1.0,2.0,3.0,4.0,left")
                .anyMatch(line -> line.startsWith("a.jpg,\"cat, grey\",10.0,20.0,30.5,40.0,"))
                .hasSize(3);

        // The same boxes once more are the same objects; others are added, or take their place.
        String another = "path,label,x,y,width,height\na.jpg,\"cat, grey\",10,20,30.5,40\na.jpg,fox,50,50,9,9\n";
        post("csv", "text/csv", another, "merge").then().statusCode(200).body("objects", equalTo(2));
        objects("csv", "a.jpg").then().body("objects.label", containsInAnyOrder("dog", "cat, grey", "fox"));
        post("csv", "text/csv", another).then().statusCode(200);
        objects("csv", "a.jpg").then().body("objects.label", containsInAnyOrder("cat, grey", "fox"));
        // What cannot be used at all leaves an image as it is.
        post("csv", "text/csv", "path,label,x,y,width,height\na.jpg,dog,1,2,0,4\n")
                .then()
                .body("images", equalTo(0));
        objects("csv", "a.jpg").then().body("objects", hasSize(2));
    }

    @Test
    void whatIsNoFileOfBoxesIsRefused() {
        image("wrong", "a.jpg", 100, 80);
        problem(post("wrong", "text/csv", "path,label,x\na.jpg,dog,1\n"), 422)
                .body("expected", containsString("path, label, x, y, width, height"));
        problem(post("wrong", "application/json", "[]"), 422).body("expected", containsString("COCO"));
        problem(post("wrong", "application/json", "{\"images\": []}"), 422)
                .body("expected", containsString("categories"));
        problem(post("wrong", "application/json", "{\"images\": {}}"), 422).body("expected", containsString("images"));
        problem(post("wrong", "application/json", "{\"images\": ["), 400);
        problem(post("wrong", "application/json", COCO, "add"), 422).body("field", equalTo("mode"));
        problem(post("no-such", "application/json", COCO), 404);
        problem(given().get("/v1/datasets/wrong/annotations?format=pdf"), 422).body("field", equalTo("format"));
        problem(given().get("/v1/datasets/no-such/annotations"), 404);
    }

    @Test
    void boxesAreEditedOneImageAtATime() throws Exception {
        image("edit", "a.jpg", 100, 80);
        Response none = objects("edit", "a.jpg");
        none.then().statusCode(200).body("annotated", equalTo(false)).body("objects", empty());
        assertThat(none.header("ETag")).isNull();

        Response first = put("edit", "a.jpg", null, """
                {"objects": [{"id": "left", "label": "dog", "box": [1, 2, 30, 40], "attributes": {"truncated": true}},
                             {"label": "cat", "box": [5, 6, 70, 8]}]}""");
        first.then()
                .statusCode(200)
                .body("annotated", equalTo(true))
                .body("objects.label", contains("dog", "cat"))
                .body("objects[0].attributes.truncated", equalTo(true))
                .body("objects[0].point", equalTo(objectId("edit", "a.jpg", "left")));
        assertThat(annotated("edit")).containsExactly("a.jpg");
        String etag = first.header("ETag");
        assertThat(objects("edit", "a.jpg").header("ETag")).isEqualTo(etag);

        // What was read may be sent back as it is, and keeps its dates.
        Response same = put("edit", "a.jpg", etag, first.asString());
        same.then().statusCode(200);
        assertThat(same.asString()).isEqualTo(first.asString());
        Response moved =
                put("edit", "a.jpg", same.header("ETag"), first.asString().replace("30.0", "31.0"));
        moved.then().statusCode(200).body("objects[0].box[2]", equalTo(31.0f));
        assertThat(moved.<String>path("objects[0].at")).isNotEqualTo(first.path("objects[0].at"));
        assertThat(moved.<String>path("objects[1].at")).isEqualTo(first.path("objects[1].at"));
        problem(put("edit", "a.jpg", same.header("ETag"), first.asString()), 412);
        objects("edit", "a.jpg").then().body("objects[0].box[2]", equalTo(31.0f));

        for (String wrong : List.of(
                "{\"label\": \"dog\"}",
                "{\"label\": \"dog\", \"box\": [200, 2, 3, 4]}",
                "{\"label\": \" \", \"box\": [1, 2, 3, 4]}",
                "{\"id\": \"left\", \"label\": \"dog\", \"box\": [1, 2, 3, 4]}")) {
            problem(
                            put(
                                    "edit",
                                    "a.jpg",
                                    null,
                                    "{\"objects\": [{\"id\": \"left\", \"label\": \"dog\", \"box\": [1, 2, 3, 4]}, "
                                            + wrong + "]}"),
                            422)
                    .body("field", startsWith("objects"));
        }
        problem(put("edit", "a.jpg", null, "{\"objects\": [{\"label\": \"dog\", \"box\": [1, 2, 3]}]}"), 400)
                .body("field", startsWith("objects[0].box"));
        problem(put("edit", "a.jpg", null, "{}"), 422).body("field", equalTo("body"));
        objects("edit", "a.jpg").then().body("objects[0].box[2]", equalTo(31.0f));
        problem(objects("edit", "missing.jpg"), 404);
        put("edit", "a.jpg", null, "{\"objects\": []}")
                .then()
                .body("annotated", equalTo(true))
                .body("objects", empty());
    }

    @Test
    void objectsAreFoundAndCountedApart() {
        image("apart", "a.jpg", 100, 80);
        image("apart", "b.jpg", 100, 80);
        image("others", "a.jpg", 100, 80);
        points.putObject(new ObjectKey("apart", "a.jpg"), "1", "dog", new Box(1, 2, 3, 4), VECTORS.get(3));
        points.putObject(new ObjectKey("apart", "a.jpg"), "2", "cat", new Box(5, 6, 7, 8), VECTORS.get(4));
        points.putObject(new ObjectKey("others", "a.jpg"), "1", "dog", new Box(1, 2, 3, 4), VECTORS.get(3));
        given().get("/v1/datasets/apart").then().body("images", equalTo(2)).body("objects", equalTo(2));
        String dog = objectId("apart", "a.jpg", "1");
        String cat = objectId("apart", "a.jpg", "2");
        search("apart", Map.of("vector", VECTORS.get(3), "kind", "object", "limit", 100))
                .then()
                .statusCode(200)
                .body("hits", hasSize(2))
                .body("hits[0].id", equalTo(dog))
                .body("hits[0].parent", equalTo(imageId("apart", "a.jpg")))
                .body("hits[0].path", equalTo("a.jpg"))
                .body("hits[0].object", equalTo("1"))
                .body("hits[0].labels", contains("dog"))
                .body("hits[0].box", contains(1.0f, 2.0f, 3.0f, 4.0f))
                .body("exact", equalTo(true));
        search("apart", Map.of("id", dog, "kind", "object")).then().body("hits.id", contains(cat));
        search("apart", Map.of("id", imageId("apart", "b.jpg"), "kind", "object"))
                .then()
                .body("hits.id", containsInAnyOrder(dog, cat));
        search("apart", Map.of("vector", VECTORS.get(3), "kind", "object", "filter", Map.of("labels", "cat")))
                .then()
                .body("hits.id", contains(cat));
        search(
                        "apart",
                        Map.of(
                                "vector",
                                VECTORS.get(3),
                                "kind",
                                "object",
                                "filter",
                                Map.of("parent", imageId("apart", "b.jpg"))))
                .then()
                .body("hits", empty());

        // Whatever asks for images finds images only.
        search("apart", Map.of("vector", VECTORS.get(3), "limit", 100))
                .then()
                .body("hits.path", containsInAnyOrder("a.jpg", "b.jpg"))
                .body("hits.id", not(contains(dog)));
        given().get("/v1/datasets/apart/images").then().body("images", hasSize(2));
        problem(given().get("/v1/datasets/apart/images/" + dog), 404);
        problem(search("apart", Map.of("id", dog)), 404);
        problem(search("apart", Map.of("id", objectId("others", "a.jpg", "1"), "kind", "object")), 404);
    }

    private void image(String dataset, String path, int width, int height) {
        points.putImage(new ObjectKey(dataset, path), VECTORS.get(0), width, height);
    }

    private static Response post(String dataset, String type, String body) {
        return post(dataset, type, body, "replace");
    }

    private static Response post(String dataset, String type, String body, String mode) {
        return given().contentType(type + "; charset=UTF-8")
                .queryParam("mode", mode)
                .body(body)
                .post("/v1/datasets/" + dataset + "/annotations");
    }

    private static Response objects(String dataset, String path) {
        return given().get("/v1/datasets/" + dataset + "/images/" + imageId(dataset, path) + "/objects");
    }

    private static Response put(
            String dataset, String path, @org.jspecify.annotations.Nullable String etag, String body) {
        var request = given().contentType(ContentType.JSON).body(body);
        return (etag == null ? request : request.header("If-Match", etag))
                .put("/v1/datasets/" + dataset + "/images/" + imageId(dataset, path) + "/objects");
    }

    private static Response search(String dataset, Map<String, Object> query) {
        return given().contentType(ContentType.JSON).body(query).post("/v1/datasets/" + dataset + "/search");
    }

    private static JsonNode export(String dataset) throws IOException {
        return JSON.readTree(given().get("/v1/datasets/" + dataset + "/annotations?format=coco")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    }

    private static Map<Long, JsonNode> byId(JsonNode elements) {
        Map<Long, JsonNode> byId = new TreeMap<>();
        elements.forEach(element ->
                assertThat(byId.put(element.get("id").asLong(), element)).isNull());
        return byId;
    }

    /** Annotations whose boxes are doubles, however they are written: 12 is 12.0. */
    private static Map<Long, Map<String, Object>> doubles(Map<Long, JsonNode> annotations) {
        Map<Long, Map<String, Object>> doubles = new TreeMap<>();
        annotations.forEach((id, annotation) -> {
            Map<String, Object> fields = new TreeMap<>();
            annotation
                    .properties()
                    .forEach(field -> fields.put(
                            field.getKey(),
                            field.getValue().isArray()
                                    ? numbers(field.getValue())
                                    : (Object) field.getValue().asDouble()));
            doubles.put(id, fields);
        });
        return doubles;
    }

    private static List<Double> numbers(JsonNode list) {
        List<Double> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }

    /** The paths of the dataset's images that the worker is to look at, each once. */
    private List<String> annotated(String dataset) throws IOException {
        List<String> paths = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topic.IMAGES).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < end.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    ImageEvent event = EventJson.read(record.value(), ImageEvent.class);
                    assertThat(record.key()).isEqualTo(event.image().toString());
                    if (event instanceof ImageAnnotated && event.dataset().equals(dataset)) {
                        paths.add(event.path());
                    }
                }
            }
        }
        return paths.stream().distinct().toList();
    }

    private static String imageId(String dataset, String path) {
        return ImageId.of(new ObjectKey(dataset, path)).toString();
    }

    private static String objectId(String dataset, String path, String object) {
        return ObjectId.of(ImageId.of(new ObjectKey(dataset, path)), object).toString();
    }
}
