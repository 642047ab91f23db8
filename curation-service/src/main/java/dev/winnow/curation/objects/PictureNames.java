package dev.winnow.curation.objects;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The endings by which tools know files as pictures. */
public final class PictureNames {

    private static final List<String> LOWER = List.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff");

    /** Without the dot, the most usual first. */
    public static final List<String> ENDINGS = Stream.concat(
                    LOWER.stream(), LOWER.stream().map(ending -> ending.toUpperCase(Locale.ROOT)))
            .toList();

    private PictureNames() {}

    /** The ending of a path, without the dot; empty if it has none of {@link #ENDINGS}. */
    public static String ending(String path) {
        int dot = path.lastIndexOf('.');
        // A name that is nothing but an ending is a name.
        if (dot <= path.lastIndexOf('/') + 1) {
            return "";
        }
        String ending = path.substring(dot + 1);
        return ENDINGS.contains(ending) ? ending : "";
    }
}
