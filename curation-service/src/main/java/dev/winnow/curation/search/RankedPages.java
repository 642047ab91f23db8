package dev.winnow.curation.search;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.index.VectorIndex;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a ranking into pages. The order is total, similarity descending and then id ascending, and a page is what follows
 * the last hit of the page before: what arrives in front of that place moves nothing behind it, so that no hit is
 * repeated and none that was there is lost. An index ranks from the top only, so a page costs the ranking of all before
 * it: at most {@value #DEEPEST} places, of some 60 bytes.
 */
final class RankedPages {

    static final int DEEPEST = 500_000;

    static final Comparator<Ranked> BEST_FIRST = Comparator.comparingDouble((Ranked place) -> -place.similarity())
            .thenComparing(Ranked::id, VectorIndex.ID_ORDER);

    private RankedPages() {}

    /**
     * Where a page ended.
     *
     * @param last its last hit
     * @param seen how many hits there were up to there
     */
    record Position(Ranked last, int seen) {}

    /** @param end where the next page begins; null if this is the last one */
    record Page(List<Ranked> hits, @Nullable Position end) {}

    /**
     * A page.
     *
     * @param rank the best so many, best first; where it cuts among equals, any of them
     * @param after where the page before ended; null for the first page
     * @throws InvalidParameterException if it lies beyond the deepest place
     */
    static Page page(IntFunction<List<Ranked>> rank, @Nullable Position after, int limit) {
        int seen = after == null ? 0 : after.seen();
        // One more to know whether there is a next page, and one that may be lost to equals.
        long asked = (long) seen + limit + 2;
        while (true) {
            if (asked > DEEPEST) {
                throw new InvalidParameterException(
                        "cursor", "expected a place among the first " + DEEPEST + ": narrow the search by a filter");
            }
            List<Ranked> ranking = rank.apply((int) asked);
            boolean all = ranking.size() < asked;
            List<Ranked> following = ranking.stream()
                    .sorted(BEST_FIRST)
                    .filter(place -> after == null || BEST_FIRST.compare(place, after.last()) > 0)
                    // Others as similar as the last one may have been cut off, with ids before those that were not.
                    .filter(place ->
                            all || place.similarity() > ranking.getLast().similarity())
                    .toList();
            if (all || following.size() > limit) {
                List<Ranked> hits = following.subList(0, Math.min(limit, following.size()));
                return new Page(
                        hits, following.size() > limit ? new Position(hits.getLast(), seen + hits.size()) : null);
            }
            asked = asked == DEEPEST ? asked + 1 : Math.min(DEEPEST, 2 * asked);
        }
    }
}
