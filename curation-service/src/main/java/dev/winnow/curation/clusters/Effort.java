package dev.winnow.curation.clusters;

import dev.winnow.curation.InvalidParameterException;

/**
 * How hard k-means tries.
 *
 * @param restarts how often it begins anew, 1 to 100; the fit of highest cohesion is kept
 * @param rounds how many assignments a restart makes at most, 1 to 1000; it ends earlier once none changes
 */
public record Effort(int restarts, int rounds) {

    public static final Effort DEFAULT = new Effort(8, 50);

    public Effort {
        InvalidParameterException.checkRange("restarts", restarts, 1, 100);
        InvalidParameterException.checkRange("rounds", rounds, 1, 1000);
    }
}
