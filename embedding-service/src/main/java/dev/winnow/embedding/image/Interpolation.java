package dev.winnow.embedding.image;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Pillow's resampling filters that models are trained with. */
public enum Interpolation {
    @JsonProperty("bilinear")
    BILINEAR(1),
    @JsonProperty("bicubic")
    BICUBIC(2);

    /** Half the filter's width, in output pixels. */
    final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** The filter's weight at distance {@code x} from its centre. */
    double weight(double x) {
        double d = Math.abs(x);
        if (d >= support) {
            return 0;
        }
        return switch (this) {
            case BILINEAR -> 1 - d;
            // Catmull-Rom, a = -0.5; the order of operations is Pillow's.
            case BICUBIC -> d < 1 ? ((-0.5 + 2.0) * d - (-0.5 + 3.0)) * d * d + 1 : (((d - 5) * d + 8) * d - 4) * -0.5;
        };
    }
}
