package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which score puts images into an order, the highest first. */
public enum ScoreOrder {
    /** How little of an image others show. */
    UNIQUENESS,
    /** How well an image stands for others. */
    REPRESENTATIVENESS,
    /** How far an image lies from all others. */
    OUTLIER;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
