package dev.winnow.curation.slices;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.PlainText;
import dev.winnow.curation.Watermark;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a version besides its images.
 *
 * @param model whose vectors were served when it was made
 * @param source what it was made of, with parameters and seed; always has a {@code kind}
 * @param requested how many images were named, also those the dataset did not have; null where none was named
 * @param watermark the dataset it was made from
 * @param by who made it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SliceNote(
        String model,
        ObjectNode source,
        @Nullable Long requested,
        Watermark watermark,
        Instant createdAt,
        String by,
        @Nullable String description) {

    private static final int MAX_BY = 128;
    private static final int MAX_DESCRIPTION = 10_000;

    public SliceNote {
        checkBy(by);
        if (description != null && description.length() > MAX_DESCRIPTION) {
            throw new InvalidParameterException(
                    "description", "expected at most " + MAX_DESCRIPTION + " characters, got " + description.length());
        }
        if (description != null && !PlainText.isUnicode(description)) {
            throw new InvalidParameterException("description", "expected Unicode, got half of a surrogate pair");
        }
    }

    /** @throws InvalidParameterException if that is nobody's name */
    static void checkBy(String by) {
        if (!PlainText.is(by, MAX_BY)) {
            throw new InvalidParameterException(
                    "by", "expected 1 to " + MAX_BY + " characters, none of them a control character");
        }
    }

    /** Whether another version of these images would say nothing new. */
    boolean saysTheSame(SliceNote other) {
        // By their text: a number that was read is of another class than the one that was written.
        return source.toString().equals(other.source.toString())
                && (description == null ? other.description == null : description.equals(other.description));
    }
}
