package dev.winnow.curation.history;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.PlainText;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something, and how.
 *
 * @param by a person or a tool; 1 to {@value #MAX_BY} characters
 * @param source by which way, for example {@code patch} or {@code csv}; 1 to {@value #MAX_SOURCE} characters
 */
public record Author(String by, String source) {

    public static final String ANONYMOUS = "anonymous";
    public static final int MAX_BY = 128;
    public static final int MAX_SOURCE = 100;

    /** @throws InvalidParameterException if a text is blank, too long or has control characters */
    public Author {
        check("by", by, MAX_BY);
        check("source", source, MAX_SOURCE);
    }

    /** Whoever the caller says it is; null for nobody. */
    public static Author of(@Nullable String by, String source) {
        return new Author(by == null ? ANONYMOUS : by, source);
    }

    private static void check(String field, String text, int limit) {
        if (!PlainText.is(text, limit)) {
            throw new InvalidParameterException(
                    field, "expected 1 to " + limit + " characters, none of them a control character");
        }
    }
}
