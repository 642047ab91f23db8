package dev.winnow.embedding.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A colour that much of a picture has. A grid of the picture's pixels (every fourth in each direction, of a picture that
 * is halved for its luma every eighth, and so on), at 5 bits a channel, is counted by name ({@link Colours}); the colour is the mean of the pixels of that name in CIE L*a*b* (D65).
 *
 * @param name such as {@code red}
 * @param lightness L*, 0 (black) to 100 (white)
 * @param a a*, green (negative) to red
 * @param b b*, blue (negative) to yellow
 * @param share of the pixels, above 0 to 1
 */
public record DominantColour(String name, double lightness, double a, double b, double share) {

    /** What is less is not dominant, unless nothing is more frequent. */
    static final double MIN_SHARE = 0.1;

    static final int MOST = 3;

    /** 5 bits a channel, red the most significant. */
    private static final int COLOURS = 1 << 15;

    private static final Colours[] NAME = new Colours[COLOURS];

    /** L*, a* and b* of each. */
    private static final float[] LAB = new float[COLOURS * 3];

    static {
        for (int colour = 0; colour < COLOURS; colour++) {
            Lab lab = Lab.of(eightBits(colour >> 10), eightBits(colour >> 5 & 31), eightBits(colour & 31));
            NAME[colour] = Colours.of(lab);
            LAB[colour * 3] = (float) lab.lightness();
            LAB[colour * 3 + 1] = (float) lab.a();
            LAB[colour * 3 + 2] = (float) lab.b();
        }
    }

    /** One to three, the most frequent first; equally frequent ones by name. */
    static List<DominantColour> of(Pixels picture) {
        int step = 4 << LumaGrid.halvings(picture);
        int across = Math.ceilDiv(picture.width(), step);
        int down = Math.ceilDiv(picture.height(), step);
        int[] histogram = new int[COLOURS];
        byte[] row = new byte[across * 3];
        for (int y = 0; y < down; y++) {
            picture.line(0, y * step, step, 0, across, row);
            for (int i = 0; i < row.length; i += 3) {
                histogram[(row[i] & 0xF8) << 7 | (row[i + 1] & 0xF8) << 2 | (row[i + 2] & 0xFF) >> 3]++;
            }
        }
        return of(histogram, across * down);
    }

    private static List<DominantColour> of(int[] histogram, int pixels) {
        Map<Colours, Tally> tallies = new EnumMap<>(Colours.class);
        for (int colour = 0; colour < COLOURS; colour++) {
            if (histogram[colour] > 0) {
                tallies.computeIfAbsent(NAME[colour], name -> new Tally()).add(histogram[colour], colour * 3);
            }
        }
        List<DominantColour> found = new ArrayList<>();
        tallies.forEach((name, tally) -> found.add(tally.colour(name, pixels)));
        found.sort(Comparator.comparingDouble(DominantColour::share).reversed().thenComparing(DominantColour::name));
        double least = Math.min(MIN_SHARE, found.getFirst().share());
        return found.stream()
                .filter(colour -> colour.share() >= least)
                .limit(MOST)
                .toList();
    }

    /** 0 stays 0, and 31 becomes 255. */
    private static int eightBits(int fiveBits) {
        return fiveBits << 3 | fiveBits >> 2;
    }

    /** The pixels of one name. */
    private static final class Tally {

        private double count;
        private double lightness;
        private double a;
        private double b;

        void add(int pixels, int lab) {
            count += pixels;
            lightness += (double) pixels * LAB[lab];
            a += (double) pixels * LAB[lab + 1];
            b += (double) pixels * LAB[lab + 2];
        }

        DominantColour colour(Colours name, int all) {
            return new DominantColour(name.toString(), lightness / count, a / count, b / count, count / all);
        }
    }
}
