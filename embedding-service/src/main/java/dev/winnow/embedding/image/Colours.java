package dev.winnow.embedding.image;

import java.util.Locale;

/**
 * Names for colours: the eleven basic colour terms (Berlin and Kay, 1969) and cyan, as regions of lightness, chroma and
 * hue in CIE L*a*b*. Of CSS's 140 named colours, 122 fall into the group that they are usually listed in.
 */
enum Colours {
    BLACK,
    WHITE,
    GREY,
    RED,
    ORANGE,
    YELLOW,
    GREEN,
    CYAN,
    BLUE,
    PURPLE,
    PINK,
    BROWN;

    /** The name of one colour. */
    static Colours of(Lab colour) {
        double lightness = colour.lightness();
        double chroma = colour.chroma();
        double hue = colour.hue();
        if (lightness < 10 || (lightness < 20 && chroma < 12)) {
            return BLACK;
        }
        if (lightness > 90 && chroma < 15) {
            return WHITE;
        }
        if (chroma < 12) {
            return GREY;
        }
        if (hue < 20 || hue >= 345) {
            return lightness > 45 ? PINK : RED;
        }
        if (hue < 45) {
            return lightness > 75 ? PINK : chroma < 30 ? BROWN : RED;
        }
        if (hue < 80) {
            return lightness > 57 && chroma >= 55 ? ORANGE : BROWN;
        }
        if (hue < 112) {
            return lightness >= 65 ? YELLOW : hue < 95 ? BROWN : GREEN;
        }
        if (hue < 170) {
            return GREEN;
        }
        if (hue < 220) {
            return CYAN;
        }
        // The blue primary and its dark shades lie where lighter colours are purple already.
        return hue < 300 || (hue < 309 && lightness < 40) ? BLUE : PURPLE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
