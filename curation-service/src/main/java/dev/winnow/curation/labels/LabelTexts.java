package dev.winnow.curation.labels;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.PlainText;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What texts can be labels and tags, and what else is said of them. */
public final class LabelTexts {

    /** Longer ones are not labels but text, and a payload index is no place for it. */
    public static final int MAX_LENGTH = 200;

    /** More on one image are no labels, and would make every page that holds it large. */
    public static final int MAX_LABELS = 100;

    public static final int MAX_REASON = 1_000;

    private LabelTexts() {}

    /** @throws InvalidParameterException if {@code label} is blank, too long or has control characters */
    public static void check(String field, String label) {
        if (!PlainText.is(label, MAX_LENGTH)) {
            throw new InvalidParameterException(
                    field, "expected a label of 1 to " + MAX_LENGTH + " characters, none of them a control character");
        }
    }

    /** The labels, if all of them are such and they are not too many; null stays null. */
    public static @Nullable List<String> checked(String field, @Nullable List<@Nullable String> labels) {
        if (labels == null) {
            return null;
        }
        if (labels.size() > MAX_LABELS) {
            throw new InvalidParameterException(field, "expected at most " + MAX_LABELS + ", got " + labels.size());
        }
        labels.forEach(label -> check(field, label == null ? "" : label));
        return labels.stream().map(Objects::requireNonNull).distinct().toList();
    }

    /** @throws InvalidParameterException if there is a reason and it is blank, too long or has control characters */
    public static void checkReason(@Nullable String reason) {
        if (reason != null && !PlainText.is(reason, MAX_REASON)) {
            throw new InvalidParameterException(
                    "reason", "expected 1 to " + MAX_REASON + " characters, none of them a control character");
        }
    }
}
