package dev.winnow.curation.labels;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.history.Author;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The labels of an image in a stream, out and in. What is absent stays as it is.
 *
 * @param labels what they shall be
 * @param add what is added to them
 * @param remove what is taken from them
 * @param by who labelled
 * @param source how
 * @param confidence how sure they were, 0 to 1
 * @param at when that was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LabelLine(
        @Nullable String id,
        @Nullable String path,
        @Nullable List<@Nullable String> labels,
        @Nullable List<@Nullable String> add,
        @Nullable List<@Nullable String> remove,
        @Nullable List<@Nullable String> tags,
        @Nullable String by,
        @Nullable String source,
        @Nullable Double confidence,
        @Nullable Instant at,
        @Nullable Decided decision)
        implements EditStream.Wanted {

    /** What was decided on the image. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Decided(
            @Nullable Verdict verdict,
            @Nullable String reason,
            @Nullable String by,
            @Nullable Instant at) {}

    /** What is known of an image. */
    static LabelLine of(DatasetImage image) {
        String by = image.text(PointSchema.LABELLED_BY);
        return new LabelLine(
                image.id().toString(),
                image.path(),
                image.labels().isEmpty() && by == null ? null : List.copyOf(image.labels()),
                null,
                null,
                image.tags().isEmpty() ? null : List.copyOf(image.tags()),
                by,
                image.text(PointSchema.LABEL_SOURCE),
                image.number(PointSchema.LABEL_CONFIDENCE),
                image.instant(PointSchema.LABELLED_AT),
                image.decision()
                        .map(verdict -> new Decided(
                                verdict,
                                image.text(PointSchema.DECISION_REASON),
                                image.text(PointSchema.DECISION_BY),
                                image.instant(PointSchema.DECISION_AT)))
                        .orElse(null));
    }

    /** Whether it says anything of the image. */
    boolean isEmpty() {
        return labels == null && tags == null && decision == null;
    }

    @Override
    public ImageEdit on(ImageId image, EditStream.Defaults defaults) {
        if (decision != null && decision.verdict == null) {
            throw new InvalidParameterException("decision.verdict", "expected one of " + Verdict.NAMES);
        }
        return new ImageEdit(
                image,
                Author.of(by == null ? defaults.by() : by, source == null ? defaults.source() : source),
                ImageEdit.Labelling.of(labels, add, remove, confidence, at),
                LabelTexts.checked("tags", tags),
                decision == null
                        ? null
                        : new ImageEdit.Decided(decision.verdict, decision.reason, decision.by, decision.at));
    }
}
