package dev.winnow.embedding.image;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Pillow's resampling filters. */
public enum Interpolation {
    /** The pixel whose area holds the output pixel's centre; not antialiased. */
    @JsonProperty("nearest")
    NEAREST(0),
    @JsonProperty("box")
    BOX(0.5),
    @JsonProperty("bilinear")
    BILINEAR(1),
    @JsonProperty("hamming")
    HAMMING(1),
    @JsonProperty("bicubic")
    BICUBIC(2),
    @JsonProperty("lanczos")
    LANCZOS(3);

    /** Half the filter's width, in output pixels. */
    final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** The filter's weight at distance {@code x} from its centre; the order of operations is Pillow's. */
    double weight(double x) {
        double d = Math.abs(x);
        return switch (this) {
            case NEAREST -> d == 0 ? 1 : 0;
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> d < 1 ? 1 - d : 0;
            case HAMMING -> d == 0 ? 1 : d < 1 ? sinc(d) * (0.54 + 0.46 * Math.cos(d * Math.PI)) : 0;
            // Catmull-Rom, a = -0.5.
            case BICUBIC ->
                d < 1 ? ((-0.5 + 2.0) * d - (-0.5 + 3.0)) * d * d + 1 : d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0;
            case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        };
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
