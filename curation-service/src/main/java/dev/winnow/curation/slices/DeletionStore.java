package dev.winnow.curation.slices;

import java.util.Optional;

/**
 * Where deletions are written down. Every method throws {@link dev.winnow.curation.DependencyUnavailableException} while the
 * store does not answer.
 */
public interface DeletionStore {

    /**
     * A deletion as it is written down.
     *
     * @param version of what is written down
     */
    record Stored(Deletion deletion, String version) {}

    /** Writes a new one down. */
    void add(Deletion.Asked asked);

    /** The deletion of a slice's files with that token; empty if there is none, or it is another slice's. */
    Optional<Stored> find(SliceName slice, String token);

    /**
     * Replaces a deletion, if it is still as the caller saw it.
     *
     * @return false, and nothing was written, if it is not
     */
    boolean replace(Deletion deletion, String version);
}
