package dev.winnow.curation.quality;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What can be wrong with a picture: a measured value on the wrong side of a threshold. The threshold is relative to the
 * dataset, and kept within two absolute bounds: whatever the others are like, a value beyond the stricter one is an issue and
 * one within the milder one is none.
 */
public enum QualityIssue {
    /** Mean luma, 0 to 1. */
    DARK(Measure.BRIGHTNESS, Side.LOW, 0.05, 0.2, 0.02),
    /** Mean luma, 0 to 1. */
    BRIGHT(Measure.BRIGHTNESS, Side.HIGH, 0.85, 0.97, 0.02),
    /** Variance of the Laplacian, 0 and up, on a logarithmic scale. */
    BLURRED(Measure.SHARPNESS, Side.LOW, 10, 100, 0.2),
    /** Entropy of the luma, 0 to 8 bits. */
    LOW_INFORMATION(Measure.ENTROPY, Side.LOW, 1, 3, 0.2),
    /** Pixels, on a logarithmic scale; the bounds are factors to the median. */
    ODD_SIZE(Measure.PIXELS, Side.EITHER, 4, 100, 0),
    /** The longer side over the shorter, on a logarithmic scale; the bounds are factors to the median. */
    ODD_ASPECT_RATIO(Measure.ELONGATION, Side.EITHER, 2, 4, 0);

    /** On which side of the median the issue lies. */
    enum Side {
        LOW,
        HIGH,
        EITHER
    }

    /** What is measured of a picture. */
    enum Measure {
        BRIGHTNESS(false),
        SHARPNESS(true),
        ENTROPY(false),
        PIXELS(true),
        ELONGATION(true);

        /** A plain picture has no sharpness, and no logarithm of it. */
        private static final double LEAST = 0.01;

        private final boolean logarithmic;

        Measure(boolean logarithmic) {
            this.logarithmic = logarithmic;
        }

        /** The value; empty where the index does not hold it, as of points written before it was measured. */
        OptionalDouble of(DatasetImage image) {
            return switch (this) {
                case BRIGHTNESS -> identifier(image, PointSchema.BRIGHTNESS);
                case ENTROPY -> identifier(image, PointSchema.ENTROPY);
                case SHARPNESS ->
                    // Measured in one pass with the entropy; where it is missing it reads as 0.
                    image.sharpness() == 0
                                    && identifier(image, PointSchema.ENTROPY).isEmpty()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(image.sharpness());
                case PIXELS ->
                    image.pixels() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) image.pixels());
                case ELONGATION ->
                    image.pixels() == 0
                            ? OptionalDouble.empty()
                            : OptionalDouble.of((double) Math.max(image.width(), image.height())
                                    / Math.min(image.width(), image.height()));
            };
        }

        private static OptionalDouble identifier(DatasetImage image, String key) {
            return image.identifiers().get(key) instanceof Number number
                    ? OptionalDouble.of(number.doubleValue())
                    : OptionalDouble.empty();
        }

        double scaled(double value) {
            return logarithmic ? Math.log(Math.max(value, LEAST)) : value;
        }

        double unscaled(double scaled) {
            return logarithmic ? Math.exp(scaled) : scaled;
        }

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Measure measure;
    private final Side side;
    private final double lower;
    private final double upper;
    private final double leastSpread;

    /**
     * @param lower the smallest threshold there can be
     * @param upper the largest one
     * @param leastSpread how much pictures differ at least, on the scale of the measure
     */
    QualityIssue(Measure measure, Side side, double lower, double upper, double leastSpread) {
        this.measure = measure;
        this.side = side;
        this.lower = lower;
        this.upper = upper;
        this.leastSpread = leastSpread;
    }

    Measure measure() {
        return measure;
    }

    Side side() {
        return side;
    }

    /**
     * The threshold for pictures of this median and spread, both on the scale of the measure: of {@link Side#EITHER} the
     * deviation from the median, else a place.
     */
    double threshold(double median, double spread, double deviations) {
        double reach = deviations * Math.max(spread, leastSpread);
        double relative =
                switch (side) {
                    case LOW -> median - reach;
                    case HIGH -> median + reach;
                    case EITHER -> reach;
                };
        return Math.clamp(relative, measure.scaled(lower), measure.scaled(upper));
    }

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
