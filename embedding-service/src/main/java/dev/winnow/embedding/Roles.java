package dev.winnow.embedding;

import java.util.List;
import java.util.Optional;

/**
 * Which models have which part, by their ids. It is the same for all workers, and kept where the points are.
 *
 * @param active the one that readers are shown; none before the first worker has begun
 * @param next the one that a change of model is embedding everything with, if there is a change; the active one itself
 *     while a change is being finished
 * @param previous those that were active before, the last one first
 */
public record Roles(Optional<String> active, Optional<String> next, List<String> previous) {

    public Roles {
        previous = List.copyOf(previous);
    }
}
