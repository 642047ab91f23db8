package dev.winnow.curation.duplicates;

import java.util.List;

/**
 * Searches the cosine distance at which about a given share of the images survives. Fewer survive the looser the threshold
 * is, but for small exceptions of the greedy grouping; so the distance is doubled until it is enough and then bisected, and what
 * came nearest is kept. At most {@value #MAX_STEPS} groupings.
 */
final class KeepSearch {

    private static final int MAX_STEPS = 24;

    /** How much of the whole one grouping is, at most. */
    static final double STEP = 1.0 / MAX_STEPS;

    private static final double FIRST_DISTANCE = 1e-3;
    private static final double LARGEST_DISTANCE = 2;

    private KeepSearch() {}

    /** Groups the images. */
    @FunctionalInterface
    interface Attempt {

        /** The groups at a least cosine similarity; {@code progress} of the search is done, 0 to 1. */
        List<DuplicateGroup> at(double similarity, double progress);
    }

    /**
     * A threshold and what it leads to.
     *
     * @param share of the images that survive, 0 to 1
     */
    record Found(double similarity, double share, List<DuplicateGroup> groups) {}

    /**
     * @param keep the share that shall survive, above 0 to 1
     * @param size how many images there are
     */
    static Found search(double keep, int size, Attempt attempt) {
        double tolerance = size == 0 ? 1 : Math.max(0.5 / size, 0.002);
        double tooTight = 0;
        double tooLoose = Double.NaN;
        double distance = 0;
        Found best = at(distance, size, 0, attempt);
        for (int step = 1; step < MAX_STEPS && Math.abs(best.share - keep) > tolerance; step++) {
            if (Double.isNaN(tooLoose)) {
                if (best.share < keep || distance >= LARGEST_DISTANCE) {
                    // Copies alone are more than was to go, or decisions keep apart what was to go.
                    break;
                }
                distance = distance == 0 ? FIRST_DISTANCE : Math.min(LARGEST_DISTANCE, 2 * distance);
            } else {
                distance = (tooTight + tooLoose) / 2;
            }
            Found tried = at(distance, size, step, attempt);
            if (tried.share > keep) {
                tooTight = distance;
            } else {
                tooLoose = distance;
            }
            if (Math.abs(tried.share - keep) < Math.abs(best.share - keep)) {
                best = tried;
            }
        }
        return best;
    }

    private static Found at(double distance, int size, int step, Attempt attempt) {
        List<DuplicateGroup> groups = attempt.at(1 - distance, step * STEP);
        int members = groups.stream().mapToInt(found -> found.members().size()).sum();
        return new Found(1 - distance, size == 0 ? 1 : 1 - (double) members / size, groups);
    }
}
