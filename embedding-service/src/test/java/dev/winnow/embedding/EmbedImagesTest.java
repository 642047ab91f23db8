package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbedImagesTest {

    private final Bucket bucket = new Bucket();
    private final Points points = new Points();
    private final List<EmbeddingEvent> told = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EmbeddingModel model = TestModels.load("tiny");
    private final PipelineMetrics metrics = new PipelineMetrics(meters);
    private final ImageEmbedder embedder = new ImageEmbedder(model, new MemoryBudget(2_000), metrics, 2);
    private boolean brokerDown;

    private final EmbedImages embedImages = new EmbedImages(
            bucket,
            points,
            outcomes -> {
                if (brokerDown) {
                    throw new DependencyUnavailableException("broker", null);
                }
                told.addAll(outcomes);
            },
            model,
            embedder,
            metrics,
            WinnowConfigTest.with(Map.of("winnow.pipeline.file-memory", "2048")));

    @AfterEach
    void close() throws Exception {
        embedder.close();
        model.close();
    }

    @Test
    void newImagesGetPointsAndOutcomes() throws Exception {
        List<ImageChange> changes = new ArrayList<>();
        for (String name : Samples.names()) {
            bucket.put("a/" + name, Samples.file(name));
            changes.add(change("a/" + name, changes.size()));
        }
        embedImages.process(changes);
        assertThat(points.etags).hasSize(changes.size());
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
        assertThat(points.etags).isEmpty();
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
        assertThat(points.etags).containsOnlyKeys(id("a/good"), id("a/other"));
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
        assertThat(points.etags).hasSize(8);
    }

    private static ImageChange change(String key, long offset) {
        return new ImageChange(ObjectKey.parse(key), offset, Instant.now());
    }

    private static ImageId id(String key) {
        return ImageId.ofRawKey(key);
    }

    private static final class Bucket implements ImageStore {
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

    private static final class Points implements PointStore {
        final Map<ImageId, String> etags = new ConcurrentHashMap<>();
        final List<String> added = new CopyOnWriteArrayList<>();
        final List<String> renewed = new CopyOnWriteArrayList<>();
        volatile boolean down;

        @Override
        public void prepare() {}

        @Override
        public Map<ImageId, String> etags(Collection<ImageId> images) {
            Map<ImageId, String> found = new HashMap<>(etags);
            found.keySet().retainAll(images);
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
            etags.put(ImageId.of(image.key()), image.etag());
            where.add(image.key().toString());
        }

        @Override
        public void remove(Collection<ImageId> images) {
            images.forEach(etags::remove);
        }

        @Override
        public void forget(Collection<ImageId> images) {
            remove(images);
        }
    }
}
