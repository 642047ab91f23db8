package dev.winnow.embedding.image;

/**
 * A colour in CIE 1976 L*a*b*, from sRGB (IEC 61966-2-1), white point D65 of 2°.
 *
 * @param lightness 0 (black) to 100 (white)
 * @param a green (negative) to red, about −86 to 98
 * @param b blue (negative) to yellow, about −108 to 94
 */
record Lab(double lightness, double a, double b) {

    /** The colour of three channels, 0 to 255. */
    static Lab of(int red, int green, int blue) {
        double r = linear(red);
        double g = linear(green);
        double b = linear(blue);
        double x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
        double y = curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
        double z = curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
        return new Lab(Math.min(100, 116 * y - 16), 500 * (x - y), 200 * (y - z));
    }

    /** C*: distance from grey, 0 to about 134. */
    double chroma() {
        return Math.hypot(a, b);
    }

    /** h: 0 to below 360 degrees; red is about 40, yellow 103, green 136, blue 306. */
    double hue() {
        double degrees = Math.toDegrees(Math.atan2(b, a));
        return degrees < 0 ? degrees + 360 : degrees;
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static double curve(double t) {
        return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }
}
