package dev.winnow.embedding;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.Finding.Fresh;
import dev.winnow.embedding.Finding.Gone;
import dev.winnow.embedding.Finding.Rejected;
import dev.winnow.embedding.Finding.Unchanged;
import dev.winnow.embedding.PipelineMetrics.Stage;
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
import java.util.stream.Collectors;

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
    private final Outcomes outcomes;
    private final EmbeddingModel model;
    private final ImageEmbedder embedder;
    private final PipelineMetrics metrics;
    private final Semaphore fetches;
    private final MemoryBudget files;
    private final Clock clock = Clock.systemUTC();

    @Inject
    EmbedImages(
            ImageStore store,
            PointStore points,
            Outcomes outcomes,
            EmbeddingModel model,
            ImageEmbedder embedder,
            PipelineMetrics metrics,
            WinnowConfig config) {
        this.store = store;
        this.points = points;
        this.outcomes = outcomes;
        this.model = model;
        this.embedder = embedder;
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
        Map<ImageId, String> known = metrics.time(
                Stage.LOOK_UP,
                () -> points.etags(newest.stream().map(ImageChange::image).toList()));

        List<Finding> findings = embed(newest, known);

        List<ImageId> gone = images(findings, Gone.class);
        if (!gone.isEmpty()) {
            points.forget(gone);
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
            newest.merge(change.image(), change, (a, b) -> a.offset() > b.offset() ? a : b);
        }
        return newest.values();
    }

    /** Looks at all objects at the same time, and writes the new points of some while others are still looked at. */
    private List<Finding> embed(Collection<ImageChange> changes, Map<ImageId, String> known)
            throws InterruptedException {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                List<Future<Finding>> looks = changes.stream()
                        .map(change -> tasks.submit(() -> look(change, Optional.ofNullable(known.get(change.image())))))
                        .toList();
                List<Future<?>> writes = new ArrayList<>();
                List<Finding> findings = new ArrayList<>();
                List<Fresh> fresh = new ArrayList<>();
                for (Future<Finding> look : looks) {
                    Finding finding = await(look);
                    findings.add(finding);
                    if (finding instanceof Fresh found) {
                        fresh.add(found);
                    }
                    if (fresh.size() == POINTS_OF_A_WRITE) {
                        write(fresh, known, tasks, writes);
                        fresh = new ArrayList<>();
                    }
                }
                write(fresh, known, tasks, writes);
                for (Future<?> write : writes) {
                    await(write);
                }
                return findings;
            } finally {
                // After a failure: what still runs is of no use. Otherwise nothing runs any more.
                tasks.shutdownNow();
            }
        }
    }

    private Finding look(ImageChange change, Optional<String> knownEtag) throws InterruptedException {
        fetches.acquire();
        MemoryBudget.Share memory = () -> {};
        String etag;
        byte[] file;
        try {
            if (knownEtag.isPresent() && store.etag(change.key()).equals(knownEtag)) {
                return new Unchanged(change, knownEtag.get());
            }
            Optional<ImageStore.StoredImage> found = metrics.time(Stage.FETCH, () -> store.open(change.key()));
            if (found.isEmpty()) {
                return new Gone(change);
            }
            try (ImageStore.StoredImage stored = found.get()) {
                long limit = ImageLimits.DEFAULT.maxBytes();
                etag = stored.etag();
                if (stored.bytes() > limit) {
                    return new Rejected(change, etag, new Rejection.TooLarge(stored.bytes(), limit));
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
            return switch (embedder.embed(file)) {
                case Embedding.Refused refused -> new Rejected(change, etag, refused.rejection());
                case Embedding.Embedded image -> new Fresh(change, etag, image.identifiers(), image.vector());
            };
        } finally {
            memory.close();
        }
    }

    /** Starts to write the points of some images. */
    private void write(List<Fresh> fresh, Map<ImageId, String> known, ExecutorService tasks, List<Future<?>> writes) {
        Map<Boolean, List<EmbeddedImage>> byKnown = fresh.stream()
                .collect(Collectors.partitioningBy(
                        found -> known.containsKey(found.change().image()),
                        Collectors.mapping(Fresh::point, Collectors.toList())));
        byKnown.forEach((isKnown, images) -> {
            if (!images.isEmpty()) {
                writes.add(tasks.submit(() -> metrics.run(Stage.WRITE, () -> {
                    if (isKnown) {
                        points.renew(images);
                    } else {
                        points.add(images);
                    }
                })));
            }
        });
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
