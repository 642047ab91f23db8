package dev.winnow.curation.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.curation.bench.Rivals.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured.
 *
 * @param contests what was done by us and by others
 * @param growth how cost grows with the number of vectors
 * @param exports how fast datasets are written, and what stays in memory meanwhile
 * @param peakBytes the most memory this process had; null where the system does not tell
 */
record Figures(
        Setting setting,
        List<Compared> contests,
        List<Grown> growth,
        List<Exported> exports,
        @Nullable Long peakBytes) {

    /** On what. */
    record Setting(int n, int dimension, int rounds, long seed, String data, String executionProvider, int cores) {}

    /**
     * Medians of the rounds.
     *
     * @param by {@code winnow}, and each library that did the same
     * @param ratios our median by each other's
     */
    record Compared(
            String name, String what, int rows, String quality, Map<String, Outcome> by, Map<String, Double> ratios) {}

    /**
     * Seconds, once, for so many vectors.
     *
     * @param recall of the neighbours; null where they are exact
     * @param probed of how many cells, of all; null where they are exact
     * @param nearDuplicates with the neighbours it needs
     * @param hdbscan null where there are too many vectors for it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Grown(
            int n,
            double load,
            double kMeans,
            double neighbours,
            @Nullable Double recall,
            @Nullable String probed,
            double nearDuplicates,
            @Nullable Double hdbscan) {}

    /**
     * A dataset written once.
     *
     * @param boxes of each image
     * @param bytes that were written
     * @param leastLiveBytes on the heap after a collection, at the least of ten looks on the way
     * @param mostLiveBytes the same, at the most
     */
    record Exported(
            String format,
            int images,
            int boxes,
            double seconds,
            long bytes,
            long leastLiveBytes,
            long mostLiveBytes) {}
}
