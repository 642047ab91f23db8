package dev.winnow.curation;

import java.nio.charset.StandardCharsets;

/** What people write in a line: names, labels, reasons. */
public final class PlainText {

    private PlainText() {}

    /** Whether that is 1 to {@code limit} characters, not blank, none of them a control character, and all of them Unicode. */
    public static boolean is(String text, int limit) {
        return !text.isBlank()
                && text.length() <= limit
                && text.chars().noneMatch(Character::isISOControl)
                && isUnicode(text);
    }

    /** Whether it can be stored: half of a surrogate pair is written as a question mark, and never read again. */
    public static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
