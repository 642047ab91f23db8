package dev.winnow.curation.snapshots;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.DatasetObject;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.ObjectSnapshot;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.index.VectorIndex.Embedded;
import dev.winnow.curation.snapshots.VectorCache.Known;
import dev.winnow.curation.snapshots.VectorCache.Rows;
import dev.winnow.curation.vectors.Vectors;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dataset as the index has it now. The first time all of it, page by page; afterwards the payloads of all images
 * afresh, and the vectors of those only whose point is another one than that in the {@link VectorCache}: whose entity tag
 * differs, or which an outcome named meanwhile. The same bytes and the same model make the same vector, so the result is
 * what a full reading gives.
 *
 * <p>Memory: the payloads on the heap, about 1 KB an image; the vectors, 4 · n · d bytes; and where some have
 * changed, both matrices until the job that uses the old one has ended.
 */
@ApplicationScoped
public class Snapshots {

    /** Payloads without vectors: a page stays well under the 4 MiB that gRPC receives by default. */
    private static final int IMAGES_A_PAGE = 500;

    private static final int IDS_A_CALL = 1_000;

    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final VectorCache cache;
    private final int maxImages;

    public Snapshots(VectorIndex index, DatasetLedger ledger, VectorCache cache, CurationConfig config) {
        this.index = index;
        this.ledger = ledger;
        this.cache = cache;
        this.maxImages = config.jobs().maxImages();
    }

    /**
     * All images of a dataset, with their vectors.
     *
     * @throws NotFoundException if no model's vectors are served
     * @throws InvalidParameterException if the dataset is too large for a job
     */
    public Snapshot read(String dataset, Progress progress) {
        return read(dataset, index.model().orElseThrow(() -> new NotFoundException("dataset", dataset)), progress);
    }

    /**
     * The same by a given model.
     *
     * @throws NotFoundException if its vectors are not served any more
     */
    public Snapshot read(String dataset, String model, Progress progress) {
        long expected = index.count(dataset, Filter.ALL);
        if (expected > maxImages) {
            throw new InvalidParameterException(
                    "dataset", "expected at most " + maxImages + " images (winnow.jobs.max-images), got " + expected);
        }
        // Before the images are read: one that arrives in between is then counted as pending, never passed over.
        Freshness freshness = ledger.freshness(dataset);
        // All of one model, also if another becomes active while they are read.
        VectorIndex its = index.of(model).orElseThrow(() -> new NotFoundException("model", model));
        Optional<Known> known = cache.find(dataset, model);
        Reading reading = new Reading(its, dataset, (int) expected, progress);
        if (known.isPresent()) {
            reading.differences(known.get());
        } else {
            reading.everything();
        }
        Vectors vectors = reading.vectors();
        List<DatasetImage> images = reading.images;
        cache.keep(
                dataset,
                model,
                new Rows(
                        images.stream().map(DatasetImage::id).toList(),
                        images.stream().map(DatasetImage::etag).toList(),
                        vectors),
                known.map(Known::touched).orElse(Set.of()));
        return new Snapshot(dataset, model, images, vectors, new Watermark(images.size(), freshness));
    }

    /**
     * All boxes of a dataset, with their vectors; read in full each time. Memory: about 500 bytes a box, and 4 · d.
     *
     * @throws NotFoundException if the model's vectors are not served any more
     * @throws InvalidParameterException if there are too many for a job
     */
    public ObjectSnapshot objects(String dataset, String model, Progress progress) {
        ObjectIndex its = index.of(model)
                .orElseThrow(() -> new NotFoundException("model", model))
                .objects();
        long expected = its.count(dataset);
        if (expected > maxImages) {
            throw new InvalidParameterException(
                    "kind", "expected at most " + maxImages + " boxes (winnow.jobs.max-images), got " + expected);
        }
        List<DatasetObject> objects = new ArrayList<>((int) expected);
        List<Vectors.Builder> builder = new ArrayList<>(1);
        its.scan(dataset, embedded -> {
            if (builder.isEmpty()) {
                builder.add(new Vectors.Builder(embedded.vector().length, (int) expected));
            }
            builder.getFirst().add(embedded.vector());
            objects.add(embedded.object());
            progress.at("loading boxes", Math.min(1, (double) objects.size() / Math.max(1, expected)));
        });
        return new ObjectSnapshot(
                objects,
                builder.isEmpty()
                        ? Vectors.of(1, List.of())
                        : builder.getFirst().build());
    }

    /** One reading of one dataset. */
    private static final class Reading {

        private final VectorIndex index;
        private final String dataset;
        private final int expected;
        private final Progress progress;
        private final List<DatasetImage> images;
        private @Nullable Vectors unchanged;
        private Vectors.@Nullable Builder builder;

        Reading(VectorIndex index, String dataset, int expected, Progress progress) {
            this.index = index;
            this.dataset = dataset;
            this.expected = expected;
            this.progress = progress;
            this.images = new ArrayList<>(expected);
        }

        void everything() {
            index.scan(dataset, Filter.ALL, embedded -> {
                builder(embedded.vector().length).add(embedded.vector());
                images.add(embedded.image());
                at(images.size(), expected);
            });
        }

        void differences(Known known) {
            Map<ImageId, Integer> rowOf = known.rows().rowOf();
            List<DatasetImage> now = payloads();
            List<ImageId> changed = new ArrayList<>();
            for (DatasetImage image : now) {
                Integer row = rowOf.get(image.id());
                if (row == null
                        // A point without a tag is vouched for by nothing.
                        || image.etag().isEmpty()
                        || known.touched().contains(image.id())
                        || !known.rows().etags().get(row).equals(image.etag())) {
                    changed.add(image.id());
                }
            }
            Vectors old = known.rows().vectors();
            if (changed.isEmpty() && now.size() == old.size()) {
                images.addAll(now);
                unchanged = old;
                return;
            }
            Map<ImageId, Embedded> fetched = fetch(changed);
            Set<ImageId> gone = Set.copyOf(changed);
            for (DatasetImage image : now) {
                Embedded fresh = fetched.get(image.id());
                Integer row = rowOf.get(image.id());
                if (fresh != null) {
                    // Payload and vector of one moment: the payload read before may be of the point it replaced.
                    builder(fresh.vector().length).add(fresh.vector());
                    images.add(fresh.image());
                } else if (row != null && !gone.contains(image.id())) {
                    builder(old.dimension()).addRow(old, row);
                    images.add(image);
                }
            }
        }

        private List<DatasetImage> payloads() {
            List<DatasetImage> now = new ArrayList<>(expected);
            ImageId from = null;
            do {
                VectorIndex.Page page = index.page(dataset, Filter.ALL, IMAGES_A_PAGE, from);
                now.addAll(page.images());
                at(now.size(), 2L * expected);
                from = page.next();
            } while (from != null);
            return now;
        }

        private Map<ImageId, Embedded> fetch(List<ImageId> ids) {
            Map<ImageId, Embedded> fetched = HashMap.newHashMap(ids.size());
            for (int from = 0; from < ids.size(); from += IDS_A_CALL) {
                at(ids.size() + from, 2L * ids.size());
                index.embedded(dataset, ids.subList(from, Math.min(ids.size(), from + IDS_A_CALL)))
                        .forEach(embedded -> fetched.put(embedded.image().id(), embedded));
            }
            return fetched;
        }

        private Vectors.Builder builder(int dimension) {
            Vectors.Builder its = builder;
            if (its == null) {
                its = new Vectors.Builder(dimension, expected);
                builder = its;
            }
            return its;
        }

        Vectors vectors() {
            if (unchanged != null) {
                return unchanged;
            }
            return builder == null ? Vectors.of(1, List.of()) : builder.build();
        }

        private void at(long done, long all) {
            progress.at("loading", Math.min(1, (double) done / Math.max(1, all)));
        }
    }
}
