package dev.winnow.curation.map;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a map is drawn. */
public enum MapMethod {
    /** Principal components: the plane of the largest variance; distances are true, groups overlap. */
    PCA,
    /** Uniform manifold approximation and projection: groups stand apart, distances between them mean little. */
    UMAP;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
