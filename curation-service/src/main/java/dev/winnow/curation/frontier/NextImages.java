package dev.winnow.curation.frontier;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Watermark;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which images to label next.
 *
 * @param objectives how much each counts; nothing is drawn, so there is no seed
 * @param watermark of the frontier: the images it knows, and how far the index lags
 * @param reconciledAt when the whole dataset was read last; what other replicas wrote since may not count yet, but none of
 *     the images is one that was labelled, dropped or removed meanwhile
 * @param unapplied changes that are known and not in the list yet; 0 but for a moment after many
 * @param labelled how many images are labelled, and cover others
 * @param candidates how many could be labelled
 */
public record NextImages(
        String dataset,
        String model,
        Objectives objectives,
        Watermark watermark,
        Instant reconciledAt,
        int unapplied,
        int labelled,
        int candidates,
        List<NextImage> images) {

    public NextImages {
        images = List.copyOf(images);
    }

    /** Weights of the gain: coverage · distance + uncertainty · uncertainty. */
    public record Objectives(double coverage, double uncertainty) {}

    /** Why an image is where it is: the larger part of its gain. */
    public enum Reason {
        /** It is far from all that is labelled, and from those before it. */
        COVERAGE,
        /** Labelled images near it disagree. */
        UNCERTAINTY;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param distance cosine distance to the nearest of the labelled images and those before it, 0 to 2; 2 where there are none
     * @param nearestLabelled the nearest labelled image, absent where there is none
     * @param labelledDistance its distance
     * @param uncertainty entropy of the votes of the ten nearest labelled images over ln 10, 0 to 1; absent where fewer than two are labelled
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NextImage(
            ImageId id,
            String path,
            double gain,
            Reason reason,
            double distance,
            @Nullable ImageId nearestLabelled,
            @Nullable Float labelledDistance,
            @Nullable Double uncertainty) {}
}
