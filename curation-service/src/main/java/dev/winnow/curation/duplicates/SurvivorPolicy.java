package dev.winnow.curation.duplicates;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.curation.DatasetImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;

/** Which image of a duplicate group is worth keeping. Every policy falls back on resolution, then file size, then path. */
public enum SurvivorPolicy {
    /** The most pixels. */
    RESOLUTION,
    /** The highest variance of the Laplacian. */
    SHARPNESS,
    /** Images that have a label before those that have none. */
    LABELLED,
    /** The earliest EXIF time; images without one come last. */
    OLDEST;

    private static final Comparator<DatasetImage> FALLBACK = Comparator.comparingLong(
                    (DatasetImage image) -> -image.pixels())
            .thenComparingLong(image -> -image.bytes())
            .thenComparing(DatasetImage::path);

    /** Best survivor first. A total order: no two images of a dataset are equal in it. */
    public Comparator<DatasetImage> order() {
        return switch (this) {
            case RESOLUTION -> FALLBACK;
            case SHARPNESS ->
                Comparator.comparingDouble((DatasetImage image) -> -image.sharpness())
                        .thenComparing(FALLBACK);
            case LABELLED ->
                Comparator.comparing((DatasetImage image) -> image.labels().isEmpty())
                        .thenComparing(FALLBACK);
            case OLDEST ->
                Comparator.comparing(
                                (DatasetImage image) -> image.capturedAt() == null ? Instant.MAX : image.capturedAt())
                        .thenComparing(FALLBACK);
        };
    }

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
