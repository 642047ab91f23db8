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

    /** Enough that the calls cost little, few enough that the first are searchable early. */
    private static final int POINTS_OF_A_WRITE = 32;

    private final ImageStore store;
    private final PointStore points;
    private final WritePoints writes;
    private final BoxLookup boxes;
    private final Outcomes outcomes;
    private final EmbeddingModel model;
    private final Attempts attempts;
    private final PipelineMetrics metrics;
    private final Semaphore fetches;
    private final MemoryBudget files;
    private final Clock clock = Clock.systemUTC();

    @Inject
    EmbedImages(
            ImageStore store,
            PointStore points,
            WritePoints writes,
            BoxLookup boxes,
            Outcomes outcomes,
            EmbeddingModel model,
            Attempts attempts,
            PipelineMetrics metrics,
            WinnowConfig config) {
        this.store = store;
        this.points = points;
        this.writes = writes;
        this.boxes = boxes;
        this.outcomes = outcomes;
        this.model = model;
        this.attempts = attempts;
        this.metrics = metrics;
        this.fetches = new Semaphore(config.pipeline().fetches());
        this.files = new MemoryBudget(config.pipeline().fileMemory().asLongValue());
    }

    /**
     * Brings the points of the changed images up to date, then tells the outcomes. When it returns, all of that is
     * durable.
     *
     * @param changes in the order of their offsets
     * @throws DependencyUnavailableException if store, index or broker fail; nothing is told then
     * @throws InterruptedException if the service stops; nothing is told then
     */
    public void process(List<ImageChange> changes) throws InterruptedException {
        Collection<ImageChange> newest = newestOfEach(changes);
        points.prepare();
        Map<ImageId, KnownImage> known = metrics.time(
                Stage.LOOK_UP,
                () -> points.known(newest.stream().map(ImageChange::image).toList()));

        Attempts.Batch attempt = attempts.begin(newest);
        List<Finding> findings = embed(newest, known, attempt);

        List<ImageId> gone = images(findings, Gone.class);
        if (!gone.isEmpty()) {
            points.forget(gone);
            // After their points: until then nobody can have drawn new ones.
            findings.stream()
                    .filter(Gone.class::isInstance)
                    .map(Finding::change)
                    .forEach(change -> boxes.forget(change, Optional.ofNullable(known.get(change.image()))));
        }
        List<ImageId> refused = images(findings, Rejected.class).stream()
                .filter(known::containsKey)
                .toList();
        if (!refused.isEmpty()) {
            points.remove(refused);
        }

        Instant now = clock.instant();
        List<EmbeddingEvent> told = findings.stream()
                .map(finding -> finding.outcome(model.manifest().id(), now))
                .toList();
        metrics.run(Stage.PUBLISH, () -> outcomes.publish(told));
        attempt.done();
        findings.forEach(finding -> metrics.count(finding, now));
    }

    private static List<ImageId> images(List<Finding> findings, Class<? extends Finding> kind) {
        return findings.stream()
                .filter(kind::isInstance)
                .map(finding -> finding.change().image())
                .toList();
    }

    /** Several events about an image need one look, and one outcome: that of the newest. */
    private static Collection<ImageChange> newestOfEach(List<ImageChange> changes) {
        Map<ImageId, ImageChange> newest = new LinkedHashMap<>();
        for (ImageChange change : changes) {
            newest.merge(change.image(), change, ImageChange::with);
        }
        return newest.values();
    }

    /** Looks at all objects at the same time, and writes the new points of some while others are still looked at. */
    private List<Finding> embed(Collection<ImageChange> changes, Map<ImageId, KnownImage> known, Attempts.Batch attempt)
            throws InterruptedException {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                List<Future<Finding>> looks = changes.stream()
                        .map(change -> tasks.submit(
                                () -> look(change, Optional.ofNullable(known.get(change.image())), attempt)))
                        .toList();
                List<Future<?>> running = new ArrayList<>();
                List<Finding> findings = new ArrayList<>();
                List<Finding> unwritten = new ArrayList<>();
                for (Future<Finding> look : looks) {
                    Finding finding = await(look);
                    findings.add(finding);
                    if (WritePoints.isNeeded(finding, known)) {
                        unwritten.add(finding);
                    }
                    if (unwritten.size() == POINTS_OF_A_WRITE) {
                        running.add(tasks.submit(write(unwritten, known)));
                        unwritten = new ArrayList<>();
                    }
                }
                if (!unwritten.isEmpty()) {
                    running.add(tasks.submit(write(unwritten, known)));
                }
                for (Future<?> write : running) {
                    await(write);
                }
                return findings;
            } finally {
                // After a failure: what still runs is of no use. Otherwise nothing runs any more.
                tasks.shutdownNow();
            }
        }
    }

    private Finding look(ImageChange change, Optional<KnownImage> known, Attempts.Batch attempt)
            throws InterruptedException {
        fetches.acquire();
        MemoryBudget.Share memory = () -> {};
        Boxes found;
        String etag;
        byte[] file;
        try {
            found = boxes.find(change, known);
            if (known.isPresent()
                    && found.toEmbed(known.get().etag()).isEmpty()
                    && store.etag(change.key()).equals(known.map(KnownImage::etag))) {
                etag = known.get().etag();
                return new Unchanged(change, etag, found.changes(etag, List.of()));
            }
            Optional<ImageStore.StoredImage> object = metrics.time(Stage.FETCH, () -> store.open(change.key()));
            if (object.isEmpty()) {
                return new Gone(change);
            }
            try (ImageStore.StoredImage stored = object.get()) {
                long limit = ImageLimits.DEFAULT.maxBytes();
                etag = stored.etag();
                if (stored.bytes() > limit) {
                    return new Rejected(change, etag, new Rejection.TooLarge(stored.bytes(), limit));
                }
                if (attempt.isHopeless(change, etag)) {
                    return new Rejected(change, etag, new Rejection.KillsWorker());
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
            boolean isNew = !known.map(KnownImage::etag).equals(Optional.of(etag));
            List<Box> crops = found.toEmbed(etag).stream().map(ObjectBox::box).toList();
            ImageEmbedder.Pieces pieces = attempt.embed(change, etag, file, new Wanted(isNew, crops, boxes.padding()));
            return switch (pieces.whole().orElse(null)) {
                case null -> new Unchanged(change, etag, found.changes(etag, pieces.crops()));
                case Embedding.Refused refused -> new Rejected(change, etag, refused.rejection());
                case Embedding.Embedded image ->
                    new Fresh(change, etag, image.identifiers(), image.vector(), found.changes(etag, pieces.crops()));
            };
        } finally {
            memory.close();
        }
    }

    /** Writes the points of some images and boxes. */
    private Runnable write(List<Finding> findings, Map<ImageId, KnownImage> known) {
        return () -> metrics.run(Stage.WRITE, () -> writes.write(findings, known));
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
