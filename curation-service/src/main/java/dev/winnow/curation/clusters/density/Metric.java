package dev.winnow.curation.clusters.density;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The distance of unit vectors that density is one over. Both order all pairs alike, so the spanning tree is the same; how
 * much a cluster's persistence counts is not.
 */
public enum Metric {
    /** 1 − cos, 0 to 2. */
    COSINE {
        @Override
        double of(double cosineDistance) {
            return cosineDistance;
        }
    },
    /** √(2 − 2 cos), 0 to 2. */
    EUCLIDEAN {
        @Override
        double of(double cosineDistance) {
            return Math.sqrt(2 * cosineDistance);
        }
    };

    /** The distance of two vectors whose cosine distance is given. */
    abstract double of(double cosineDistance);

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
