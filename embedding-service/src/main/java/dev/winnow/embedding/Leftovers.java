package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.embedding.Attempt.Try;
import dev.winnow.embedding.AttemptStore.Noted;
import dev.winnow.embedding.AttemptStore.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What earlier owners of a partition had begun and did not finish. Some of it may have killed them; but an owner that lost the
 * partition may also live, and finish it within a while.
 */
final class Leftovers {

    private static final Logger LOG = Logger.getLogger(Leftovers.class);

    /** Events come again long before; what is older belongs to images that nobody asks about any more. */
    private static final Duration USEFUL = Duration.ofDays(1);

    private static final Duration POLL = Duration.ofMillis(500);

    private final AttemptStore store;
    private final int partition;
    private final Duration grace;
    private final long found = System.nanoTime();
    private final Map<Place, Map<ImageId, Try>> open = new HashMap<>();
    private boolean ownersAreDead;

    private Leftovers(AttemptStore store, int partition, Duration grace) {
        this.store = store;
        this.partition = partition;
        this.grace = grace;
    }

    /**
     * Reads what is left in a partition.
     *
     * @param worker whose attempts are none of it
     * @param grace how long an owner that lost the partition may take to finish, seen from now
     */
    static Leftovers of(AttemptStore store, int partition, String worker, Duration grace) {
        Leftovers leftovers = new Leftovers(store, partition, grace);
        Instant oldest = Instant.now().minus(USEFUL);
        for (Noted noted : store.list(partition)) {
            if (noted.place().worker().equals(worker)) {
                continue;
            }
            if (noted.at().isBefore(oldest)) {
                store.erase(noted.place());
                continue;
            }
            store.read(noted.place()).ifPresent(attempt -> leftovers.add(noted.place(), attempt));
        }
        return leftovers;
    }

    private void add(Place place, Attempt attempt) {
        open.put(
                place,
                attempt.images().stream()
                        .collect(Collectors.toMap(Try::image, Function.identity(), (a, b) -> a, HashMap::new)));
    }

    /** Those of {@code images} that some owner did not finish. */
    synchronized Set<ImageId> among(Collection<ImageId> images) {
        return images.stream()
                .filter(image -> open.values().stream().anyMatch(tries -> tries.containsKey(image)))
                .collect(Collectors.toSet());
    }

    /** How often these bytes were tried without end. */
    synchronized int count(ImageId image, String etag) {
        return open.values().stream()
                .map(tries -> tries.get(image))
                .filter(one -> one != null && etag.equals(one.etag()))
                .mapToInt(Try::count)
                .max()
                .orElse(0);
    }

    /** Waits until earlier owners have finished, or have had the time to: what is left then, the dead have left. */
    synchronized void awaitOwners() throws InterruptedException {
        while (!ownersAreDead && !open.isEmpty()) {
            // Measured on one clock, that of this process, and judged by what the store says afterwards.
            boolean late = System.nanoTime() - found >= grace.toNanos();
            open.keySet()
                    .retainAll(store.list(partition).stream().map(Noted::place).collect(Collectors.toSet()));
            if (late) {
                ownersAreDead = true;
                open.forEach((place, tries) -> LOG.warnf(
                        "worker %s died with %d images of partition %d in work; they are tried one by one",
                        place.worker(), tries.size(), place.partition()));
            } else if (!open.isEmpty()) {
                TimeUnit.NANOSECONDS.sleep(
                        Math.min(POLL.toNanos(), Math.max(1, grace.toNanos() - (System.nanoTime() - found))));
            }
        }
    }

    /** Takes these images, which have had an outcome, out of what is left. */
    synchronized void settle(Collection<ImageId> images) {
        for (Iterator<Map.Entry<Place, Map<ImageId, Try>>> each =
                        open.entrySet().iterator();
                each.hasNext(); ) {
            Map.Entry<Place, Map<ImageId, Try>> leftover = each.next();
            Map<ImageId, Try> rest = new HashMap<>(leftover.getValue());
            if (!rest.keySet().removeAll(images)) {
                continue;
            }
            if (rest.isEmpty()) {
                store.erase(leftover.getKey());
                each.remove();
            } else {
                store.write(leftover.getKey(), new Attempt(List.copyOf(rest.values())));
                leftover.setValue(rest);
            }
        }
    }
}
