package dev.winnow.curation.exports;

import org.jspecify.annotations.Nullable;

/** Splits as the names of folders and lists. */
final class SplitNames {

    /** Of images without a split. */
    static final String NONE = "default";

    /** The field's tools look for this name. */
    static final String VALIDATION = "val";

    private static final int LONGEST = 50;

    private SplitNames() {}

    /** A name without anything that means something in a path. */
    static String of(@Nullable String split) {
        return switch (split) {
            case null -> NONE;
            case "validation", "valid" -> VALIDATION;
            default -> {
                String name = split.replaceAll("[^\\p{L}\\p{N}_.-]", "_").replaceAll("^\\.+", "_");
                yield name.isEmpty() ? "_" : name.substring(0, Math.min(LONGEST, name.length()));
            }
        };
    }
}
