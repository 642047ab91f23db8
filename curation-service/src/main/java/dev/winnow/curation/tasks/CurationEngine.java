package dev.winnow.curation.tasks;

import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.clusters.ClusterFits;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Loads a dataset's vectors and runs a task over them. */
@ApplicationScoped
public class CurationEngine {

    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final Neighbours neighbours;
    private final ClusterFits fits;
    private final int maxImages;

    public CurationEngine(
            VectorIndex index, DatasetLedger ledger, Neighbours neighbours, ClusterFits fits, CurationConfig config) {
        this.index = index;
        this.ledger = ledger;
        this.neighbours = neighbours;
        this.fits = fits;
        this.maxImages = config.jobs().maxImages();
    }

    /**
     * Runs a task. The same vectors, parameters and seed give the same report; a cluster task, the same
     * clusters, whose ids come from the fit before.
     *
     * @throws InvalidParameterException if the dataset is too small for the parameters, or too large for a job
     */
    public TaskResult run(String dataset, CurationTask task, Progress progress) {
        long start = System.nanoTime();
        Snapshot snapshot = load(dataset, progress.part(0, 0.2));
        task.check(snapshot.size());
        Report report = task.run(new Work(snapshot, neighbours, fits, progress.part(0.2, 1)));
        return new TaskResult(
                task.type(),
                dataset,
                snapshot.model(),
                task,
                task.seedOrDefault(),
                snapshot.watermark(),
                (System.nanoTime() - start) / 1e9,
                report);
    }

    private Snapshot load(String dataset, Progress progress) {
        long expected = index.count(dataset, Filter.ALL);
        if (expected > maxImages) {
            throw new InvalidParameterException(
                    "dataset", "expected at most " + maxImages + " images (winnow.jobs.max-images), got " + expected);
        }
        // Before the images are read: one that arrives in between is then counted as pending, never passed over.
        Freshness freshness = ledger.freshness(dataset);
        String model = index.model().orElseThrow(() -> new NotFoundException("dataset", dataset));
        // All of one model, also if another becomes active while they are read.
        VectorIndex its = index.of(model).orElse(index);
        List<DatasetImage> images = new ArrayList<>((int) expected);
        Vectors.Builder[] vectors = new Vectors.Builder[1];
        its.scan(dataset, Filter.ALL, embedded -> {
            if (vectors[0] == null) {
                vectors[0] = new Vectors.Builder(embedded.vector().length, (int) expected);
            }
            vectors[0].add(embedded.vector());
            images.add(embedded.image());
            progress.at("loading", Math.min(1, (double) images.size() / Math.max(1, expected)));
        });
        return new Snapshot(
                dataset,
                model,
                images,
                vectors[0] == null ? Vectors.of(1, List.of()) : vectors[0].build(),
                new Watermark(images.size(), freshness));
    }
}
