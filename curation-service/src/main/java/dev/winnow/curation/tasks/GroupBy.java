package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a selection is balanced over. */
public enum GroupBy {
    /** The first label of each image; images without one cannot be chosen. */
    LABEL,
    /** Clusters found by spherical k-means. */
    CLUSTER,
    /** No groups: any image can be chosen. */
    NONE,
    /** Clusters of clusters found by hierarchical k-means: shares are equal on every level. */
    HIERARCHY;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
