package dev.winnow.curation.slices;

import dev.winnow.curation.InvalidParameterException;
import org.jspecify.annotations.Nullable;

/**
 * A slice as others name it: {@code b@2}, or {@code b} for its latest version.
 *
 * @param version null for the latest
 */
public record SliceRef(SliceName slice, @Nullable Integer version) {

    /**
     * Reads a reference to a slice of a dataset.
     *
     * @param field where it stands, for the message
     */
    public static SliceRef parse(String field, String dataset, @Nullable String text) {
        if (text == null) {
            throw new InvalidParameterException(field, "expected a slice such as \"a\" or \"a@2\"");
        }
        int at = text.indexOf('@');
        try {
            return at < 0
                    ? new SliceRef(new SliceName(dataset, text), null)
                    : new SliceRef(
                            new SliceName(dataset, text.substring(0, at)), Integer.parseInt(text.substring(at + 1)));
        } catch (InvalidParameterException | NumberFormatException e) {
            throw new InvalidParameterException(field, "expected a slice such as \"a\" or \"a@2\", got " + text);
        }
    }
}
