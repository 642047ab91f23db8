package dev.winnow.embedding.catalogue;

import org.jspecify.annotations.Nullable;

/** Checks of what a catalogue file says; the messages name the key. */
final class Required {

    private Required() {}

    /** Refuses a key that is missing or empty. */
    static void field(String key, @Nullable Object value) {
        that(value != null && !value.toString().isBlank(), key, "a value");
    }

    static void that(boolean met, String key, String expected) {
        if (!met) {
            throw new IllegalArgumentException(key + ": expected " + expected);
        }
    }
}
