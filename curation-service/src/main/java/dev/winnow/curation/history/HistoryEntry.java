package dev.winnow.curation.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.decisions.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked to be written on an image. It is written down before it takes effect: so nothing took effect that is
 * not here, and what is here twice was asked for twice.
 *
 * @param labels null where they were left alone, as all that follows
 * @param confidence of who labelled, 0 to 1
 * @param boxes how many boxes the image was given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HistoryEntry(
        ImageId image,
        Instant at,
        String by,
        String source,
        @Nullable Changed labels,
        @Nullable Changed tags,
        @Nullable Double confidence,
        @Nullable Decided decision,
        @Nullable Integer boxes) {

    /**
     * A list before and after; before is what was there when it was asked for.
     *
     * @param add what was to be added, where the rest was to stay
     * @param remove what was to be taken away, likewise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Changed(
            List<String> before,
            List<String> after,
            @Nullable List<String> add,
            @Nullable List<String> remove) {}

    /**
     * A decision.
     *
     * @param before the verdict until then; null where there was none
     * @param verdict null where it was withdrawn
     */
    public record Decided(
            @Nullable Verdict before,
            @Nullable Verdict verdict,
            @Nullable String reason) {}

    /** That boxes were written. */
    public static HistoryEntry ofBoxes(ImageId image, Instant at, Author author, int boxes) {
        return new HistoryEntry(image, at, author.by(), author.source(), null, null, null, null, boxes);
    }
}
