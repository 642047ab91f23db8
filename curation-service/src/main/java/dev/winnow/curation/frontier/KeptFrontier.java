package dev.winnow.curation.frontier;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.frontier.Frontier.Place;
import dev.winnow.curation.frontier.NextImages.NextImage;
import dev.winnow.curation.frontier.NextImages.Reason;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The frontier of one dataset and what has to happen to it: changes that were named wait here until they are read and applied. */
final class KeptFrontier {

    private static final Logger LOG = Logger.getLogger(KeptFrontier.class);

    /** A small dataset's frontier is made while its first asker waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long changes are gathered: an import writes many. */
    private static final Duration GATHER = Duration.ofMillis(50);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Others may have written labels; at most a tenth of the time goes into looking. */
    private static final Duration RECONCILE_EVERY = Duration.ofMinutes(1);

    private static final int EASE = 10;

    /** What an asker applies while it waits. */
    private static final long ASKER_APPLIES_FOR = Duration.ofMillis(200).toNanos();

    private static final int PART = 20;
    private static final int PREPARED = 1_000;
    private static final int PREPARED_AT_A_TIME = 50;
    /** Beyond, a new frontier is made sooner than the old one is changed. */
    private static final int MANY = 1_000;

    private static final int ROUNDS = 20;

    private final String dataset;
    private final String model;
    private final VectorIndex index;
    private final Snapshots snapshots;
    private final Neighbours neighbours;
    private final Executor worker;
    /** Beyond, it is forgotten, also while nobody asks. */
    private final long maxBytes;

    private final Consumer<KeptFrontier> forget;

    /** Fair, so that whoever asks comes in between two parts of the work. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final CompletableFuture<Frontier> made = new CompletableFuture<>();
    private final Set<ImageId> touched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean reconciling = new AtomicBoolean();
    /** What was touched since a reading began; null while none is going on. */
    private volatile @Nullable Set<ImageId> sinceReading;

    private volatile @Nullable Frontier frontier;
    private volatile Instant reconciledAt = Instant.EPOCH;
    private volatile Duration lastReading = Duration.ZERO;
    private volatile double weight;

    KeptFrontier(
            String dataset,
            String model,
            VectorIndex index,
            Snapshots snapshots,
            Neighbours neighbours,
            Executor worker,
            long maxBytes,
            Consumer<KeptFrontier> forget) {
        this.dataset = dataset;
        this.model = model;
        this.index = index;
        this.snapshots = snapshots;
        this.neighbours = neighbours;
        this.worker = worker;
        this.maxBytes = maxBytes;
        this.forget = forget;
    }

    /**
     * What was found for an asker.
     *
     * @param images how many are known, dropped ones aside
     * @param unapplied changes that wait
     */
    record Answer(
            int images, Instant reconciledAt, int unapplied, int labelled, int candidates, List<NextImage> next) {}

    String dataset() {
        return dataset;
    }

    String model() {
        return model;
    }

    long bytes() {
        Frontier its = frontier;
        return its == null ? 0 : its.bytes();
    }

    /** Begins to make it. */
    void make() {
        reconciling.set(true);
        worker.execute(() -> {
            try {
                reconcile();
                made.complete(current());
                refresh();
            } catch (RuntimeException | OutOfMemoryError e) {
                made.completeExceptionally(e);
            }
        });
    }

    /** @throws NotReadyException if it takes long */
    void await() {
        try {
            made.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new NotReadyException(dataset);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a frontier was made");
        }
    }

    void touched(ImageId image) {
        // First here: a reading that ends keeps of the touched only what is there.
        Set<ImageId> since = sinceReading;
        if (since != null) {
            since.add(image);
        }
        touched.add(image);
        if (made.isDone()) {
            schedule(GATHER);
        }
    }

    /** The images to label next; each was looked at in the index just now. */
    Answer next(VectorIndex its, int n, double wantedWeight, Set<ImageId> exclude) {
        if (Instant.now().isAfter(reconciledAt.plus(RECONCILE_EVERY).plus(lastReading.multipliedBy(EASE)))
                && reconciling.compareAndSet(false, true)) {
            worker.execute(this::reconcileLater);
        }
        weight = wantedWeight;
        lock.lock();
        try {
            long begin = System.nanoTime();
            while (!touched.isEmpty() && System.nanoTime() - begin < ASKER_APPLIES_FOR) {
                apply(its);
            }
            List<NextImage> next = offered(its, n, wantedWeight, exclude);
            Frontier current = current();
            return new Answer(
                    current.labelled() + current.candidates(),
                    reconciledAt,
                    touched.size(),
                    current.labelled(),
                    current.candidates(),
                    next);
        } finally {
            lock.unlock();
        }
    }

    /** The list, chosen again as long as one on it turns out to be labelled, dropped, replaced or gone: others write, too. */
    private List<NextImage> offered(VectorIndex its, int n, double wantedWeight, Set<ImageId> exclude) {
        Set<ImageId> odd = new HashSet<>(exclude);
        List<NextImage> next = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Place> places = current().first(n, wantedWeight, id -> !odd.contains(id));
            Map<ImageId, DatasetImage> images = new HashMap<>();
            its.images(dataset, places.stream().map(Place::id).toList())
                    .forEach(image -> images.put(image.id(), image));
            next.clear();
            boolean changed = false;
            for (Place place : places) {
                DatasetImage image = images.get(place.id());
                if (image != null && current().offers(image)) {
                    next.add(view(place, image, wantedWeight));
                } else {
                    changed = true;
                    if (image == null) {
                        current().remove(place.id());
                    } else if (!current().update(image)) {
                        // Its new vector is read with the other changes.
                        odd.add(image.id());
                        touched(image.id());
                    }
                }
            }
            if (!changed) {
                return next;
            }
        }
        // Somebody labels faster than this looks: fewer, but good ones.
        return next;
    }

    private NextImage view(Place place, DatasetImage image, double wantedWeight) {
        boolean unsure = wantedWeight * place.uncertainty() > place.distance();
        return new NextImage(
                place.id(),
                image.path(),
                place.gain(),
                unsure ? Reason.UNCERTAINTY : Reason.COVERAGE,
                place.distance(),
                place.nearest(),
                place.toLabelled(),
                current().labelled() < 2 ? null : Double.valueOf(place.uncertainty()));
    }

    private Frontier current() {
        Frontier its = frontier;
        if (its == null) {
            throw new IllegalStateException("not made yet");
        }
        return its;
    }

    private void schedule(Duration delay) {
        if (scheduled.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, worker)
                    .execute(this::refresh);
        }
    }

    /** Applies what was touched, and chooses ahead. */
    private void refresh() {
        scheduled.set(false);
        try {
            Optional<VectorIndex> its = index.of(model);
            if (its.isEmpty()) {
                // Another model: whoever asks next gets a new frontier.
                forget.accept(this);
                return;
            }
            if (touched.size() > MANY && reconciling.compareAndSet(false, true)) {
                reconcileLater();
            }
            while (!touched.isEmpty() && bytes() <= maxBytes) {
                locked(() -> apply(its.get()));
            }
            if (bytes() > maxBytes) {
                LOG.warnf("event=frontier-forgotten dataset=%s bytes=%d", dataset, bytes());
                forget.accept(this);
                return;
            }
            boolean more = true;
            int prepared = weight == 0 ? PREPARED : PREPARED_AT_A_TIME;
            for (int n = PREPARED_AT_A_TIME; more && n <= prepared && touched.isEmpty(); n += PREPARED_AT_A_TIME) {
                int some = n;
                boolean[] left = {false};
                locked(() -> left[0] = current().prepare(some, weight));
                more = left[0];
            }
        } catch (DependencyUnavailableException e) {
            LOG.warnf("event=frontier-waits dataset=%s reason=\"%s\"", dataset, e.getMessage());
            schedule(RETRY);
        } catch (RuntimeException e) {
            LOG.errorf(e, "event=frontier-failed dataset=%s", dataset);
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Reads some of what was touched, and applies it. */
    private void apply(VectorIndex its) {
        Set<ImageId> part = new HashSet<>();
        for (Iterator<ImageId> ids = touched.iterator(); ids.hasNext() && part.size() < PART; ) {
            part.add(ids.next());
            // Before it is read: what is touched meanwhile is read again.
            ids.remove();
        }
        try {
            Set<ImageId> gone = new HashSet<>(part);
            for (VectorIndex.Embedded embedded : its.embedded(dataset, part)) {
                gone.remove(embedded.image().id());
                current().put(embedded.image(), embedded.vector());
            }
            gone.forEach(current()::remove);
        } catch (RuntimeException e) {
            touched.addAll(part);
            throw e;
        }
    }

    /** Whether there is anything to reconcile with; else, or where nobody knows, that has ended. */
    private boolean stillServed() {
        boolean served = false;
        try {
            served = index.of(model).isPresent();
            return served;
        } finally {
            if (!served) {
                reconciling.set(false);
            }
        }
    }

    private void reconcileLater() {
        try {
            if (stillServed()) {
                reconcile();
            } else {
                forget.accept(this);
            }
        } catch (DependencyUnavailableException e) {
            LOG.warnf("event=frontier-waits dataset=%s reason=\"%s\"", dataset, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "event=frontier-failed dataset=%s", dataset);
        }
    }

    /** Reads the dataset as it is, and makes the frontier anew or changes it by what differs. */
    private void reconcile() {
        Set<ImageId> since = ConcurrentHashMap.newKeySet();
        sinceReading = since;
        try {
            Instant before = Instant.now();
            Snapshot snapshot = snapshots.read(dataset, model, Progress.NONE);
            lastReading = Duration.between(before, Instant.now());
            Frontier old = frontier;
            Frontier fresh =
                    old == null || differs(old, snapshot) ? new Frontier(snapshot, neighbours, Progress.NONE) : null;
            lock.lock();
            try {
                if (fresh != null) {
                    frontier = fresh;
                } else {
                    change(current(), snapshot);
                }
                // What was touched while it was read may have been read before it changed.
                touched.retainAll(since);
                touched.addAll(since);
                reconciledAt = before;
            } finally {
                lock.unlock();
            }
        } finally {
            sinceReading = null;
            reconciling.set(false);
        }
        if (made.isDone()) {
            schedule(Duration.ZERO);
        }
    }

    private static boolean differs(Frontier old, Snapshot snapshot) {
        return old.later() > Math.max(MANY, snapshot.size() / 10)
                || snapshot.images().stream()
                                .filter(image -> !old.knows(image))
                                .limit(MANY + 1L)
                                .count()
                        > MANY;
    }

    private static void change(Frontier frontier, Snapshot snapshot) {
        Set<ImageId> ids = HashSet.newHashSet(snapshot.size());
        for (int row = 0; row < snapshot.size(); row++) {
            DatasetImage image = snapshot.image(row);
            ids.add(image.id());
            if (!frontier.knows(image) && !frontier.update(image)) {
                frontier.put(image, snapshot.vectors().get(row));
            }
        }
        frontier.retain(ids);
    }
}
