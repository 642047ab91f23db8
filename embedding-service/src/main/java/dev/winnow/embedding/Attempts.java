package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.embedding.Attempt.Try;
import dev.winnow.embedding.AttemptStore.Place;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an image that kills the process from doing so for ever. What a batch is about to decode is written down before, and
 * erased when it is done. What a dead worker leaves is suspect: its images are tried again one by one, each with nothing else
 * in work and with a note of its own. Whoever finds such a note of the dead knows which image it was, and gives it up. So an
 * image takes the process down twice, and takes no other image along.
 */
@ApplicationScoped
public class Attempts {

    private static final Logger LOG = Logger.getLogger(Attempts.class);

    /** A batch takes some seconds; whoever is not done by then is tried again for nothing, which does no harm. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final AttemptStore store;
    private final ImageEmbedder embedder;
    private final Duration grace;
    private final String worker = UUID.randomUUID().toString();
    private final Map<Integer, FutureTask<Leftovers>> leftovers = new ConcurrentHashMap<>();
    private final Set<Place> written = ConcurrentHashMap.newKeySet();

    @Inject
    Attempts(AttemptStore store, ImageEmbedder embedder) {
        this(store, embedder, GRACE);
    }

    Attempts(AttemptStore store, ImageEmbedder embedder, Duration grace) {
        this.store = store;
        this.embedder = embedder;
        this.grace = grace;
    }

    /** These partitions may have had another owner until now: what it left is read before they are worked on. */
    public void assigned(Collection<Integer> partitions) {
        leftovers.keySet().removeAll(partitions);
    }

    /** Erases what this worker has written: it stops, but does not die of it. */
    public void abandon() {
        for (Place place : written) {
            try {
                store.erase(place);
            } catch (DependencyUnavailableException e) {
                LOG.warnf(
                        "stopped in the middle of work that was not erased (%s); it is tried one by one",
                        e.getMessage());
                return;
            }
        }
    }

    /**
     * Begins the attempt of a batch; nothing is written before the first image is embedded.
     *
     * @param changes at most one of each image
     * @throws DependencyUnavailableException if the store does not answer
     */
    Batch begin(Collection<ImageChange> changes) throws InterruptedException {
        Map<Integer, List<ImageChange>> byPartition = changes.stream()
                .collect(Collectors.groupingBy(ImageChange::partition, TreeMap::new, Collectors.toList()));
        // All are read before any is waited for: the time that owners get runs for all of them at once.
        for (int partition : byPartition.keySet()) {
            leftovers(partition);
        }
        Set<ImageId> suspects = new HashSet<>();
        for (Map.Entry<Integer, List<ImageChange>> part : byPartition.entrySet()) {
            List<ImageId> images =
                    part.getValue().stream().map(ImageChange::image).toList();
            Leftovers left = leftovers(part.getKey());
            if (!left.among(images).isEmpty()) {
                left.awaitOwners();
                suspects.addAll(left.among(images));
            }
        }
        return new Batch(byPartition, suspects);
    }

    private Leftovers leftovers(int partition) throws InterruptedException {
        FutureTask<Leftovers> reading = leftovers.computeIfAbsent(
                partition, number -> new FutureTask<>(() -> Leftovers.of(store, number, worker, grace)));
        try {
            return first(reading);
        } catch (DependencyUnavailableException e) {
            leftovers.remove(partition, reading);
            throw e;
        }
    }

    /** Of all that need a thing the first makes it, and the others wait. */
    private static <T extends @Nullable Object> T first(FutureTask<T> task) throws InterruptedException {
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DependencyUnavailableException down
                    ? down
                    : new IllegalStateException("reading or writing attempts failed", e.getCause());
        }
    }

    private void write(Place place, List<Try> tries) {
        // Noted first: it may be written although that fails.
        written.add(place);
        store.write(place, new Attempt(tries));
    }

    private void erase(Place place) {
        if (written.contains(place)) {
            store.erase(place);
            written.remove(place);
        }
    }

    /** The attempt of a batch. */
    final class Batch {

        private final Map<Integer, List<ImageChange>> changes;
        private final Set<ImageId> suspects;
        private final Map<Integer, FutureTask<?>> notes = new ConcurrentHashMap<>();

        private Batch(Map<Integer, List<ImageChange>> changes, Set<ImageId> suspects) {
            this.changes = changes;
            this.suspects = suspects;
        }

        /** Whether these bytes have killed the process too often to be tried again. */
        boolean isHopeless(ImageChange change, String etag) throws InterruptedException {
            return suspects.contains(change.image()) && earlier(change, etag) >= Attempt.MOST;
        }

        /**
         * Embeds what is wanted of a file, among others or, if it is suspect, alone; in any case once that is written down.
         *
         * @param etag of the file
         */
        List<ImageEmbedder.Pieces> embed(ImageChange change, String etag, byte[] file, List<Wanted> wanted)
                throws InterruptedException {
            if (!suspects.contains(change.image())) {
                awaitNote(change.partition());
                return embedder.embed(file, wanted);
            }
            int count = earlier(change, etag) + 1;
            Place place = new Place(change.partition(), worker, change.offset() + "-alone");
            return embedder.embedAlone(file, wanted, new ImageEmbedder.Around() {
                @Override
                public void before() {
                    write(place, List.of(new Try(change.image(), etag, count)));
                }

                @Override
                public void after() {
                    erase(place);
                }
            });
        }

        /** To be called when the outcomes are told: erases what was written, also what dead workers left of these images. */
        void done() throws InterruptedException {
            for (int partition : changes.keySet()) {
                erase(place(partition));
                leftovers(partition).settle(suspects);
            }
        }

        private int earlier(ImageChange change, String etag) throws InterruptedException {
            return leftovers(change.partition()).count(change.image(), etag);
        }

        private void awaitNote(int partition) throws InterruptedException {
            first(notes.computeIfAbsent(
                    partition,
                    number -> new FutureTask<>(
                            () -> write(
                                    place(number),
                                    changes.getOrDefault(number, List.of()).stream()
                                            .filter(change -> !suspects.contains(change.image()))
                                            .map(change -> new Try(change.image(), change.etag(), 1))
                                            .toList()),
                            null)));
        }

        /** The same when a batch is done again. */
        private Place place(int partition) {
            long first = changes.getOrDefault(partition, List.of()).stream()
                    .mapToLong(ImageChange::offset)
                    .min()
                    .orElseThrow();
            return new Place(partition, worker, Long.toString(first));
        }
    }
}
