package dev.winnow.curation;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which images are still on their way to the index, and which will not arrive. Fed with every image event and every
 * outcome, in any order between the topics and as often as they are delivered: an image is pending exactly while its
 * newest image event has a higher offset than its newest outcome. Holds about 150 bytes an image.
 */
public final class DatasetLedger {

    private static final long NONE = -1;

    private final Map<String, Book> books = new HashMap<>();
    private Instant asOf = Instant.EPOCH;

    /** What is known of one image. */
    private static final class Entry {
        private long newestEvent = NONE;
        private long newestOutcome = NONE;
        private Instant outcomeAt = Instant.MIN;
        private @Nullable ImageRejected failure;

        boolean pending() {
            return newestEvent > newestOutcome;
        }

        boolean failed() {
            return failure != null && !pending();
        }
    }

    /** The entries of one dataset, and how many of them are pending and failed. */
    private static final class Book {
        private final Map<ImageId, Entry> entries = new HashMap<>();
        private long pending;
        private long failed;

        void update(ImageId image, Consumer<Entry> change) {
            Entry entry = entries.computeIfAbsent(image, id -> new Entry());
            count(entry, -1);
            change.accept(entry);
            count(entry, 1);
        }

        private void count(Entry entry, int by) {
            pending += entry.pending() ? by : 0;
            failed += entry.failed() ? by : 0;
        }
    }

    /** Takes note of an image event at its offset. */
    public synchronized void record(ImageEvent event, long offset) {
        book(event.dataset()).update(event.image(), entry -> entry.newestEvent = Math.max(entry.newestEvent, offset));
    }

    /** Takes note of an outcome. */
    public synchronized void record(EmbeddingEvent outcome) {
        book(outcome.dataset()).update(outcome.image(), entry -> {
            Long cause = outcome.causeOffset();
            long offset = cause == null ? entry.newestOutcome : cause;
            // Two outcomes of one event exist only after a redelivery: then the later one is what the index holds.
            boolean newer = offset > entry.newestOutcome
                    || (offset == entry.newestOutcome && !outcome.at().isBefore(entry.outcomeAt));
            if (newer) {
                entry.newestOutcome = offset;
                entry.outcomeAt = outcome.at();
                entry.failure = outcome instanceof ImageRejected rejected ? rejected : null;
            }
        });
    }

    /** Everything published up to this moment has been recorded. */
    public synchronized void caughtUp(Instant now) {
        asOf = now;
    }

    /** Whether everything published before the start has been recorded once. */
    public synchronized boolean isCaughtUp() {
        return asOf.isAfter(Instant.EPOCH);
    }

    /** How far the index lags for one dataset. */
    public synchronized Freshness freshness(String dataset) {
        Book book = books.get(dataset);
        return book == null ? new Freshness(0, 0, asOf) : new Freshness(book.pending, book.failed, asOf);
    }

    /** The datasets with a pending or failed image; objects whose key names no dataset belong to none. */
    public synchronized SortedSet<String> datasets() {
        SortedSet<String> names = new TreeSet<>();
        books.forEach((name, book) -> {
            if (book.pending + book.failed > 0 && !name.isEmpty()) {
                names.add(name);
            }
        });
        return names;
    }

    /** The images of a dataset that could not be embedded, by path. */
    public synchronized List<ImageRejected> failures(String dataset) {
        Book book = books.get(dataset);
        return book == null
                ? List.of()
                : book.entries.values().stream()
                        .filter(Entry::failed)
                        .map(entry -> entry.failure)
                        .filter(Objects::nonNull)
                        .sorted(Comparator.comparing(ImageRejected::path))
                        .toList();
    }

    /** The images of a dataset whose newest outcome was reached at {@code since} or later and is no failure: embedded, or removed. */
    public synchronized List<ImageId> embeddedSince(String dataset, Instant since) {
        Book book = books.get(dataset);
        return book == null
                ? List.of()
                : book.entries.entrySet().stream()
                        .filter(entry -> entry.getValue().failure == null
                                && !entry.getValue().outcomeAt.isBefore(since))
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private Book book(String dataset) {
        return books.computeIfAbsent(dataset, name -> new Book());
    }
}
