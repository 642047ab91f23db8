package dev.winnow.embedding.image;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names for colours, as a person would say them. By value, then saturation, then hue (HSV): value below 0.2 is black;
 * saturation below 0.15 is white (value above 0.85) or grey; dark orange and yellow is brown; light, pale red is pink.
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

    /** A name is given only to colours of at least this share of the picture. */
    static final double MIN_SHARE = 0.1;

    static final int MAX_NAMES = 3;

    /** Of larger grids every 17th cell is looked at. */
    private static final int MAX_CELLS = 20_000;

    /** The names of a picture's dominant colours, the most frequent first; none where no colour stands out. */
    static List<String> dominant(LumaGrid grid) {
        Map<Colours, int[]> counts = new EnumMap<>(Colours.class);
        byte[] rgb = grid.rgb();
        int cells = rgb.length / 3;
        // A prime stride, so that the cells looked at do not line up in columns.
        int stride = cells > MAX_CELLS ? 17 : 1;
        int looked = 0;
        for (int cell = 0; cell < cells; cell += stride) {
            Colours colour = of(rgb[cell * 3] & 0xFF, rgb[cell * 3 + 1] & 0xFF, rgb[cell * 3 + 2] & 0xFF);
            counts.computeIfAbsent(colour, c -> new int[1])[0]++;
            looked++;
        }
        double least = MIN_SHARE * looked;
        return counts.entrySet().stream()
                .filter(count -> count.getValue()[0] >= least)
                .sorted(Comparator.comparingInt(count -> -count.getValue()[0]))
                .map(Map.Entry::getKey)
                .limit(MAX_NAMES)
                .map(colour -> colour.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The name of one colour, channels 0 to 255. */
    static Colours of(int red, int green, int blue) {
        int max = Math.max(red, Math.max(green, blue));
        int range = max - Math.min(red, Math.min(green, blue));
        if (max < 51) {
            return BLACK;
        }
        // Saturation is range / max.
        if (range * 100 < max * 15) {
            return max > 217 ? WHITE : GREY;
        }
        float hue = hue(red, green, blue, max, range);
        boolean dark = max < 166;
        boolean pale = range * 100 < max * 55 && max > 178;
        if (hue < 15 || hue >= 345) {
            return pale ? PINK : RED;
        }
        if (hue < 45) {
            return dark ? BROWN : ORANGE;
        }
        if (hue < 70) {
            return dark && hue < 55 ? BROWN : YELLOW;
        }
        if (hue < 160) {
            return GREEN;
        }
        if (hue < 195) {
            return CYAN;
        }
        if (hue < 255) {
            return BLUE;
        }
        return hue < 290 || dark ? PURPLE : PINK;
    }

    /** Degrees, 0 to below 360. */
    private static float hue(int red, int green, int blue, int max, int range) {
        float sector;
        if (max == red) {
            sector = (green - blue) / (float) range;
        } else if (max == green) {
            sector = 2 + (blue - red) / (float) range;
        } else {
            sector = 4 + (red - green) / (float) range;
        }
        return sector < 0 ? sector * 60 + 360 : sector * 60;
    }
}
