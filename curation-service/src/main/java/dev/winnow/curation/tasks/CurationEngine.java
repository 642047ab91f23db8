package dev.winnow.curation.tasks;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.ObjectSnapshot;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterFits;
import dev.winnow.curation.duplicates.DecisionStore;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.objects.AnnotatedImages;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.snapshots.VectorCache;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BiConsumer;

/** Reads a dataset and runs a task over it. */
@ApplicationScoped
public class CurationEngine {

    private final Snapshots snapshots;
    private final VectorCache cache;
    private final Neighbours neighbours;
    private final NeighbourJoin join;
    private final DecisionStore decisions;
    private final ClusterFits fits;
    private final AnnotatedImages annotated;
    private final SliceWork slices;

    public CurationEngine(
            Snapshots snapshots,
            VectorCache cache,
            Neighbours neighbours,
            NeighbourJoin join,
            DecisionStore decisions,
            ClusterFits fits,
            AnnotatedImages annotated,
            SliceWork slices) {
        this.snapshots = snapshots;
        this.cache = cache;
        this.neighbours = neighbours;
        this.join = join;
        this.decisions = decisions;
        this.fits = fits;
        this.annotated = annotated;
        this.slices = slices;
    }

    /**
     * Runs a task. The same vectors, parameters and seed give the same report; a cluster task, the same
     * clusters, whose ids come from the fit before.
     *
     * @throws InvalidParameterException if the dataset is too small for the parameters, or too large for a job
     */
    public TaskResult run(String dataset, CurationTask task, Progress progress) {
        long start = System.nanoTime();
        try {
            return attempt(dataset, task, start, progress);
        } catch (OutOfMemoryError e) {
            // What is kept for later jobs must not cost this one its memory.
            cache.clear();
            return attempt(dataset, task, start, progress);
        }
    }

    private TaskResult attempt(String dataset, CurationTask task, long start, Progress progress) {
        if (task instanceof SliceTask ofSlice) {
            return ofSlice(dataset, task, ofSlice, start, progress);
        }
        Snapshot all = snapshots.read(dataset, progress.part(0, 0.2));
        Snapshot snapshot = task.leavesOutDropped() ? all.withoutDropped() : all;
        task.check(snapshot.size());
        Report report =
                task.run(new Work(snapshot, neighbours, join, fits, new Besides(snapshot), progress.part(0.2, 1)));
        return new TaskResult(
                task.type(),
                dataset,
                snapshot.model(),
                task,
                task.seedOrDefault(),
                snapshot.watermark(),
                task.leavesOutDropped() ? all.size() - snapshot.size() : null,
                (System.nanoTime() - start) / 1e9,
                report);
    }

    /** Model and watermark are those of the slice: what it has of the dataset is all that the work sees. */
    private TaskResult ofSlice(String dataset, CurationTask task, SliceTask ofSlice, long start, Progress progress) {
        Slice slice = slices.find(dataset, ofSlice);
        Report report = ofSlice.run(slice, slices, progress);
        return new TaskResult(
                task.type(),
                dataset,
                slice.note().model(),
                task,
                task.seedOrDefault(),
                slice.note().watermark(),
                null,
                (System.nanoTime() - start) / 1e9,
                report);
    }

    /** What else a task may ask for, of the same model. */
    private final class Besides implements Work.Sources {

        private final Snapshot snapshot;

        Besides(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        public Snapshot load(String other, Progress progress) {
            return snapshots.read(other, snapshot.model(), progress);
        }

        @Override
        public ObjectSnapshot objects(Progress progress) {
            return snapshots.objects(snapshot.dataset(), snapshot.model(), progress);
        }

        @Override
        public Decisions decisions() {
            return decisions.find(snapshot.dataset()).decisions();
        }

        @Override
        public void forEachAnnotated(BiConsumer<ImageId, ImageObjects> consumer) {
            annotated.forEach(snapshot.dataset(), consumer);
        }
    }
}
