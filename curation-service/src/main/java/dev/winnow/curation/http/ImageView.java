package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.decisions.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image as it is sent: the index's record, with the perceptual hash in hex as tools expect it.
 *
 * @param labelled who gave the labels; null where nobody has noted it
 * @param decision what was decided about the image; null where nothing was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImageView(
        ImageId id,
        String path,
        List<String> labels,
        List<String> tags,
        @Nullable Labelled labelled,
        @Nullable Decided decision,
        String format,
        long bytes,
        int width,
        int height,
        String sha256,
        String phash,
        String etag,
        double sharpness,
        @Nullable Instant capturedAt,
        Map<String, Object> identifiers) {

    /** Identifiers with a place of their own. */
    private static final List<String> OWN_PLACE = List.of(
            PointSchema.LABELLED_BY,
            PointSchema.LABELLED_AT,
            PointSchema.LABEL_SOURCE,
            PointSchema.LABEL_CONFIDENCE,
            PointSchema.DECISION,
            PointSchema.DECISION_BY,
            PointSchema.DECISION_AT,
            PointSchema.DECISION_REASON);

    /**
     * Who gave the labels, when and how.
     *
     * @param confidence 0 to 1; null where nobody said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Labelled(
            String by,
            @Nullable Instant at,
            @Nullable String source,
            @Nullable Double confidence) {}

    /** What was decided, by whom, when and why. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decided(
            Verdict verdict,
            @Nullable String by,
            @Nullable Instant at,
            @Nullable String reason) {}

    ImageView(DatasetImage image) {
        this(
                image.id(),
                image.path(),
                image.labels(),
                image.tags(),
                labelled(image),
                decided(image),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.sha256(),
                "%016x".formatted(image.phash()),
                image.etag(),
                image.sharpness(),
                image.capturedAt(),
                others(image));
    }

    private static @Nullable Labelled labelled(DatasetImage image) {
        String by = image.text(PointSchema.LABELLED_BY);
        return by == null
                ? null
                : new Labelled(
                        by,
                        image.instant(PointSchema.LABELLED_AT),
                        image.text(PointSchema.LABEL_SOURCE),
                        image.number(PointSchema.LABEL_CONFIDENCE));
    }

    private static @Nullable Decided decided(DatasetImage image) {
        return image.decision()
                .map(verdict -> new Decided(
                        verdict,
                        image.text(PointSchema.DECISION_BY),
                        image.instant(PointSchema.DECISION_AT),
                        image.text(PointSchema.DECISION_REASON)))
                .orElse(null);
    }

    private static Map<String, Object> others(DatasetImage image) {
        Map<String, Object> others = new HashMap<>(image.identifiers());
        OWN_PLACE.forEach(others::remove);
        return others;
    }
}
