package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.Box;
import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbedImagesTest {

    private final Bucket bucket = new Bucket();
    private final MemoryCollections collections = new MemoryCollections();
    private final Points points = collections.of("tiny-1");
    private final Objects objects = points.objects;
    private final BoxBucket boxes = new BoxBucket();
    private final AtomicLong nanos = new AtomicLong();
    private final List<EmbeddingEvent> told = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PipelineMetrics metrics = new PipelineMetrics(meters);
    private final ImageEmbedder embedder = new ImageEmbedder(new MemoryBudget(2_000), metrics, 2);
    private final WinnowConfig config = WinnowConfigTest.with(Map.of(
            "winnow.pipeline.file-memory",
            "2048",
            "winnow.model.manifest",
            TestModels.path("tiny").toString(),
            "winnow.model.folders",
            TestModels.path("tiny").resolveSibling("").toString()));
    private final RunningModels models =
            new RunningModels(new ModelLibrary(config, new MemoryAdapters()), collections, embedder, meters, config);
    private final MemoryAttempts attempts = new MemoryAttempts();
    private boolean brokerDown;

    private final EmbedImages embedImages = new EmbedImages(
            bucket,
            models,
            new BoxLookup(boxes, 0.1, nanos::get),
            outcomes -> {
                if (brokerDown) {
                    throw new DependencyUnavailableException("broker", null);
                }
                told.addAll(outcomes);
            },
            new Attempts(attempts, embedder),
            metrics,
            config);

    @AfterEach
    void close() {
        embedder.close();
        models.close();
    }

    @Test
    void newImagesGetPointsAndOutcomes() throws Exception {
        List<ImageChange> changes = new ArrayList<>();
        for (String name : Samples.names()) {
            bucket.put("a/" + name, Samples.file(name));
            changes.add(change("a/" + name, changes.size()));
        }
        embedImages.process(changes);
        assertThat(points.known).hasSize(changes.size());
        assertThat(told).hasSize(changes.size()).allMatch(ImageEmbedded.class::isInstance);
        assertThat(points.added).hasSize(changes.size());
        assertThat(points.renewed).isEmpty();
        assertThat(told).extracting(EmbeddingEvent::causeOffset).doesNotHaveDuplicates();
        assertThat(meters.counter("winnow.images.embedded").count()).isEqualTo(changes.size());
    }

    @Test
    void severalEventsAboutAnImageGetOneAnswerToTheNewest() throws Exception {
        bucket.put("a/x", Samples.file("plain.png"));
        embedImages.process(List.of(change("a/x", 5), change("a/x", 9), change("a/x", 7)));
        assertThat(told).singleElement().satisfies(outcome -> assertThat(outcome.causeOffset())
                .isEqualTo(9));
        assertThat(bucket.opened).containsExactly("a/x");
    }

    @Test
    void anUnchangedImageIsNotFetchedAgain() throws Exception {
        bucket.put("a/x", Samples.file("plain.png"));
        embedImages.process(List.of(change("a/x", 1)));
        embedImages.process(List.of(change("a/x", 2)));
        assertThat(bucket.opened).hasSize(1);
        assertThat(told).last().isInstanceOfSatisfying(ImageEmbedded.class, e -> assertThat(e.causeOffset())
                .isEqualTo(2));
        assertThat(meters.counter("winnow.images.unchanged").count()).isEqualTo(1);
    }

    @Test
    void aReplacedImageIsRenewedNotAdded() throws Exception {
        bucket.put("a/x", Samples.file("plain.png"));
        embedImages.process(List.of(change("a/x", 1)));
        bucket.put("a/x", Samples.file("cmyk.jpg"));
        embedImages.process(List.of(change("a/x", 2)));
        assertThat(points.added).containsExactly("a/x");
        assertThat(points.renewed).containsExactly("a/x");
    }

    @Test
    void aMissingObjectLosesItsPoint() throws Exception {
        bucket.put("a/x", Samples.file("plain.png"));
        embedImages.process(List.of(change("a/x", 1)));
        bucket.objects.clear();
        embedImages.process(List.of(change("a/x", 2), change("a/never-there", 3)));
        assertThat(points.known).isEmpty();
        assertThat(told).filteredOn(EmbeddingRemoved.class::isInstance).hasSize(2);
    }

    @Test
    void aBadImageTakesNoOtherAlong() throws Exception {
        bucket.put("a/good", Samples.file("plain.png"));
        bucket.put("a/bad", Samples.file("plain.jpg"));
        embedImages.process(List.of(change("a/good", 1), change("a/bad", 2)));
        bucket.put("a/bad", "no image".getBytes(StandardCharsets.UTF_8));
        bucket.put("a/empty", new byte[0]);
        bucket.sizes.put("a/large", 25_000_001L);
        bucket.put("a/large", new byte[0]);
        bucket.put("a/other", Samples.file("grey.png"));
        told.clear();
        embedImages.process(
                List.of(change("a/bad", 3), change("a/empty", 4), change("a/large", 5), change("a/other", 6)));
        Map<String, String> reasons = new TreeMap<>();
        for (EmbeddingEvent outcome : told) {
            reasons.put(outcome.path(), outcome instanceof ImageRejected bad ? bad.reason() : "");
        }
        assertThat(reasons)
                .containsEntry("bad", "unsupported-format")
                .containsEntry("empty", "empty")
                .containsEntry("large", "too-large")
                .containsEntry("other", "");
        assertThat(points.known).containsOnlyKeys(id("a/good"), id("a/other"));
    }

    /** Whatever fails, nothing is told, and doing it again leads to the same end. */
    @Test
    void aFailureTellsNothingAndTheBatchCanBeRepeated() throws Exception {
        for (int i = 0; i < 8; i++) {
            bucket.put("a/" + i, Samples.file("plain.png"));
        }
        List<ImageChange> changes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            changes.add(change("a/" + i, i));
        }
        bucket.down = "a/6";
        assertThatThrownBy(() -> embedImages.process(changes)).isInstanceOf(DependencyUnavailableException.class);
        bucket.down = null;
        points.down = true;
        assertThatThrownBy(() -> embedImages.process(changes)).isInstanceOf(DependencyUnavailableException.class);
        points.down = false;
        brokerDown = true;
        assertThatThrownBy(() -> embedImages.process(changes)).isInstanceOf(DependencyUnavailableException.class);
        assertThat(told).isEmpty();
        brokerDown = false;
        embedImages.process(changes);
        assertThat(told).hasSize(8).allMatch(ImageEmbedded.class::isInstance);
        assertThat(points.known).hasSize(8);
    }

    @Test
    void aBoxBecomesAPointOfItsImage() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        embedImages.process(List.of(change("a/x", 1)));
        // The upright picture is 18 x 29.
        annotate("a/x", box("left", "dog", 1, 2, 8, 20), box("right", "cat", 9, 2, 8, 25));
        embedImages.process(List.of(annotated("a/x", 2)));
        EmbeddedObject left = java.util.Objects.requireNonNull(objects.points.get(objectId("a/x", "left")));
        assertThat(left.image()).isEqualTo(ObjectKey.parse("a/x"));
        assertThat(left.object().label()).isEqualTo("dog");
        assertThat(left.etag()).isEqualTo(bucket.etag(left.image()).orElseThrow());
        assertThat(left.vector())
                .isNotEqualTo(java.util.Objects.requireNonNull(objects.points.get(objectId("a/x", "right")))
                        .vector());
        assertThat(told).last().isInstanceOfSatisfying(ImageEmbedded.class, e -> {
            assertThat(e.objects()).isEqualTo(2);
            assertThat(e.refusedObjects()).isNull();
        });
        assertThat(points.known.get(id("a/x")))
                .extracting(image -> image.boxes().count())
                .isEqualTo(2);
        assertThat(points.added).hasSize(1);
        assertThat(points.renewed).isEmpty();
        assertThat(forwards()).isEqualTo(3);
    }

    /** What is cut out is what an image of just these pixels would be. */
    @Test
    void aBoxIsEmbeddedLikeAnImageOfItsOwn() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("all", "dog", 0, 0, 18, 29));
        embedImages.process(List.of(annotated("a/x", 1)));
        float[] whole;
        try (RunningModels.Running running = models.running()) {
            whole = embedder.embedNow(Samples.file("exif-6.jpg"), running.active());
        }
        float[] crop = java.util.Objects.requireNonNull(objects.points.get(objectId("a/x", "all")))
                .vector();
        for (int i = 0; i < crop.length; i++) {
            assertThat((double) crop[i]).isCloseTo(whole[i], within(1e-5));
        }
    }

    @Test
    void editingOneBoxRunsExactlyOneForward() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20), box("right", "cat", 9, 2, 8, 25));
        embedImages.process(List.of(annotated("a/x", 1)));
        double before = forwards();
        annotate("a/x", box("left", "dog", 1, 2, 8, 20), box("right", "cat", 9, 2, 8, 24));
        objects.written.clear();
        embedImages.process(List.of(annotated("a/x", 2)));
        assertThat(forwards() - before).isEqualTo(1);
        assertThat(objects.written).containsExactly("right");

        // Another label is no other picture; another order is no change, and neither is another look.
        annotate("a/x", box("right", "fox", 9, 2, 8, 24), box("left", "dog", 1, 2, 8, 20));
        int opened = bucket.opened.size();
        embedImages.process(List.of(annotated("a/x", 3)));
        embedImages.process(List.of(annotated("a/x", 3), change("a/x", 4)));
        assertThat(forwards() - before).isEqualTo(1);
        assertThat(bucket.opened).hasSize(opened);
        assertThat(objects.labels()).containsExactly("dog", "fox");
        assertThat(meters.counter("winnow.objects.embedded").count()).isEqualTo(3);
        assertThat(meters.counter("winnow.objects.relabelled").count()).isEqualTo(1);
    }

    @Test
    void aBoxThatIsTakenOutLosesItsPoint() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20), box("right", "cat", 9, 2, 8, 25));
        embedImages.process(List.of(annotated("a/x", 1)));
        annotate("a/x", box("right", "cat", 9, 2, 8, 25));
        embedImages.process(List.of(annotated("a/x", 2)));
        assertThat(objects.labels()).containsExactly("cat");
        annotate("a/x");
        embedImages.process(List.of(annotated("a/x", 3)));
        assertThat(objects.points).isEmpty();
        assertThat(points.known.get(id("a/x")))
                .extracting(image -> image.boxes().count())
                .isEqualTo(0);
        assertThat(told).last().isInstanceOfSatisfying(ImageEmbedded.class, e -> assertThat(e.objects())
                .isNull());
    }

    @Test
    void aNewPictureHasItsBoxesEmbeddedAnew() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20), box("low", "cat", 1, 20, 8, 8));
        embedImages.process(List.of(annotated("a/x", 1)));
        // 29 x 18 pixels, the same lying down: of one box nothing is left. The event says nothing of boxes.
        bucket.put("a/x", Samples.file("plain.jpg"));
        embedImages.process(List.of(change("a/x", 2)));
        assertThat(objects.labels()).containsExactly("dog");
        assertThat(objects.points.values())
                .extracting(EmbeddedObject::etag)
                .containsExactly(bucket.etag(ObjectKey.parse("a/x")).orElseThrow());
        assertThat(told).last().isInstanceOfSatisfying(ImageEmbedded.class, e -> {
            assertThat(e.objects()).isEqualTo(1);
            assertThat(e.refusedObjects()).isEqualTo(1);
        });
    }

    @Test
    void anImageTakesItsBoxesAlong() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        bucket.put("a/y", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20));
        annotate("a/y", box("left", "cat", 1, 2, 8, 20));
        embedImages.process(List.of(annotated("a/x", 1), annotated("a/y", 2)));
        // No usable picture has no boxes to show, but nobody has taken them away.
        bucket.put("a/y", new byte[0]);
        embedImages.process(List.of(change("a/y", 3)));
        assertThat(objects.labels()).containsExactly("dog");
        assertThat(boxes.images).hasSize(2);
        bucket.put("a/y", Samples.file("exif-6.jpg"));
        embedImages.process(List.of(change("a/y", 4)));
        assertThat(objects.labels()).containsExactly("cat", "dog");

        bucket.objects.remove("a/x");
        embedImages.process(List.of(change("a/x", 5)));
        assertThat(objects.labels()).containsExactly("cat");
        assertThat(boxes.images).containsOnlyKeys(ObjectKey.parse("a/y"));
    }

    /** Another model has other points, so all is embedded again, whatever the newest event of an image was. */
    @Test
    void aReplayFindsTheBoxesToo() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20));
        embedImages.process(List.of(change("a/x", 1)));
        assertThat(objects.labels()).containsExactly("dog");
        points.known.clear();
        objects.points.clear();
        embedImages.process(List.of(change("a/x", 1)));
        assertThat(objects.labels()).containsExactly("dog");
    }

    @Test
    void imagesWithoutBoxesCostNothingMore() throws Exception {
        bucket.put("b/y", Samples.file("plain.png"));
        annotate("b/y", box("left", "dog", 1, 2, 8, 5));
        List<ImageChange> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bucket.put("a/" + i, Samples.file("plain.png"));
            changes.add(change("a/" + i, i));
        }
        embedImages.process(changes);
        embedImages.process(changes);
        assertThat(boxes.read).isEmpty();
        assertThat(objects.asked).isEmpty();
        assertThat(boxes.listed).containsExactly("a");
        // After a while it is asked once more, but only for an image that has no point.
        nanos.addAndGet(11_000_000_000L);
        embedImages.process(changes);
        assertThat(boxes.listed).containsExactly("a");
        bucket.put("a/new", Samples.file("plain.png"));
        embedImages.process(List.of(change("a/new", 30), change("b/y", 31)));
        assertThat(boxes.listed).containsExactlyInAnyOrder("a", "a", "b");
        assertThat(boxes.read).containsExactly("b/y");
        assertThat(objects.labels()).containsExactly("dog");
    }

    /** Wherever it ends, doing it again leads to the same end, also if the event says nothing of boxes then. */
    @Test
    void boxesThatCouldNotBeWrittenAreWrittenLater() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20));
        objects.down = true;
        assertThatThrownBy(() -> embedImages.process(List.of(change("a/x", 1))))
                .isInstanceOf(DependencyUnavailableException.class);
        assertThat(told).isEmpty();
        assertThat(points.known).hasSize(1);
        objects.down = false;
        embedImages.process(List.of(change("a/x", 1)));
        assertThat(objects.labels()).containsExactly("dog");
        assertThat(told).hasSize(1);
    }

    @Test
    void unreadableBoxesChangeNothing() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        annotate("a/x", box("left", "dog", 1, 2, 8, 20));
        embedImages.process(List.of(annotated("a/x", 1)));
        boxes.broken = true;
        embedImages.process(List.of(annotated("a/x", 2)));
        assertThat(objects.labels()).containsExactly("dog");
        assertThat(told).hasSize(2).allMatch(ImageEmbedded.class::isInstance);
    }

    /** More boxes than batches, at once: they share the picture, and the batches are run as they fill. */
    @Test
    void anImageMayHaveManyBoxes() throws Exception {
        bucket.put("a/x", Samples.file("exif-6.jpg"));
        ObjectBox[] many = IntStream.range(0, 500)
                .mapToObj(i -> box("o" + i, "dog", i % 17, i % 28, 1 + i % 5, 1 + i % 7))
                .toArray(ObjectBox[]::new);
        annotate("a/x", many);
        embedImages.process(List.of(annotated("a/x", 1)));
        assertThat(objects.points).hasSize(500);
        assertThat(forwards()).isEqualTo(501);
        assertThat(bucket.opened).hasSize(1);
    }

    @Test
    void duringAChangeOfModelImagesAndBoxesGetPointsOfBoth() throws Exception {
        bucket.put("a/before", Samples.file("exif-6.jpg"));
        annotate("a/before", box("left", "dog", 1, 2, 8, 20));
        embedImages.process(List.of(change("a/before", 1)));
        Points next = collections.of("two-towers-1");
        collections.roles = new Roles(Optional.of("tiny-1"), Optional.of("two-towers-1"), List.of());
        models.refresh();
        double before = forwards();
        bucket.put("a/arrived", Samples.file("cmyk.jpg"));
        bucket.put("a/bad", "no image".getBytes(StandardCharsets.UTF_8));
        embedImages.process(List.of(change("a/arrived", 2), change("a/before", 3), change("a/bad", 4)));
        assertThat(points.added).containsExactly("a/before", "a/arrived");
        assertThat(points.renewed).isEmpty();
        assertThat(next.added).containsExactlyInAnyOrder("a/before", "a/arrived");
        assertThat(next.known).isEqualTo(points.known);
        assertThat(next.objects.labels()).containsExactly("dog");
        // Two for what arrived; for what was there only those of the next model, of the image and of its box.
        assertThat(forwards() - before).isEqualTo(4);
        assertThat(bucket.opened).containsOnlyOnce("a/arrived");
        assertThat(told).hasSize(4).filteredOn(ImageEmbedded.class::isInstance).allSatisfy(outcome -> assertThat(
                        ((ImageEmbedded) outcome).model())
                .isEqualTo("tiny-1"));

        annotate("a/before", box("left", "fox", 1, 2, 8, 20));
        embedImages.process(List.of(annotated("a/before", 5)));
        assertThat(forwards() - before).isEqualTo(4);
        assertThat(objects.labels()).containsExactly("fox");
        assertThat(next.objects.labels()).containsExactly("fox");

        bucket.objects.clear();
        embedImages.process(List.of(change("a/before", 6), change("a/arrived", 7)));
        assertThat(next.known).isEmpty();
        assertThat(points.known).isEmpty();
        assertThat(next.objects.points).isEmpty();
    }

    private void annotate(String key, ObjectBox... objects) {
        ObjectKey image = ObjectKey.parse(key);
        boxes.images.put(image, new ImageObjects(image.dataset(), image.path(), List.of(objects), null));
    }

    private static ObjectBox box(String id, String label, double x, double y, double width, double height) {
        return new ObjectBox(id, label, new Box(x, y, width, height), null, "test", Instant.EPOCH);
    }

    private static ObjectId objectId(String key, String object) {
        return ObjectId.of(id(key), object);
    }

    /** How many pictures the model has seen, one by one. */
    private double forwards() {
        return meters.summary("winnow.batch.pictures").totalAmount();
    }

    private static ImageChange annotated(String key, long offset) {
        return new ImageChange(ObjectKey.parse(key), "any", 0, offset, Instant.now(), true);
    }

    private static ImageChange change(String key, long offset) {
        return new ImageChange(ObjectKey.parse(key), "any", 0, offset, Instant.now());
    }

    private static ImageId id(String key) {
        return ImageId.ofRawKey(key);
    }

    static final class Bucket implements ImageStore {
        final Map<String, byte[]> objects = new ConcurrentHashMap<>();
        final Map<String, Long> sizes = new HashMap<>();
        final List<String> opened = new CopyOnWriteArrayList<>();

        @Nullable
        volatile String down;

        void put(String key, byte[] content) {
            objects.put(key, content);
        }

        @Override
        public Optional<String> etag(ObjectKey key) {
            return Optional.ofNullable(objects.get(key.toString())).map(Bucket::etagOf);
        }

        @Override
        public Optional<StoredImage> open(ObjectKey key) {
            if (key.toString().equals(down)) {
                throw new DependencyUnavailableException("bucket", null);
            }
            opened.add(key.toString());
            return Optional.ofNullable(objects.get(key.toString())).map(content -> new StoredImage() {
                @Override
                public String etag() {
                    return etagOf(content);
                }

                @Override
                public long bytes() {
                    return sizes.getOrDefault(key.toString(), (long) content.length);
                }

                @Override
                public byte[] read() {
                    return content;
                }

                @Override
                public void close() {}
            });
        }

        private static String etagOf(byte[] content) {
            return Integer.toHexString(java.util.Arrays.hashCode(content));
        }
    }

    static final class Points implements PointStore {
        final Objects objects;
        final Map<ImageId, KnownImage> known = new ConcurrentHashMap<>();
        final Map<ImageId, EmbeddedImage> written = new ConcurrentHashMap<>();
        final List<String> added = new CopyOnWriteArrayList<>();
        final List<String> renewed = new CopyOnWriteArrayList<>();
        private final Collection<Points> all;
        volatile boolean down;

        /** @param all those of every model */
        Points(Objects objects, Collection<Points> all) {
            this.objects = objects;
            this.all = all;
        }

        @Override
        public Map<ImageId, KnownImage> known(Collection<ImageId> images) {
            Map<ImageId, KnownImage> found = new HashMap<>(known);
            found.keySet().retainAll(images);
            return found;
        }

        @Override
        public Map<ImageId, EmbeddedImage> read(Collection<ImageId> images) {
            Map<ImageId, EmbeddedImage> found = new HashMap<>(written);
            found.keySet().retainAll(images);
            found.keySet().retainAll(known.keySet());
            return found;
        }

        @Override
        public void add(List<EmbeddedImage> images) {
            images.forEach(image -> write(image, added));
        }

        @Override
        public void renew(List<EmbeddedImage> images) {
            images.forEach(image -> write(image, renewed));
        }

        private void write(EmbeddedImage image, List<String> where) {
            if (down) {
                throw new DependencyUnavailableException("index", null);
            }
            known.put(ImageId.of(image.key()), new KnownImage(image.etag(), image.boxes()));
            written.put(ImageId.of(image.key()), image);
            where.add(image.key().toString());
        }

        @Override
        public void mark(ImageId image, BoxMark boxes) {
            known.computeIfPresent(image, (id, before) -> new KnownImage(before.etag(), boxes));
        }

        @Override
        public void remove(Collection<ImageId> images) {
            objects.points.values().removeIf(object -> images.contains(ImageId.of(object.image())));
            images.forEach(known::remove);
        }

        @Override
        public void forget(Collection<ImageId> images) {
            all.forEach(points -> points.remove(images));
        }
    }

    /** Points of boxes in memory. */
    static final class Objects implements ObjectPointStore {
        final Map<ObjectId, EmbeddedObject> points = new ConcurrentHashMap<>();
        final List<String> asked = new CopyOnWriteArrayList<>();
        final List<String> written = new CopyOnWriteArrayList<>();
        volatile boolean down;

        @Override
        public Map<ObjectId, KnownObject> known(ImageId image) {
            asked.add(image.toString());
            return points.entrySet().stream()
                    .filter(point -> ImageId.of(point.getValue().image()).equals(image))
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            point -> new KnownObject(
                                    point.getValue().crop(),
                                    point.getValue().object().label())));
        }

        @Override
        public Map<ObjectId, CropVector> vectors(Collection<ObjectId> objects) {
            Map<ObjectId, CropVector> found = new HashMap<>();
            points.forEach((id, point) -> found.put(id, new CropVector(point.crop(), point.vector())));
            found.keySet().retainAll(objects);
            return found;
        }

        @Override
        public void write(List<EmbeddedObject> objects) {
            if (down) {
                throw new DependencyUnavailableException("index", null);
            }
            objects.forEach(object -> {
                points.put(object.id(), object);
                written.add(object.object().id());
            });
        }

        @Override
        public void relabel(Map<ObjectId, String> labels) {
            labels.forEach((id, label) -> points.computeIfPresent(id, (same, point) -> {
                ObjectBox box = point.object();
                return new EmbeddedObject(
                        point.image(),
                        new ObjectBox(box.id(), label, box.box(), null, null, box.at()),
                        point.etag(),
                        point.crop(),
                        point.vector());
            }));
        }

        @Override
        public void remove(Collection<ObjectId> objects) {
            objects.forEach(points::remove);
        }

        List<String> labels() {
            return points.values().stream()
                    .map(point -> point.object().label())
                    .sorted()
                    .toList();
        }
    }

    /** Boxes in memory. */
    static final class BoxBucket implements BoxStore {
        final Map<ObjectKey, ImageObjects> images = new ConcurrentHashMap<>();
        final List<String> read = new CopyOnWriteArrayList<>();
        final List<String> listed = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        @Override
        public Optional<StoredBoxes> find(ObjectKey image) throws UnreadableBoxesException {
            read.add(image.toString());
            if (broken) {
                throw new UnreadableBoxesException("no JSON", new java.io.IOException());
            }
            return Optional.ofNullable(images.get(image))
                    .map(objects -> new StoredBoxes(objects, Integer.toHexString(objects.hashCode())));
        }

        @Override
        public boolean hasAny(String dataset) {
            listed.add(dataset);
            return images.keySet().stream().anyMatch(key -> key.dataset().equals(dataset));
        }

        @Override
        public void remove(ObjectKey image) {
            images.remove(image);
        }
    }
}
