package dev.winnow.embedding;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where attempts are written down, so that they outlive the process. A method returns when its effect is durable, and throws
 * {@link DependencyUnavailableException} where the store does not answer.
 */
public interface AttemptStore {

    /**
     * Where an attempt stands.
     *
     * @param partition of the events that led to it
     * @param worker one life of one worker
     * @param name unique among those of the worker in this partition
     */
    record Place(int partition, String worker, String name) {}

    /** An attempt that is written down; {@code at} is when, by the store's clock. */
    record Noted(Place place, Instant at) {}

    /** Writes an attempt down, in place of the one that stands there. */
    void write(Place place, Attempt attempt);

    /** Erases an attempt; nothing happens where there is none. */
    void erase(Place place);

    /** The attempts of all workers that are written down for a partition. */
    List<Noted> list(int partition);

    /** What stands there; empty where it has been erased. */
    Optional<Attempt> read(Place place);
}
