package dev.winnow.curation.jobs;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.MemoryClusterFits;
import dev.winnow.curation.duplicates.MemoryDecisions;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.UnaskedIndex;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.objects.AnnotatedImages;
import dev.winnow.curation.objects.MemoryObjects;
import dev.winnow.curation.slices.Deletion;
import dev.winnow.curation.slices.MemoryDeletions;
import dev.winnow.curation.slices.MemoryFiles;
import dev.winnow.curation.slices.MemorySlices;
import dev.winnow.curation.slices.SliceCopy;
import dev.winnow.curation.slices.SliceDeletion;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceNote;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.SliceSource;
import dev.winnow.curation.slices.SliceVersion;
import dev.winnow.curation.slices.SlicedImage;
import dev.winnow.curation.slices.Slices;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.snapshots.VectorCache;
import dev.winnow.curation.tasks.CurationEngine;
import dev.winnow.curation.tasks.SliceWork;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One dataset, {@code d}, in memory; fails as often as told before it answers. */
public final class MemoryIndex extends UnaskedIndex implements ObjectIndex {

    static final String TOKEN = "A".repeat(32);

    final AtomicInteger outages = new AtomicInteger();
    /** Called before each image is handed over. */
    volatile Runnable beforeImage = () -> {};

    private final Snapshot snapshot;
    final MemoryObjects boxes = new MemoryObjects();
    /** The boxes that have a point. */
    final List<ObjectIndex.Embedded> crops = new ArrayList<>();

    public MemoryIndex(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    @Override
    public Optional<String> model() {
        return Optional.of("m");
    }

    @Override
    public Optional<VectorIndex> of(String model) {
        return Optional.of(this);
    }

    @Override
    public Optional<Served> served() {
        return Optional.of(new Served("m", this));
    }

    @Override
    public ObjectIndex objects() {
        return this;
    }

    @Override
    public int dimension() {
        return snapshot.vectors().dimension();
    }

    @Override
    public SortedMap<String, Long> datasets() {
        return new TreeMap<>(Map.of("d", (long) snapshot.size()));
    }

    @Override
    public long count(String dataset) {
        return crops.size();
    }

    @Override
    public void scan(String dataset, Consumer<ObjectIndex.Embedded> consumer) {
        crops.forEach(consumer);
    }

    @Override
    public long count(String dataset, Filter filter) {
        if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new DependencyUnavailableException("the index", new IOException("down"));
        }
        return dataset.equals("d") ? snapshot.size() : 0;
    }

    @Override
    public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
        return new Page(snapshot.images(), null);
    }

    @Override
    public void scan(String dataset, Filter filter, Consumer<VectorIndex.Embedded> consumer) {
        for (int row = 0; row < snapshot.size(); row++) {
            beforeImage.run();
            consumer.accept(new VectorIndex.Embedded(
                    snapshot.image(row), snapshot.vectors().get(row)));
        }
    }

    /** An engine that reads this index, with nothing kept and nothing decided. */
    CurationEngine engine(Neighbours neighbours) {
        VectorCache cache = new VectorCache(1 << 20);
        CurationConfig config = new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .build()
                .getConfigMapping(CurationConfig.class);
        return new CurationEngine(
                new Snapshots(this, new DatasetLedger(), cache, config),
                cache,
                neighbours,
                new NeighbourJoin(neighbours, 1_000),
                new MemoryDecisions(),
                new MemoryClusterFits(),
                new AnnotatedImages(boxes),
                sliceWork());
    }

    /** The first version of slice {@code s} has all images, and its deletion with {@link #TOKEN} is confirmed. */
    private SliceWork sliceWork() {
        SliceVersion version = new SliceName("d", "s").at(1);
        MemorySlices store = new MemorySlices();
        store.put(
                version,
                new SliceNote(
                        "m", SliceSource.told("filter"), null, snapshot.watermark(), Instant.EPOCH, "someone", null),
                snapshot.images().stream().map(SlicedImage::new).toList());
        MemoryDeletions deletions = new MemoryDeletions();
        Slices slices = new Slices(new Datasets(this, this, new DatasetLedger()), this, store);
        SliceDeletion deletion = new SliceDeletion(slices, deletions, new MemoryFiles(), events -> {});
        deletions.add(new Deletion.Asked(new Deletion.Order(
                TOKEN, "d", "s", 1, snapshot.size(), Instant.EPOCH, "someone", Instant.EPOCH, Instant.MAX)));
        deletion.confirm(slices.get(new SliceRef(version.slice(), 1)), TOKEN, "someone");
        return new SliceWork(slices, new SliceCopy(slices, new MemoryFiles(), events -> {}), deletion);
    }
}
