package dev.winnow.curation.tasks;

import dev.winnow.curation.InvalidParameterException;
import org.jspecify.annotations.Nullable;

/**
 * How much each objective of a selection counts; null or 0 leaves it out.
 *
 * @param coverage distance to the nearest chosen image: k-center greedy
 * @param facilityLocation how well all are represented
 * @param uncertainty how unsure a model is
 */
public record ObjectiveWeights(
        @Nullable Double coverage,
        @Nullable Double facilityLocation,
        @Nullable Double uncertainty) {

    private static final double MOST = 1000;

    public ObjectiveWeights {
        check("objectives.coverage", coverage);
        check("objectives.facility_location", facilityLocation);
        check("objectives.uncertainty", uncertainty);
    }

    private static void check(String field, @Nullable Double weight) {
        if (weight != null) {
            InvalidParameterException.checkRange(field, weight, 0, MOST);
        }
    }

    static double orZero(@Nullable Double weight) {
        return weight == null ? 0 : weight;
    }
}
