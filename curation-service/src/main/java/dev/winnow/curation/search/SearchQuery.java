package dev.winnow.curation.search;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A search that can be answered whatever the dataset holds.
 *
 * @param limit how many hits, 1 to 10,000; of a grouped search how many groups, 1 to 100; of a diverse one 1 to the pool
 * @param minSimilarity the least cosine, −1 to 1; null for no bound
 * @param exact whether to compare everything; null for as long as the dataset is small enough
 * @param diversity makes hits unlike each other; null ranks by similarity alone
 * @param grouping gathers the hits; null for a plain list
 * @param cursor where the page before ended; null for the first page. Groups and diverse hits have no pages
 */
public record SearchQuery(
        Target target,
        Kind kind,
        Filter filter,
        int limit,
        @Nullable Double minSimilarity,
        @Nullable Boolean exact,
        @Nullable Diversity diversity,
        @Nullable Grouping grouping,
        @Nullable String cursor) {

    private static final int MOST_HITS = 10_000;
    private static final int MOST_GROUPS = 100;

    public SearchQuery {
        InvalidParameterException.checkRange("limit", limit, 1, grouping == null ? MOST_HITS : MOST_GROUPS);
        if (minSimilarity != null) {
            InvalidParameterException.checkRange("min_similarity", minSimilarity, -1, 1);
        }
        if (diversity != null) {
            if (grouping != null) {
                throw new InvalidParameterException("group_by", "expected either diversity or group_by, got both");
            }
            InvalidParameterException.checkRange("limit", limit, 1, diversity.candidates());
        }
        if (cursor != null && (diversity != null || grouping != null)) {
            throw new InvalidParameterException(
                    "cursor", "expected none with diversity or group_by: they have one page");
        }
    }

    /** The same search for something else. */
    public SearchQuery with(Target other) {
        return new SearchQuery(other, kind, filter, limit, minSimilarity, exact, diversity, grouping, cursor);
    }

    /**
     * How unlike each other hits shall be.
     *
     * @param weight 0 (by similarity alone) to 1 (by unlikeness alone)
     * @param candidates how many of the most similar ones are picked from, 1 to 2,000
     */
    public record Diversity(double weight, int candidates) {

        private static final int MOST_CANDIDATES = 2_000;
        private static final int LEAST_CANDIDATES = 100;
        private static final int CANDIDATES_A_HIT = 4;

        public Diversity {
            InvalidParameterException.checkRange("diversity", weight, 0, 1);
            InvalidParameterException.checkRange("candidates", candidates, 1, MOST_CANDIDATES);
        }

        /** Picks from four times as many as are wanted, at least 100. */
        public static Diversity of(double weight, int limit) {
            return new Diversity(
                    weight, Math.clamp((long) CANDIDATES_A_HIT * limit, LEAST_CANDIDATES, MOST_CANDIDATES));
        }
    }

    /** @param size how many hits a group, 1 to 100 */
    public record Grouping(GroupKey by, int size) {

        public static final int DEFAULT_SIZE = 3;

        public Grouping {
            InvalidParameterException.checkRange("group_size", size, 1, MOST_GROUPS);
        }
    }
}
