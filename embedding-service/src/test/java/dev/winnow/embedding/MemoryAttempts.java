package dev.winnow.embedding;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Attempts that outlive a worker, as those in a bucket do. */
final class MemoryAttempts implements AttemptStore {

    private record Note(Attempt attempt, Instant at) {}

    private final Map<Place, Note> notes = new ConcurrentHashMap<>();
    volatile boolean down;
    volatile Instant now = Instant.now();
    private final AtomicInteger lists = new AtomicInteger();
    final List<Attempt> written = new CopyOnWriteArrayList<>();
    volatile Consumer<Attempt> onWrite = attempt -> {};
    volatile Consumer<Place> onErase = place -> {};

    @Override
    public void write(Place place, Attempt attempt) {
        answer();
        notes.put(place, new Note(attempt, now));
        written.add(attempt);
        onWrite.accept(attempt);
    }

    @Override
    public void erase(Place place) {
        answer();
        onErase.accept(place);
        notes.remove(place);
    }

    @Override
    public List<Noted> list(int partition) {
        answer();
        lists.incrementAndGet();
        return notes.entrySet().stream()
                .filter(note -> note.getKey().partition() == partition)
                .map(note -> new Noted(note.getKey(), note.getValue().at()))
                .toList();
    }

    @Override
    public Optional<Attempt> read(Place place) {
        answer();
        return Optional.ofNullable(notes.get(place)).map(Note::attempt);
    }

    /** All that is written down. */
    List<Attempt> all() {
        return notes.values().stream().map(Note::attempt).toList();
    }

    /** How often it was asked what there is. */
    int lists() {
        return lists.get();
    }

    private void answer() {
        if (down) {
            throw new DependencyUnavailableException("attempts", null);
        }
    }
}
