package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.EmbedImagesTest.Points;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Samples;
import dev.winnow.embedding.onnx.Projection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change to a model that is the active one with a projection behind it. */
class ReprojectionTest {

    private static final int DIMENSION = 6;
    private static final Projection PROJECTION =
            new Projection(AdaptedModelTest.weights(49, DIMENSION, 1), 49, DIMENSION);

    private final EmbedImagesTest.Bucket bucket = new EmbedImagesTest.Bucket();
    private final MemoryCollections collections = new MemoryCollections();
    private final Points points = collections.of("tiny-1");
    private final EmbedImagesTest.BoxBucket boxes = new EmbedImagesTest.BoxBucket();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PipelineMetrics metrics = new PipelineMetrics(meters);
    private final ImageEmbedder embedder = new ImageEmbedder(new MemoryBudget(200_000), metrics, 2);
    private final MemoryAdapters adapters = new MemoryAdapters();
    private final WinnowConfig config = WinnowConfigTest.with(
            Map.of("winnow.model.manifest", TestModels.path("tiny").toString()));
    private final RunningModels models =
            new RunningModels(new ModelLibrary(config, adapters), collections, embedder, meters, config);
    private final EmbedImages embedImages = new EmbedImages(
            bucket,
            models,
            new BoxLookup(boxes, 0.1, () -> 0),
            outcomes -> {},
            new Attempts(new MemoryAttempts(), embedder),
            metrics,
            config);
    private Points next;

    @BeforeEach
    void begin() throws Exception {
        for (String name : List.of("plain.png", "exif-6.jpg", "cmyk.jpg")) {
            bucket.put("a/" + name, Samples.file(name));
        }
        annotate("a/exif-6.jpg", box("left", 1), box("right", 5));
        embedImages.process(List.of(change("a/plain.png", 1), change("a/exif-6.jpg", 2), change("a/cmyk.jpg", 3)));
        String id = adapters.put("mine", "tiny-1", PROJECTION.weights(), 49, DIMENSION);
        next = collections.of(id);
        collections.roles = new Roles(Optional.of("tiny-1"), Optional.of(id), List.of());
        models.refresh();
        assertThat(models.problem()).isEmpty();
        bucket.opened.clear();
    }

    @AfterEach
    void close() {
        embedder.close();
        models.close();
    }

    @Test
    void pointsOfImagesAndBoxesAreProjectedAndNoPictureIsFetched() throws Exception {
        double forwards = forwards();
        embedImages.process(List.of(change("a/plain.png", 4), change("a/exif-6.jpg", 5), change("a/cmyk.jpg", 6)));
        assertThat(bucket.opened).isEmpty();
        assertThat(forwards()).isEqualTo(forwards);
        assertThat(next.known).isEqualTo(points.known).hasSize(3);
        points.written.forEach((image, point) -> {
            EmbeddedImage projected = Objects.requireNonNull(next.written.get(image));
            assertThat(projected.identifiers()).isEqualTo(point.identifiers());
            assertThat(projected.vector()).containsExactly(PROJECTION.of(point.vector()), within(1e-6f));
        });
        assertThat(next.objects.points).hasSize(2);
        points.objects.points.forEach((id, point) -> assertThat(
                        Objects.requireNonNull(next.objects.points.get(id)).vector())
                .containsExactly(PROJECTION.of(point.vector()), within(1e-6f)));
        assertThat(meters.counter("winnow.images.reprojected").count()).isEqualTo(3);

        // Once more there is nothing to do.
        embedImages.process(List.of(change("a/plain.png", 7), change("a/exif-6.jpg", 8)));
        assertThat(next.added).hasSize(3);
        assertThat(next.renewed).isEmpty();
        assertThat(meters.counter("winnow.images.reprojected").count()).isEqualTo(3);
    }

    @Test
    void theProjectionIsWhatThePictureItselfWouldHaveGiven() throws Exception {
        embedImages.process(List.of(change("a/plain.png", 4)));
        float[] projected = vector("a/plain.png");
        ImageId image = ImageId.ofRawKey("a/plain.png");
        next.known.remove(image);
        // Its point of the active model is of older bytes, so the picture is fetched.
        points.known.put(image, new PointStore.KnownImage("old", BoxMark.NONE));
        embedImages.process(List.of(change("a/plain.png", 5)));
        assertThat(bucket.opened).containsExactly("a/plain.png");
        assertThat(vector("a/plain.png")).containsExactly(projected, within(1e-4f));
    }

    @Test
    void whatChangedMeanwhileIsEmbeddedByBoth() throws Exception {
        bucket.put("a/plain.png", Samples.file("plain.webp"));
        bucket.put("a/new.jpg", Samples.file("plain.jpg"));
        annotate("a/cmyk.jpg", box("new", 3));
        embedImages.process(List.of(
                change("a/plain.png", 4),
                change("a/new.jpg", 5),
                new ImageChange(ObjectKey.parse("a/cmyk.jpg"), "any", 0, 6, Instant.now(), true)));
        assertThat(bucket.opened).containsExactlyInAnyOrder("a/plain.png", "a/new.jpg", "a/cmyk.jpg");
        assertThat(meters.counter("winnow.images.reprojected").count()).isZero();
        for (String key : List.of("a/plain.png", "a/new.jpg", "a/cmyk.jpg")) {
            ImageId image = ImageId.ofRawKey(key);
            assertThat(next.known).containsEntry(image, Objects.requireNonNull(points.known.get(image)));
        }
        assertThat(next.objects.points).containsOnlyKeys(ObjectId.of(ImageId.ofRawKey("a/cmyk.jpg"), "new"));
    }

    @Test
    void whatIsGoneGetsNoPoint() throws Exception {
        bucket.objects.remove("a/plain.png");
        embedImages.process(List.of(change("a/plain.png", 4)));
        assertThat(next.known).isEmpty();
        assertThat(points.known).doesNotContainKey(ImageId.ofRawKey("a/plain.png"));
    }

    @Test
    void aPointThatCannotBeReadIsEmbeddedAnew() throws Exception {
        points.written.clear();
        points.objects.points.clear();
        embedImages.process(List.of(change("a/plain.png", 4), change("a/exif-6.jpg", 5)));
        assertThat(bucket.opened).containsExactlyInAnyOrder("a/plain.png", "a/exif-6.jpg");
        assertThat(next.known).hasSize(2);
        assertThat(next.objects.points).hasSize(2);
    }

    @Test
    void aPointOfOlderBytesIsRenewed() throws Exception {
        next.known.put(ImageId.ofRawKey("a/plain.png"), new PointStore.KnownImage("older", BoxMark.NONE));
        embedImages.process(List.of(change("a/plain.png", 4)));
        assertThat(bucket.opened).isEmpty();
        assertThat(next.renewed).containsExactly("a/plain.png");
    }

    private float[] vector(String key) {
        return Objects.requireNonNull(next.written.get(ImageId.ofRawKey(key))).vector();
    }

    private double forwards() {
        return meters.summary("winnow.batch.pictures").totalAmount();
    }

    private void annotate(String key, ObjectBox... objects) {
        ObjectKey image = ObjectKey.parse(key);
        boxes.images.put(image, new ImageObjects(image.dataset(), image.path(), List.of(objects), null));
    }

    private static ObjectBox box(String id, double x) {
        return new ObjectBox(id, "dog", new Box(x, 2, 6, 12), null, "test", Instant.EPOCH);
    }

    private static ImageChange change(String key, long offset) {
        return new ImageChange(ObjectKey.parse(key), "any", 0, offset, Instant.now());
    }
}
