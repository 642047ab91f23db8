package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The image formats Winnow reads. */
public enum ImageFormat {
    JPEG,
    PNG,
    WEBP,
    GIF,
    BMP;

    /** The name as it is stored and sent: {@code jpeg}, {@code png}, … */
    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The media type of RFC 6838, for example {@code image/jpeg}. */
    public String mediaType() {
        return "image/" + this;
    }
}
