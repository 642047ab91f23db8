package dev.winnow.curation.duplicates;

import org.jspecify.annotations.Nullable;

/**
 * Where decisions live. Every method throws {@link dev.winnow.curation.DependencyUnavailableException} while the store does
 * not answer.
 */
public interface DecisionStore {

    /**
     * The decisions on a dataset.
     *
     * @param version of what is stored; null where there is nothing yet
     */
    record Stored(Decisions decisions, @Nullable String version) {}

    Stored find(String dataset);

    /**
     * Replaces the decisions on a dataset, if they are still those the caller saw.
     *
     * @param version of what the caller saw
     * @return false, and nothing was written, if they are not
     */
    boolean replace(String dataset, Decisions decisions, @Nullable String version);
}
