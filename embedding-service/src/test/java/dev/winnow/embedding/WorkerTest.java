package dev.winnow.embedding;

import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.Box;
import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.image.Samples;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole worker against real protocols: Kafka, S3 and Qdrant of the local stack. */
@QuarkusTest
@QuarkusTestResource(Suite.class)
class WorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Suite suite = Suite.running();
    private Outside outside;

    @BeforeEach
    void ready() {
        outside = new Outside(suite.stack());
        await().atMost(PATIENCE).until(() -> readiness() == 200);
    }

    @AfterEach
    void close() throws Exception {
        outside.close();
    }

    @Test
    void aStoredImageBecomesASearchablePoint() throws Exception {
        String etag = outside.put("one/day 1/cam+2/ü.jpg", Samples.file("exif-6.jpg"));
        long offset = outside.announce("one/day 1/cam+2/ü.jpg");
        assertThat(outcome("one/day 1/cam+2/ü.jpg", offset)).isInstanceOfSatisfying(ImageEmbedded.class, embedded -> {
            assertThat(embedded.etag()).isEqualTo(etag);
            assertThat(embedded.model()).isEqualTo("two-towers-1");
            assertThat(embedded.causeOffset()).isEqualTo(offset);
        });
        Map<String, Value> payload =
                outside.point("one/day 1/cam+2/ü.jpg").orElseThrow().getPayloadMap();
        assertThat(payload.get(PointSchema.DATASET)).isEqualTo(value("one"));
        assertThat(payload.get(PointSchema.PATH)).isEqualTo(value("day 1/cam+2/ü.jpg"));
        assertThat(payload.get(PointSchema.KIND)).isEqualTo(value("image"));
        assertThat(payload.get(PointSchema.ETAG)).isEqualTo(value(etag));
        assertThat(payload.get(PointSchema.WIDTH)).isEqualTo(value(18));
        assertThat(payload.get(PointSchema.HEIGHT)).isEqualTo(value(29));
        assertThat(payload.get(PointSchema.FORMAT)).isEqualTo(value("jpeg"));
        assertThat(payload.get(PointSchema.ORIENTATION)).isEqualTo(value(6));
        assertThat(payload.get(PointSchema.CAPTURED_AT)).isEqualTo(value("2024-05-06T05:08:09Z"));
        assertThat(payload.get(PointSchema.CAMERA)).isEqualTo(value("Canon EOS 5D"));
        assertThat(payload)
                .containsKeys(
                        PointSchema.SHA256,
                        PointSchema.PHASH,
                        PointSchema.BYTES,
                        PointSchema.BRIGHTNESS,
                        PointSchema.CONTRAST,
                        PointSchema.SHARPNESS,
                        PointSchema.ENTROPY,
                        PointSchema.COLOURS,
                        PointSchema.PALETTE);

        float[] query = given().body(Samples.file("exif-6.jpg"))
                .contentType("image/jpeg")
                .post("/v1/embed")
                .jsonPath()
                .getObject("vector", float[].class);
        assertThat(outside.qdrant()
                        .queryAsync(QueryPoints.newBuilder()
                                .setCollectionName(PointSchema.ALIAS)
                                .setQuery(nearest(query))
                                .setLimit(1)
                                .build())
                        .get())
                .singleElement()
                .satisfies(hit -> assertThat(hit.getScore()).isGreaterThan(0.9999f));
    }

    @Test
    void replacingAnImageKeepsWhatPeopleSaidOfIt() throws Exception {
        String key = "labels/a.jpg";
        outside.put(key, Samples.file("exif-6.jpg"));
        outcome(key, outside.announce(key));
        outside.label(
                key,
                Map.of(
                        PointSchema.LABELS, list(List.of(value("cat"))),
                        PointSchema.TAGS, list(List.of(value("night"))),
                        PointSchema.SPLIT, value("train"),
                        PointSchema.LABELLED_BY, value("ann"),
                        PointSchema.LABELLED_AT, value("2026-11-02T08:21:00Z"),
                        PointSchema.DECISION, value("drop"),
                        PointSchema.DECISION_BY, value("ben"),
                        PointSchema.CLUSTER, value(7)));
        List<Float> before = outside.vector(key);
        String etag = outside.put(key, Samples.file("palette.png"));
        outcome(key, outside.announce(key));
        Map<String, Value> payload = outside.point(key).orElseThrow().getPayloadMap();
        assertThat(payload.get(PointSchema.ETAG)).isEqualTo(value(etag));
        assertThat(payload.get(PointSchema.FORMAT)).isEqualTo(value("png"));
        assertThat(payload.get(PointSchema.LABELS)).isEqualTo(list(List.of(value("cat"))));
        assertThat(payload.get(PointSchema.TAGS)).isEqualTo(list(List.of(value("night"))));
        assertThat(payload.get(PointSchema.SPLIT)).isEqualTo(value("train"));
        assertThat(payload)
                .containsEntry(PointSchema.LABELLED_BY, value("ann"))
                .containsEntry(PointSchema.LABELLED_AT, value("2026-11-02T08:21:00Z"))
                .containsEntry(PointSchema.DECISION, value("drop"))
                .containsEntry(PointSchema.DECISION_BY, value("ben"));
        assertThat(payload.get(PointSchema.CLUSTER)).isEqualTo(value(7));
        assertThat(payload).doesNotContainKeys(PointSchema.CAMERA, PointSchema.CAPTURED_AT);
        assertThat(outside.vector(key)).isNotEqualTo(before);
    }

    @Test
    void aRemovedImageLosesItsPoint() throws Exception {
        outside.put("gone/a.png", Samples.file("plain.png"));
        outcome("gone/a.png", outside.announce("gone/a.png"));
        assertThat(outside.point("gone/a.png")).isPresent();
        outside.delete("gone/a.png");
        assertThat(outcome("gone/a.png", outside.announceRemoval("gone/a.png"))).isInstanceOf(EmbeddingRemoved.class);
        assertThat(outside.point("gone/a.png")).isEmpty();
    }

    /** The whole life of boxes on the wire: drawn, edited, relabelled, taken out, embedded anew, and gone with their image. */
    @Test
    void boxesArePointsOfTheirImage() throws Exception {
        // Other tests embed boxes, too.
        double before = embeddedObjects();
        String key = "boxes/day 1/ü.jpg";
        String etag = outside.put(key, Samples.file("exif-6.jpg"));
        outcome(key, outside.announce(key));
        outside.label(key, Map.of(PointSchema.LABELS, list(List.of(value("street")))));
        outside.annotate(
                key,
                box("left", "dog", 1, 2, 8, 20),
                box("right", "cat", 9, 2, 8, 25),
                box("out", "ant", 17.5, 2, 8, 8));
        assertThat(outcome(key, outside.announceAnnotation(key)))
                .isInstanceOfSatisfying(ImageEmbedded.class, embedded -> {
                    assertThat(embedded.etag()).isEqualTo(etag);
                    assertThat(embedded.objects()).isEqualTo(2);
                    assertThat(embedded.refusedObjects()).isEqualTo(1);
                });
        Map<String, Value> left = outside.object(key, "left").orElseThrow().getPayloadMap();
        assertThat(left)
                .containsEntry(PointSchema.KIND, value("object"))
                .containsEntry(PointSchema.DATASET, value("boxes"))
                .containsEntry(PointSchema.PATH, value("day 1/ü.jpg"))
                .containsEntry(PointSchema.PARENT, value(ImageId.ofRawKey(key).toString()))
                .containsEntry(PointSchema.OBJECT, value("left"))
                .containsEntry(PointSchema.LABELS, list(List.of(value("dog"))))
                .containsEntry(PointSchema.BOX, list(List.of(value(1.0), value(2.0), value(8.0), value(20.0))))
                .containsEntry(PointSchema.WIDTH, value(8))
                .containsEntry(PointSchema.HEIGHT, value(20))
                .containsEntry(PointSchema.ETAG, value(etag));
        assertThat(outside.object(key, "out")).isEmpty();
        Map<String, Value> image = outside.point(key).orElseThrow().getPayloadMap();
        assertThat(image)
                .containsEntry(PointSchema.OBJECTS, value(3))
                .containsKey(PointSchema.OBJECTS_ETAG)
                .containsEntry(PointSchema.LABELS, list(List.of(value("street"))));

        awaitEmbeddedObjects(before + 2);
        List<Float> unchanged = vector(outside.object(key, "left"));
        List<Float> edited = vector(outside.object(key, "right"));
        outside.annotate(key, box("right", "cat", 9, 2, 8, 12), box("left", "wolf", 1, 2, 8, 20));
        outcome(key, outside.announceAnnotation(key));
        awaitEmbeddedObjects(before + 3);
        assertThat(vector(outside.object(key, "left"))).isEqualTo(unchanged);
        assertThat(vector(outside.object(key, "right"))).isNotEqualTo(edited);
        assertThat(outside.object(key, "left").orElseThrow().getPayloadMap())
                .containsEntry(PointSchema.LABELS, list(List.of(value("wolf"))));

        // Another picture, and an event that says nothing of boxes.
        String other = outside.put(key, Samples.file("plain.png"));
        outcome(key, outside.announce(key));
        assertThat(outside.object(key, "left").orElseThrow().getPayloadMap())
                .containsEntry(PointSchema.ETAG, value(other));
        outside.annotate(key);
        outcome(key, outside.announceAnnotation(key));
        assertThat(outside.object(key, "left")).isEmpty();
        assertThat(outside.point(key).orElseThrow().getPayloadMap()).doesNotContainKey(PointSchema.OBJECTS);

        outside.annotate(key, box("left", "dog", 1, 2, 8, 10));
        outcome(key, outside.announceAnnotation(key));
        assertThat(outside.object(key, "left")).isPresent();
        outside.delete(key);
        assertThat(outcome(key, outside.announceRemoval(key))).isInstanceOf(EmbeddingRemoved.class);
        assertThat(outside.object(key, "left")).isEmpty();
        assertThat(outside.isAnnotated(key)).isFalse();
        // Two, one edited, two of another picture, one drawn again: nothing was embedded twice.
        awaitEmbeddedObjects(before + 6);
    }

    private static ObjectBox box(String id, String label, double x, double y, double width, double height) {
        return new ObjectBox(id, label, new Box(x, y, width, height), null, "test", Instant.EPOCH);
    }

    /** Counted once the outcome is told. */
    private static void awaitEmbeddedObjects(double count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(embeddedObjects()).isEqualTo(count));
    }

    private static double embeddedObjects() {
        return when().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("winnow_objects_embedded_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void aBadImageIsDeadLetteredAndTakesNoOtherAlong() throws Exception {
        outside.put("bad/was-good.png", Samples.file("plain.png"));
        outcome("bad/was-good.png", outside.announce("bad/was-good.png"));
        String etag = outside.put("bad/was-good.png", "oh no".getBytes(StandardCharsets.UTF_8));
        byte[] cut = Samples.file("plain.jpg");
        outside.put("bad/cut.jpg", java.util.Arrays.copyOf(cut, cut.length - 9));
        outside.put("bad/fine.webp", Samples.file("plain.webp"));
        outside.send(new ObjectKey("bad", "x"), "no json".getBytes(StandardCharsets.UTF_8));
        outside.send(new ObjectKey("bad", "x"), "{\"type\":\"ImageStored\"}".getBytes(StandardCharsets.UTF_8));
        long text = outside.announce("bad/was-good.png");
        long truncated = outside.announce("bad/cut.jpg");
        long fine = outside.announce("bad/fine.webp");
        assertThat(outcome("bad/was-good.png", text)).isInstanceOfSatisfying(ImageRejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo("unsupported-format");
            assertThat(rejected.etag()).isEqualTo(etag);
            assertThat(rejected.causeOffset()).isEqualTo(text);
        });
        assertThat(outcome("bad/cut.jpg", truncated))
                .isInstanceOfSatisfying(
                        ImageRejected.class, bad -> assertThat(bad.reason()).isEqualTo("truncated"));
        assertThat(outcome("bad/fine.webp", fine)).isInstanceOf(ImageEmbedded.class);
        assertThat(outside.point("bad/was-good.png")).isEmpty();
        when().get("/q/metrics").then().body(Matchers.containsString("winnow_events_malformed_total 2.0"));
    }

    @Test
    void waitsForABrokenObjectStore() throws Exception {
        List<String> keys = putMany("s3-down");
        suite.s3().shut();
        Map<String, Long> offsets = announce(keys);
        await().atMost(PATIENCE).until(() -> readiness() == 503);
        suite.s3().reopen();
        assertAllEmbedded(offsets);
        await().atMost(PATIENCE).until(() -> readiness() == 200);
    }

    @Test
    void waitsForABrokenVectorDatabase() throws Exception {
        List<String> keys = putMany("qdrant-down");
        suite.qdrant().shut();
        Map<String, Long> offsets = announce(keys);
        await().atMost(PATIENCE).until(() -> readiness() == 503);
        suite.qdrant().reopen();
        assertAllEmbedded(offsets);
        await().atMost(PATIENCE).until(() -> readiness() == 200);
    }

    @Test
    void losesNothingWhenEverythingCrashes() throws Exception {
        List<String> keys = putMany("crash");
        Map<String, Long> offsets = announce(keys);
        outside.close();
        suite.crashAndRestart(() -> await().atMost(PATIENCE).until(() -> readiness() == 503));
        outside = new Outside(suite.stack());
        assertAllEmbedded(offsets);
        await().atMost(PATIENCE).until(() -> readiness() == 200);
    }

    private List<String> putMany(String dataset) throws Exception {
        List<String> keys = new ArrayList<>();
        for (String name : Samples.names()) {
            keys.add(dataset + "/" + name);
            outside.put(dataset + "/" + name, Samples.file(name));
        }
        return keys;
    }

    private Map<String, Long> announce(List<String> keys) throws Exception {
        Map<String, Long> offsets = new java.util.LinkedHashMap<>();
        for (String key : keys) {
            offsets.put(key, outside.announce(key));
        }
        return offsets;
    }

    private void assertAllEmbedded(Map<String, Long> offsets) throws Exception {
        for (Map.Entry<String, Long> event : offsets.entrySet()) {
            assertThat(outcome(event.getKey(), event.getValue()))
                    .as(event.getKey())
                    .isInstanceOf(ImageEmbedded.class);
            assertThat(outside.point(event.getKey())).as(event.getKey()).get().satisfies(point -> assertThat(
                            point.getId().getUuid())
                    .isEqualTo(ImageId.ofRawKey(event.getKey()).toString()));
        }
    }

    private EmbeddingEvent outcome(String key, long offset) {
        return await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> outside.outcome(key, offset), Optional::isPresent)
                .orElseThrow();
    }

    private static List<Float> vector(Optional<RetrievedPoint> point) {
        return point.orElseThrow().getVectors().getVector().getDense().getDataList();
    }

    private static int readiness() {
        return when().get("/q/health/ready").statusCode();
    }
}
