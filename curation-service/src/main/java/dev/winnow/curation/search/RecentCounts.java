package dev.winnow.curation.search;

import dev.winnow.curation.index.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How many images or boxes a dataset had within the last second. Counting a large dataset takes as long as a filtered
 * search of it, and a search only has to know whether it is small enough to be compared whole. Nothing is remembered of
 * an empty one: the first image of a dataset is found at once.
 */
final class RecentCounts {

    private static final long VALID = Duration.ofSeconds(1).toNanos();
    /** Datasets of which counts are kept; past that the old ones are thrown away. */
    private static final int MANY = 1_000;

    private final Map<Key, Count> counts = new ConcurrentHashMap<>();

    record Key(String model, String dataset, Kind kind) {}

    private record Count(long size, long at) {

        boolean isRecent(long now) {
            return now - at < VALID;
        }
    }

    /** The count, from memory or as it is now. */
    long get(Key key, LongSupplier ask) {
        long now = System.nanoTime();
        Count known = counts.get(key);
        if (known != null && known.isRecent(now)) {
            return known.size;
        }
        return ask(key, ask);
    }

    /** The count as it is now. */
    long ask(Key key, LongSupplier ask) {
        long now = System.nanoTime();
        long size = ask.getAsLong();
        if (counts.size() >= MANY) {
            counts.values().removeIf(count -> !count.isRecent(now));
        }
        if (size > 0) {
            counts.put(key, new Count(size, now));
        } else {
            counts.remove(key);
        }
        return size;
    }
}
