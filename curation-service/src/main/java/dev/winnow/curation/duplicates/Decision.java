package dev.winnow.curation.duplicates;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person said of two images of a dataset. The two have no order: the one whose id sorts first is {@code image}.
 *
 * @param at when it was said
 * @param by who said it; null where that was not noted yet
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
        ImageId image,
        ImageId other,
        Verdict verdict,
        Instant at,
        @Nullable String by) {

    /** One of which it is not known who said it. */
    public Decision(ImageId image, ImageId other, Verdict verdict, Instant at) {
        this(image, other, verdict, at, null);
    }

    /** @throws IllegalArgumentException if it is one image, not two */
    public Decision {
        if (image.equals(other)) {
            throw new IllegalArgumentException("expected two images, got one");
        }
        if (image.toString().compareTo(other.toString()) > 0) {
            ImageId first = other;
            other = image;
            image = first;
        }
    }

    /** What two images are to each other. */
    public enum Verdict {
        /** They show the same: they are always in one group. */
        SAME,
        /** They do not: they never share a group. */
        DIFFERENT;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The two images, whatever was said of them. */
    record Pair(ImageId image, ImageId other) {}

    @JsonIgnore
    Pair pair() {
        return new Pair(image, other);
    }
}
