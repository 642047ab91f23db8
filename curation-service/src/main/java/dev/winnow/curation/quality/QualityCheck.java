package dev.winnow.curation.quality;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.quality.QualityIssue.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pictures whose measured values lie far from those of the others: beyond the median by some robust standard
 * deviations, 1.4826 times the median absolute deviation (Iglewicz and Hoaglin, "How to Detect and Handle Outliers",
 * 1993), within the bounds of the {@link QualityIssue}. Cost O(n log n), memory 24 bytes an image.
 */
public final class QualityCheck {

    /** Makes the median absolute deviation of a normal distribution its standard deviation. */
    private static final double NORMAL = 1.4826;

    private QualityCheck() {}

    /**
     * One kind of issue over a dataset.
     *
     * @param measure what was measured
     * @param median of the measure; null where no image has it
     * @param spread robust standard deviation, of a logarithmic measure that of its natural logarithm; null as above
     * @param below a value below this is an issue; null where only high ones are
     * @param above a value above this is an issue; null where only low ones are
     * @param measured how many images have the measure
     * @param findings the most severe first
     */
    public record Checked(
            QualityIssue issue,
            String measure,
            @Nullable Double median,
            @Nullable Double spread,
            @Nullable Double below,
            @Nullable Double above,
            int measured,
            List<Finding> findings) {}

    /**
     * A picture with an issue.
     *
     * @param row of the image
     * @param threshold the one its value is beyond
     * @param severity above 0, at the threshold, to 1, the worst there can be
     */
    public record Finding(int row, double value, double threshold, double severity) {}

    /** @param deviations how many robust standard deviations from the median are too many, above 0 */
    public static Checked check(List<DatasetImage> images, QualityIssue issue, double deviations) {
        QualityIssue.Measure measure = issue.measure();
        double[] scaled = images.stream()
                .map(measure::of)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(value -> measure.scaled(value.getAsDouble()))
                .toArray();
        if (scaled.length == 0) {
            return new Checked(issue, measure.toString(), null, null, null, null, 0, List.of());
        }
        double median = median(scaled);
        double spread = NORMAL
                * median(Arrays.stream(scaled).map(x -> Math.abs(x - median)).toArray());
        double threshold = issue.threshold(median, spread, deviations);
        Side side = issue.side();
        Double below =
                side == Side.HIGH ? null : measure.unscaled(side == Side.EITHER ? median - threshold : threshold);
        Double above = side == Side.LOW ? null : measure.unscaled(side == Side.EITHER ? median + threshold : threshold);
        return new Checked(
                issue,
                measure.toString(),
                measure.unscaled(median),
                spread,
                below,
                above,
                scaled.length,
                findings(images, issue, below, above));
    }

    private static List<Finding> findings(
            List<DatasetImage> images, QualityIssue issue, @Nullable Double below, @Nullable Double above) {
        List<Finding> findings = new ArrayList<>();
        for (int row = 0; row < images.size(); row++) {
            OptionalDouble measured = issue.measure().of(images.get(row));
            if (measured.isPresent()) {
                double value = measured.getAsDouble();
                if (below != null && value < below) {
                    findings.add(new Finding(row, value, below, 1 - value / below));
                } else if (above != null && value > above) {
                    // Brightness ends at 1; of the others the highest value has no bound.
                    double severity = issue.side() == Side.HIGH ? (value - above) / (1 - above) : 1 - above / value;
                    findings.add(new Finding(row, value, above, severity));
                }
            }
        }
        findings.sort(Comparator.comparingDouble(Finding::severity).reversed().thenComparingInt(Finding::row));
        return findings;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
