package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageEvent.ImageAnnotated;
import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReconcilerTest {

    private static final Instant NOW = Instant.parse("2026-11-02T08:15:30Z");

    private final InMemoryImageStore store = new InMemoryImageStore();
    private final RecordedEvents events = new RecordedEvents();
    private final Index index = new Index();

    @Test
    void publishesTheDifferenceAndNothingElse() {
        put("d/same.jpg", 1);
        put("d/new.jpg", 2);
        put("d/changed.jpg", 3);
        put("d//nameless.jpg", 4);
        put("dd/other.jpg", 5);
        index.add("d/same.jpg", InMemoryImageStore.etag(Pictures.png(1)));
        index.add("d/changed.jpg", "older");
        index.add("d/gone.jpg", "whatever");

        assertThat(reconciler(Reconciler.REMEMBERED).reconcile("d"))
                .isEqualTo(new Reconciler.Report("d", 4, 3, 2, 1, 1, 0));
        assertThat(events.images)
                .extracting(event -> event.getClass().getSimpleName() + " " + event.path())
                .containsExactly("ImageStored changed.jpg", "ImageStored new.jpg", "ImageRemoved gone.jpg");
        assertThat(events.rejections).singleElement().satisfies(rejected -> {
            assertThat(rejected.image()).isEqualTo(ImageId.ofRawKey("d//nameless.jpg"));
            assertThat(rejected.reason()).isEqualTo("invalid-name");
        });
        assertThat(events.awaited).hasValue(4);
        assertThat(store.lookups).hasValue(1);
    }

    /** An event was lost, or a model of before is back whose boxes were edited since. */
    @Test
    void publishesImagesWhoseBoxesTheIndexHasNotSeen() {
        for (String path : List.of("seen.jpg", "edited.jpg", "unseen.jpg", "unindexed.jpg", "without.jpg")) {
            put("d/" + path, 1);
            if (!path.equals("unindexed.jpg")) {
                index.add("d/" + path, InMemoryImageStore.etag(Pictures.png(1)));
            }
            if (!path.equals("without.jpg")) {
                put(ImageObjects.storedAt("d", ImageId.ofRawKey("d/" + path)), 2);
            }
        }
        put(ImageObjects.prefix("d") + "notes.txt", 3);
        put(ImageObjects.storedAt("other", ImageId.ofRawKey("other/a.jpg")), 2);
        index.boxes.put(ObjectKey.parse("d/seen.jpg"), InMemoryImageStore.etag(Pictures.png(2)));
        index.boxes.put(ObjectKey.parse("d/edited.jpg"), "older");
        assertThat(reconciler(10).reconcile("d").annotated()).isEqualTo(2);
        assertThat(events.images)
                .extracting(event -> event.getClass().getSimpleName() + " " + event.path())
                .containsExactlyInAnyOrder(
                        "ImageStored unindexed.jpg", "ImageAnnotated edited.jpg", "ImageAnnotated unseen.jpg");
        assertThat(events.awaited).hasValue(3);
    }

    /** Two indexes while there is a change of model: what one lacks is published, what only one has and is gone is removed. */
    @Test
    void looksAtTheIndexThatAChangeOfModelFillsToo() {
        put("d/in-both.jpg", 1);
        put("d/only-active.jpg", 2);
        index.add("d/in-both.jpg", InMemoryImageStore.etag(Pictures.png(1)));
        index.add("d/only-active.jpg", InMemoryImageStore.etag(Pictures.png(2)));
        index.next.put(ObjectKey.parse("d/in-both.jpg"), InMemoryImageStore.etag(Pictures.png(1)));
        index.next.put(ObjectKey.parse("d/gone.jpg"), "whatever");
        index.isChanging = true;
        assertThat(reconciler(Reconciler.REMEMBERED).reconcile("d"))
                .isEqualTo(new Reconciler.Report("d", 2, 2, 1, 1, 0, 0));
        assertThat(events.images)
                .extracting(event -> event.getClass().getSimpleName() + " " + event.path())
                .containsExactly("ImageStored only-active.jpg", "ImageRemoved gone.jpg");
    }

    /** Past what is remembered it has to ask the store for each point, and finds the same. */
    @Test
    void staysExactPastWhatItRemembers() {
        for (int i = 0; i < 2500; i++) {
            String key = "d/" + i + ".png";
            if (i % 10 != 0) {
                put(key, i);
            }
            if (i % 7 != 0) {
                index.add(key, i % 11 == 0 ? "older" : InMemoryImageStore.etag(Pictures.png(i)));
            }
        }
        Reconciler.Report report = reconciler(100).reconcile("d");
        Set<String> stored = new TreeSet<>();
        Set<String> removed = new TreeSet<>();
        events.images.forEach(event -> {
            switch (event) {
                case ImageStored s -> stored.add(s.path());
                case ImageRemoved r -> removed.add(r.path());
                case ImageAnnotated a -> throw new AssertionError(a);
            }
        });
        Set<String> expectedStored = new TreeSet<>();
        Set<String> expectedRemoved = new TreeSet<>();
        for (int i = 0; i < 2500; i++) {
            if (i % 10 != 0 && (i % 7 == 0 || i % 11 == 0)) {
                expectedStored.add(i + ".png");
            }
            if (i % 10 == 0 && i % 7 != 0) {
                expectedRemoved.add(i + ".png");
            }
        }
        assertThat(stored).isEqualTo(expectedStored);
        assertThat(removed).isEqualTo(expectedRemoved);
        assertThat(report.published()).isEqualTo(expectedStored.size());
        assertThat(report.removed()).isEqualTo(expectedRemoved.size());
        assertThat(store.lookups.get()).isGreaterThan(1000);
    }

    @Test
    void goesThroughAllDatasetsOfBothSides() {
        put("a/1.png", 1);
        put(".winnow/result", 1);
        index.add("b/2.png", "gone");
        assertThat(reconciler(10).reconcileAll())
                .extracting(Reconciler.Report::dataset)
                .containsExactly("a", "b");
        assertThat(events.images).hasSize(2);
        assertThatThrownBy(() -> reconciler(10).reconcile("No Name")).isInstanceOf(InvalidNameException.class);
    }

    private Reconciler reconciler(int remembered) {
        return new Reconciler(store, index, events, Clock.fixed(NOW, ZoneOffset.UTC), remembered);
    }

    private void put(String key, int seed) {
        store.objects.put(key, Pictures.png(seed));
    }

    /** Points without vectors. */
    private static final class Index implements IndexedImages {

        private final Map<ObjectKey, String> etags = new LinkedHashMap<>();
        private final Map<ObjectKey, String> boxes = new HashMap<>();
        private final Map<ObjectKey, String> next = new LinkedHashMap<>();
        private boolean isChanging;

        void add(String key, String etag) {
            etags.put(ObjectKey.parse(key), etag);
        }

        @Override
        public Map<ImageId, String> etags(Collection<ImageId> images) {
            return etags.entrySet().stream()
                    .filter(e -> images.contains(ImageId.of(e.getKey())))
                    .filter(e -> !isChanging || e.getValue().equals(next.get(e.getKey())))
                    .collect(Collectors.toMap(e -> ImageId.of(e.getKey()), Map.Entry::getValue));
        }

        @Override
        public Map<ImageId, IndexedBoxes> boxes(Collection<ImageId> images) {
            return etags.keySet().stream()
                    .filter(key -> images.contains(ImageId.of(key)))
                    .collect(Collectors.toMap(
                            ImageId::of, key -> new IndexedBoxes(key.path(), boxes.getOrDefault(key, ""))));
        }

        @Override
        public Iterator<IndexedImage> list(String dataset) {
            return etags.keySet().stream()
                    .filter(key -> key.dataset().equals(dataset))
                    .map(key -> new IndexedImage(ImageId.of(key), key.path()))
                    .iterator();
        }

        @Override
        public Iterator<IndexedImage> listOnlyNext(String dataset) {
            return next.keySet().stream()
                    .filter(key -> key.dataset().equals(dataset) && !etags.containsKey(key))
                    .map(key -> new IndexedImage(ImageId.of(key), key.path()))
                    .iterator();
        }

        @Override
        public Set<String> datasets() {
            return etags.keySet().stream().map(ObjectKey::dataset).collect(Collectors.toSet());
        }
    }
}
