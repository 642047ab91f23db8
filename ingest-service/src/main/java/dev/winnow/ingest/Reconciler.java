package dev.winnow.ingest;

import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageAnnotated;
import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.ingest.ImageEvents.Publication;
import dev.winnow.ingest.ImageStore.StoredObject;
import dev.winnow.ingest.IndexedImages.IndexedImage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Compares the bucket with the index and publishes the difference, for when an event was lost. Both sides are read page by
 * page; what grows with the dataset is 8 bytes an object, up to {@value #REMEMBERED} objects (32 MB, and as much again for a
 * moment while it grows), past which it gets slower instead of larger.
 *
 * <p>An object that the worker has rejected has no point, so it is published again by every run, and rejected again: the
 * price for needing no memory of verdicts.
 */
public final class Reconciler {

    static final int PAGE = 1000;
    static final int REMEMBERED = 4_000_000;

    private final ImageStore store;
    private final IndexedImages index;
    private final ImageEvents events;
    private final Clock clock;
    private final int remembered;

    public Reconciler(ImageStore store, IndexedImages index, ImageEvents events, Clock clock) {
        this(store, index, events, clock, REMEMBERED);
    }

    Reconciler(ImageStore store, IndexedImages index, ImageEvents events, Clock clock, int remembered) {
        this.store = store;
        this.index = index;
        this.events = events;
        this.clock = clock;
        this.remembered = remembered;
    }

    /**
     * What a run found and did.
     *
     * @param listed objects in the bucket
     * @param indexed images of the dataset in the active index
     * @param published objects without a point, or with a point of other bytes, in the active index or in the one that a
     *     change of model fills
     * @param removed points without an object
     * @param rejected objects whose key is no name
     * @param annotated images in the index whose boxes it has not seen as they are
     */
    public record Report(
            String dataset, long listed, long indexed, long published, long removed, long rejected, long annotated) {}

    /** Reconciles one dataset. All events have been acknowledged when this returns. */
    public Report reconcile(String dataset) {
        ObjectKey.parse(dataset + "/any");
        Run run = new Run();
        run.publishUnindexed(store.list(dataset));
        run.removeOrphans(dataset, index.list(dataset));
        long indexed = run.indexed;
        run.removeOrphans(dataset, index.listOnlyNext(dataset));
        run.publishUnseenBoxes(dataset, store.listBoxes(dataset));
        return new Report(dataset, run.listed, indexed, run.published, run.removed, run.rejected, run.annotated);
    }

    /** Reconciles every dataset of the bucket and of the index. */
    public List<Report> reconcileAll() {
        return datasets().stream().map(this::reconcile).toList();
    }

    /** Every dataset of the bucket and of the index, also of an index that has nothing of the bucket yet. */
    public List<String> datasets() {
        TreeSet<String> names = new TreeSet<>(store.topLevelNames());
        names.addAll(index.datasets());
        return names.stream().filter(Reconciler::isDataset).toList();
    }

    /** The bucket's top level also has the suite's own prefix, and whatever else people leave there. */
    private static boolean isDataset(String name) {
        try {
            ObjectKey.parse(name + "/any");
            return true;
        } catch (InvalidNameException e) {
            return false;
        }
    }

    private final class Run {

        private final IdSet present = new IdSet(remembered);
        private final List<Publication> underWay = new ArrayList<>(PAGE);
        private long listed;
        private long indexed;
        private long published;
        private long removed;
        private long rejected;
        private long annotated;

        void publishUnindexed(Iterator<StoredObject> objects) {
            Map<ImageId, StoredObject> page = LinkedHashMap.newLinkedHashMap(PAGE);
            while (objects.hasNext()) {
                StoredObject object = objects.next();
                listed++;
                ImageId id = ImageId.ofRawKey(object.key());
                try {
                    ObjectKey.parse(object.key());
                } catch (InvalidNameException e) {
                    rejected++;
                    send(events.publish(Rejections.invalidName(object.key(), object.etag(), e, clock.instant())));
                    continue;
                }
                present.add(id);
                page.put(id, object);
                if (page.size() == PAGE) {
                    publishUnindexed(page);
                    page.clear();
                }
            }
            publishUnindexed(page);
            awaitAll();
        }

        private void publishUnindexed(Map<ImageId, StoredObject> page) {
            if (page.isEmpty()) {
                return;
            }
            Map<ImageId, String> etags = index.etags(page.keySet());
            page.forEach((id, object) -> {
                if (!object.etag().equals(etags.get(id))) {
                    published++;
                    send(new ImageStored(
                            ObjectKey.parse(object.key()), object.etag(), object.bytes(), clock.instant()));
                }
            });
        }

        void removeOrphans(String dataset, Iterator<IndexedImage> points) {
            present.freeze();
            while (points.hasNext()) {
                IndexedImage point = points.next();
                indexed++;
                if (present.contains(point.id())) {
                    continue;
                }
                // Newer than the listing, or past what is remembered? Only the store knows.
                ObjectKey key = new ObjectKey(dataset, point.path());
                if (!store.exists(key)) {
                    removed++;
                    send(new ImageRemoved(key, clock.instant()));
                }
            }
            awaitAll();
        }

        /** Of boxes whose image has no point nothing is said: the image is published, or is gone. */
        void publishUnseenBoxes(String dataset, Iterator<StoredObject> boxes) {
            Map<ImageId, String> page = HashMap.newHashMap(PAGE);
            while (boxes.hasNext()) {
                StoredObject stored = boxes.next();
                try {
                    page.put(ImageObjects.imageOf(dataset, stored.key()), stored.etag());
                } catch (IllegalArgumentException e) {
                    // Nothing the suite has put there.
                    continue;
                }
                if (page.size() == PAGE) {
                    publishUnseenBoxes(dataset, page);
                    page.clear();
                }
            }
            publishUnseenBoxes(dataset, page);
            awaitAll();
        }

        private void publishUnseenBoxes(String dataset, Map<ImageId, String> page) {
            if (page.isEmpty()) {
                return;
            }
            index.boxes(page.keySet()).forEach((id, indexed) -> {
                if (!indexed.etag().equals(page.get(id))) {
                    annotated++;
                    send(new ImageAnnotated(new ObjectKey(dataset, indexed.path()), clock.instant()));
                }
            });
        }

        private void send(ImageEvent event) {
            send(events.publish(event));
        }

        private void send(Publication publication) {
            underWay.add(publication);
            if (underWay.size() == PAGE) {
                awaitAll();
            }
        }

        private void awaitAll() {
            underWay.forEach(Publication::await);
            underWay.clear();
        }
    }
}
