package dev.winnow.embedding;

import dev.winnow.contract.Box;
import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.Finding.Fresh;
import dev.winnow.embedding.Finding.Gone;
import dev.winnow.embedding.Finding.Rejected;
import dev.winnow.embedding.Finding.Unchanged;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.PointStore.KnownImage;
import dev.winnow.embedding.image.MemoryBudget;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * The pipeline: a batch of changes leads to points and outcomes. It is level-triggered and can be repeated at any time:
 * each object is looked at as it is now, and a batch that fails half-way is simply done again.
 */
@ApplicationScoped
public class EmbedImages {

    private final ImageStore store;
    private final RunningModels models;
    private final BoxLookup boxes;
    private final Outcomes outcomes;
    private final Attempts attempts;
    private final PipelineMetrics metrics;
    private final Semaphore fetches;
    private final MemoryBudget files;
    private final Clock clock = Clock.systemUTC();

    @Inject
    EmbedImages(
            ImageStore store,
            RunningModels models,
            BoxLookup boxes,
            Outcomes outcomes,
            Attempts attempts,
            PipelineMetrics metrics,
            WinnowConfig config) {
        this.store = store;
        this.models = models;
        this.boxes = boxes;
        this.outcomes = outcomes;
        this.attempts = attempts;
        this.metrics = metrics;
        this.fetches = new Semaphore(config.pipeline().fetches());
        this.files = new MemoryBudget(config.pipeline().fileMemory().asLongValue());
    }

    /**
     * Brings the points of the changed images up to date, those of the active model and of the next one while there is a
     * change of model; then tells the outcomes by the active model. When it returns, all of that is durable.
     *
     * @param changes in the order of their offsets
     * @throws DependencyUnavailableException if store, index or broker fail; nothing is told then
     * @throws InterruptedException if the service stops; nothing is told then
     */
    public void process(List<ImageChange> changes) throws InterruptedException {
        try (RunningModels.Running running = models.running()) {
            process(newestOfEach(changes), running);
        }
    }

    private void process(Collection<ImageChange> newest, RunningModels.Running running) throws InterruptedException {
        List<ImageId> images = newest.stream().map(ImageChange::image).toList();
        List<TargetBatch> targets = running.targets().stream()
                .map(target -> new TargetBatch(target, images, metrics))
                .toList();

        Reprojection reprojection = new Reprojection(targets, images, metrics);
        Attempts.Batch attempt = attempts.begin(newest);
        List<Finding> findings = embed(newest, targets, reprojection, attempt);

        List<ImageChange> gone = findings.stream()
                .filter(Gone.class::isInstance)
                .map(Finding::change)
                .toList();
        if (!gone.isEmpty()) {
            running.active()
                    .images()
                    .forget(gone.stream().map(ImageChange::image).toList());
            // After their points: until then nobody can have drawn new ones.
            gone.forEach(change -> boxes.forget(change, targets.getFirst().known(change.image())));
        }
        targets.forEach(TargetBatch::removeRefused);

        Instant now = clock.instant();
        List<EmbeddingEvent> told = findings.stream()
                .map(finding -> finding.outcome(running.active().id(), now))
                .toList();
        metrics.run(Stage.PUBLISH, () -> outcomes.publish(told));
        attempt.done();
        findings.forEach(finding -> metrics.count(finding, now));
    }

    /** Several events about an image need one look, and one outcome: that of the newest. */
    private static Collection<ImageChange> newestOfEach(List<ImageChange> changes) {
        Map<ImageId, ImageChange> newest = new LinkedHashMap<>();
        for (ImageChange change : changes) {
            newest.merge(change.image(), change, ImageChange::with);
        }
        return newest.values();
    }

    /**
     * Looks at all objects at the same time, and writes the new points of some while others are still looked at.
     *
     * @return what the first target, that of the active model, made of each
     */
    private List<Finding> embed(
            Collection<ImageChange> changes,
            List<TargetBatch> targets,
            Reprojection reprojection,
            Attempts.Batch attempt)
            throws InterruptedException {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                List<Future<List<Finding>>> looks = changes.stream()
                        .map(change -> tasks.submit(() -> look(change, targets, reprojection, attempt)))
                        .toList();
                List<Finding> findings = new ArrayList<>();
                for (Future<List<Finding>> look : looks) {
                    List<Finding> byTarget = await(look);
                    findings.add(byTarget.getFirst());
                    for (int i = 0; i < targets.size(); i++) {
                        targets.get(i).take(byTarget.get(i), tasks);
                    }
                }
                for (TargetBatch target : targets) {
                    for (Future<?> write : target.finish(tasks)) {
                        await(write);
                    }
                }
                return findings;
            } finally {
                // After a failure: what still runs is of no use. Otherwise nothing runs any more.
                tasks.shutdownNow();
            }
        }
    }

    /** Looks at one object: fetched and decoded once, and embedded for those targets that lack something of it. */
    private List<Finding> look(
            ImageChange change, List<TargetBatch> targets, Reprojection reprojection, Attempts.Batch attempt)
            throws InterruptedException {
        fetches.acquire();
        MemoryBudget.Share memory = () -> {};
        List<Boxes> found;
        String etag;
        byte[] file;
        try {
            found = targets.stream()
                    .map(target -> boxes.find(
                            change,
                            target.known(change.image()),
                            target.target().objects(),
                            targets.stream().map(each -> each.known(change.image()))))
                    .toList();
            Optional<String> known = reprojection.etagIfNothingIsToEmbed(change, found);
            if (known.isPresent() && store.etag(change.key()).equals(known)) {
                Optional<List<Finding>> withoutIt = reprojection.findings(change, known.get(), found);
                if (withoutIt.isPresent()) {
                    return withoutIt.get();
                }
            }
            Optional<ImageStore.StoredImage> object = metrics.time(Stage.FETCH, () -> store.open(change.key()));
            if (object.isEmpty()) {
                return Collections.nCopies(targets.size(), new Gone(change));
            }
            try (ImageStore.StoredImage stored = object.get()) {
                long limit = ImageLimits.DEFAULT.maxBytes();
                etag = stored.etag();
                if (stored.bytes() > limit) {
                    return rejected(change, etag, new Rejection.TooLarge(stored.bytes(), limit), targets);
                }
                if (attempt.isHopeless(change, etag)) {
                    return rejected(change, etag, new Rejection.KillsWorker(), targets);
                }
                memory = files.take(stored.bytes());
                file = stored.read();
            }
        } catch (RuntimeException | InterruptedException e) {
            memory.close();
            throw e;
        } finally {
            fetches.release();
        }
        try {
            List<Wanted> wanted = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                wanted.add(wanted(change, etag, targets.get(i), found.get(i)));
            }
            List<ImageEmbedder.Pieces> pieces = attempt.embed(change, etag, file, wanted);
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                findings.add(finding(change, etag, found.get(i), pieces.get(i)));
            }
            return findings;
        } finally {
            memory.close();
        }
    }

    private Wanted wanted(ImageChange change, String etag, TargetBatch target, Boxes found) {
        boolean isNew = !target.known(change.image()).map(KnownImage::etag).equals(Optional.of(etag));
        List<Box> crops = found.toEmbed(etag).stream().map(ObjectBox::box).toList();
        return new Wanted(target.target().batches(), isNew, crops, boxes.padding());
    }

    private static Finding finding(ImageChange change, String etag, Boxes found, ImageEmbedder.Pieces pieces) {
        return switch (pieces.whole().orElse(null)) {
            case null -> new Unchanged(change, etag, found.changes(etag, pieces.crops()));
            case Embedding.Refused refused -> new Rejected(change, etag, refused.rejection());
            case Embedding.Embedded image ->
                new Fresh(change, etag, image.identifiers(), image.vector(), found.changes(etag, pieces.crops()));
        };
    }

    private static List<Finding> rejected(
            ImageChange change, String etag, Rejection rejection, List<TargetBatch> targets) {
        return Collections.nCopies(targets.size(), new Rejected(change, etag, rejection));
    }

    private static <T> T await(Future<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case DependencyUnavailableException down -> throw down;
                case InterruptedException stopped -> throw stopped;
                case null, default -> throw new IllegalStateException("looking at an image failed", e.getCause());
            }
        }
    }
}
