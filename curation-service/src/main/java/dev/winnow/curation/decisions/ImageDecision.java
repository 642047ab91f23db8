package dev.winnow.curation.decisions;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody decided about an image.
 *
 * @param labels the image's, as they are now
 * @param by a person or a tool
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageDecision(
        ImageId id,
        String path,
        Verdict verdict,
        List<String> labels,
        @Nullable String reason,
        @Nullable String by,
        @Nullable Instant at) {

    /** The decision on an image, if there is one. */
    public static Optional<ImageDecision> of(DatasetImage image) {
        return image.decision()
                .map(verdict -> new ImageDecision(
                        image.id(),
                        image.path(),
                        verdict,
                        image.labels(),
                        image.text(PointSchema.DECISION_REASON),
                        image.text(PointSchema.DECISION_BY),
                        image.instant(PointSchema.DECISION_AT)));
    }
}
