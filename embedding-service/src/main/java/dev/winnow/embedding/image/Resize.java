package dev.winnow.embedding.image;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What size a picture gets before the crop; its own fields tell one kind from the other in a manifest. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Resize.ShortSide.class), @JsonSubTypes.Type(Resize.Squash.class)})
public sealed interface Resize {

    /** Larger than any network's input, and small enough that a hostile manifest cannot ask for gigabytes. */
    int MAX_SIDE = 4096;

    Interpolation interpolation();

    /** The width of a picture of {@code width × height} afterwards; far beyond an int for a picture of one row. */
    long width(int width, int height);

    /** The height of a picture of {@code width × height} afterwards. */
    long height(int width, int height);

    /**
     * Keeps the aspect ratio, as torchvision's {@code Resize(shortSide)}: the shorter side gets {@code shortSide} pixels,
     * the longer {@code long · shortSide / short}, rounded down.
     */
    record ShortSide(int shortSide, Interpolation interpolation) implements Resize {

        public ShortSide {
            requireSide("short_side", shortSide);
        }

        @Override
        public long width(int width, int height) {
            return width > height ? (long) width * shortSide / height : shortSide;
        }

        @Override
        public long height(int width, int height) {
            return width > height ? shortSide : (long) height * shortSide / width;
        }
    }

    /** Both sides as stated, whatever the aspect ratio was, as torchvision's {@code Resize((height, width))}. */
    record Squash(int width, int height, Interpolation interpolation) implements Resize {

        public Squash {
            requireSide("width", width);
            requireSide("height", height);
        }

        @Override
        public long width(int width, int height) {
            return this.width;
        }

        @Override
        public long height(int width, int height) {
            return this.height;
        }
    }

    private static void requireSide(String field, int side) {
        if (side < 1 || side > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "resize." + field + ": expected 1 to " + MAX_SIDE + " pixels, got " + side);
        }
    }
}
