package dev.winnow.curation.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.solvers.BrentSolver;

/**
 * Makes confidences mean what they say: temperature scaling, and the expected calibration error in {@value #BINS} bins (Guo et
 * al., "On Calibration of Modern Neural Networks", 2017).
 */
final class Calibration {

    static final int BINS = 15;

    private static final double LEAST = 0.01;
    private static final double MOST = 100;
    private static final double ACCURACY = 1e-4;
    private static final int MOST_EVALUATIONS = 100;

    private Calibration() {}

    /**
     * The temperature at which the scores' softmax makes the given classes likeliest, {@value #LEAST} to {@value #MOST}; 1 where
     * there is nothing to go by. The likelihood is concave in its inverse, so there is one only.
     */
    static double temperature(float[][] scores, int[] given, IntPredicate wanted) {
        int[] rows = IntStream.range(0, scores.length).filter(wanted).toArray();
        if (rows.length == 0) {
            return 1;
        }
        UnivariateFunction slope = logInverse -> slope(scores, given, rows, Math.exp(logInverse));
        double low = -Math.log(MOST);
        double high = -Math.log(LEAST);
        if (slope.value(low) >= 0) {
            return MOST;
        }
        if (slope.value(high) <= 0) {
            return LEAST;
        }
        return Math.exp(-new BrentSolver(ACCURACY).solve(MOST_EVALUATIONS, slope, low, high, 0));
    }

    /** How the mean of −log p changes with the inverse temperature. */
    private static double slope(float[][] scores, int[] given, int[] rows, double inverse) {
        double[] slopes = new double[rows.length];
        IntStream.range(0, rows.length).parallel().forEach(i -> {
            float[] row = scores[rows[i]];
            double largest = largest(row);
            double sum = 0;
            double weighted = 0;
            for (float score : row) {
                double weight = Math.exp(inverse * (score - largest));
                sum += weight;
                weighted += weight * (score - largest);
            }
            slopes[i] = weighted / sum - (row[given[rows[i]]] - largest);
        });
        double sum = 0;
        for (double s : slopes) {
            sum += s;
        }
        return sum / rows.length;
    }

    /** Softmax of scores over the temperature. */
    static float[] probabilities(float[] scores, double temperature) {
        double largest = largest(scores);
        double[] weights = new double[scores.length];
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            weights[c] = Math.exp((scores[c] - largest) / temperature);
            sum += weights[c];
        }
        float[] probabilities = new float[scores.length];
        for (int c = 0; c < scores.length; c++) {
            probabilities[c] = (float) (weights[c] / sum);
        }
        return probabilities;
    }

    private static double largest(float[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            largest = Math.max(largest, score);
        }
        return largest;
    }

    /** The mean of |accuracy − confidence| over the bins, each weighted with its images. */
    static double expectedError(List<LinearProbe.Bin> bins) {
        long images = bins.stream().mapToLong(LinearProbe.Bin::images).sum();
        return bins.stream()
                .mapToDouble(bin -> bin.images() * Math.abs(bin.accuracy() - bin.confidence()) / images)
                .sum();
    }

    /** The bins of equal width that hold images, from the least confidence to the most. */
    static List<LinearProbe.Bin> bins(float[][] probabilities, int[] given, IntPredicate wanted) {
        int[] images = new int[BINS];
        double[] confidence = new double[BINS];
        int[] right = new int[BINS];
        for (int i = 0; i < given.length; i++) {
            if (wanted.test(i)) {
                int predicted = LinearProbe.best(probabilities[i]);
                double sure = probabilities[i][predicted];
                int bin = Math.clamp((int) Math.ceil(sure * BINS) - 1, 0, BINS - 1);
                images[bin]++;
                confidence[bin] += sure;
                right[bin] += predicted == given[i] ? 1 : 0;
            }
        }
        List<LinearProbe.Bin> bins = new ArrayList<>();
        for (int b = 0; b < BINS; b++) {
            if (images[b] > 0) {
                bins.add(new LinearProbe.Bin(images[b], confidence[b] / images[b], (double) right[b] / images[b]));
            }
        }
        return bins;
    }
}
