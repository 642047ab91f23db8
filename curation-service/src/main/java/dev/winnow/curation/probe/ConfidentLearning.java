package dev.winnow.curation.probe;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which labels contradict what a model that has not seen them believes: Northcutt, Jiang and Chuang, "Confident Learning:
 * Estimating Uncertainty in Dataset Labels", 2021. A class is believed of an image where its probability is at least the mean
 * probability of that class among the images it was given; of several, the most probable one.
 *
 * @param thresholds of each class; 1 where no image of it is judged
 * @param joint how many images were given a class and are believed to be of another, {@code [given][believed]}, scaled so that
 *     rows sum to the images of their class
 * @param believed of each image; −1 where no class is
 */
public record ConfidentLearning(double[] thresholds, double[][] joint, int[] believed) {

    static ConfidentLearning of(float[][] probabilities, int[] given, boolean[] judged, int classes) {
        double[] thresholds = new double[classes];
        int[] support = new int[classes];
        for (int i = 0; i < given.length; i++) {
            if (judged[i]) {
                thresholds[given[i]] += probabilities[i][given[i]];
                support[given[i]]++;
            }
        }
        for (int c = 0; c < classes; c++) {
            thresholds[c] = support[c] == 0 ? 1 : thresholds[c] / support[c];
        }
        int[] believed = new int[given.length];
        double[][] joint = new double[classes][classes];
        for (int i = 0; i < given.length; i++) {
            believed[i] = judged[i] ? believed(probabilities[i], thresholds, support) : -1;
            if (believed[i] >= 0) {
                joint[given[i]][believed[i]]++;
            }
        }
        for (int c = 0; c < classes; c++) {
            double sum = Arrays.stream(joint[c]).sum();
            if (sum == 0) {
                joint[c][c] = support[c];
            } else {
                double scale = support[c] / sum;
                for (int other = 0; other < classes; other++) {
                    joint[c][other] *= scale;
                }
            }
        }
        return new ConfidentLearning(thresholds, joint, believed);
    }

    private static int believed(float[] probabilities, double[] thresholds, int[] support) {
        int best = -1;
        for (int c = 0; c < thresholds.length; c++) {
            // Sums in double precision of equal floats may be off by a rounding.
            if (support[c] > 0
                    && probabilities[c] >= thresholds[c] - 1e-9
                    && (best < 0 || probabilities[c] > probabilities[best])) {
                best = c;
            }
        }
        return best;
    }

    /** How many images are believed to be of another class than the given one, estimated. */
    public double expectedErrors() {
        return IntStream.range(0, joint.length)
                .mapToDouble(c -> Arrays.stream(joint[c]).sum() - joint[c][c])
                .sum();
    }
}
