package dev.winnow.curation.labels;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.index.ListChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to be written on an image.
 *
 * @param labels null to leave them alone
 * @param tags what they shall be; null to leave them alone
 * @param decision null to leave it alone
 */
public record ImageEdit(
        ImageId image,
        Author author,
        @Nullable Labelling labels,
        @Nullable List<String> tags,
        @Nullable Decided decision) {

    /** Clocks differ. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    /** @throws InvalidParameterException if nothing is to be written */
    public ImageEdit {
        if (labels == null && tags == null && decision == null) {
            throw new InvalidParameterException("body", "expected labels, add, remove, tags or a decision");
        }
    }

    /**
     * Labels.
     *
     * @param confidence how sure whoever says so is, 0 to 1; null where nobody says
     * @param at when they were given, where that was elsewhere; null for now
     */
    public record Labelling(
            ListChange change,
            @Nullable Double confidence,
            @Nullable Instant at) {

        public Labelling {
            if (confidence != null) {
                InvalidParameterException.checkRange("confidence", confidence, 0, 1);
            }
            checkPast("at", at);
        }

        /** What is asked of labels, if anything is. */
        public static @Nullable Labelling of(
                @Nullable List<@Nullable String> labels,
                @Nullable List<@Nullable String> add,
                @Nullable List<@Nullable String> remove,
                @Nullable Double confidence,
                @Nullable Instant at) {
            ListChange change =
                    new ListChange(LabelTexts.checked("labels", labels), texts("add", add), texts("remove", remove));
            if (change.isNone()) {
                if (confidence != null) {
                    throw new InvalidParameterException("confidence", "expected only with labels, add or remove");
                }
                return null;
            }
            return new Labelling(change, confidence, at);
        }

        private static List<String> texts(String field, @Nullable List<@Nullable String> labels) {
            List<String> checked = LabelTexts.checked(field, labels);
            return checked == null ? List.of() : checked;
        }
    }

    /**
     * A decision.
     *
     * @param verdict null to withdraw what was decided
     * @param by null for the author of the edit
     * @param at null for now
     */
    public record Decided(
            @Nullable Verdict verdict,
            @Nullable String reason,
            @Nullable String by,
            @Nullable Instant at) {

        public static final Decided WITHDRAWN = new Decided(null, null, null, null);

        public Decided {
            LabelTexts.checkReason(reason);
            checkPast("decision.at", at);
            if (by != null) {
                Author.of(by, "decision");
            }
        }
    }

    private static void checkPast(String field, @Nullable Instant at) {
        if (at != null && at.isAfter(Instant.now().plus(AHEAD))) {
            throw new InvalidParameterException(field, "expected a time that has come");
        }
    }
}
