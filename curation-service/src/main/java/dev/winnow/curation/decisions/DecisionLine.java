package dev.winnow.curation.decisions;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.labels.EditStream;
import dev.winnow.curation.labels.ImageEdit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision on an image, as somebody wants it.
 *
 * @param labels what they shall be, with {@code relabel} only, and then at least one
 * @param by who decides
 * @param source how
 */
public record DecisionLine(
        @Nullable String id,
        @Nullable String path,
        @Nullable Verdict verdict,
        @Nullable List<@Nullable String> labels,
        @Nullable String reason,
        @Nullable String by,
        @Nullable String source)
        implements EditStream.Wanted {

    @Override
    public ImageEdit on(ImageId image, EditStream.Defaults defaults) {
        if (verdict == null) {
            throw new InvalidParameterException("verdict", "expected one of " + Verdict.NAMES);
        }
        boolean relabels = verdict == Verdict.RELABEL;
        if (relabels == (labels == null || labels.isEmpty())) {
            throw new InvalidParameterException(
                    "labels", relabels ? "expected one at least with relabel" : "expected only with relabel");
        }
        return new ImageEdit(
                image,
                Author.of(by == null ? defaults.by() : by, source == null ? defaults.source() : source),
                ImageEdit.Labelling.of(labels, null, null, null, null),
                null,
                new ImageEdit.Decided(verdict, reason, null, null));
    }
}
