package dev.winnow.curation.probe;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.splits.StratifiedAssignment;
import dev.winnow.curation.strata.Strata;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.SoftmaxKernel;
import dev.winnow.curation.vectors.SoftmaxKernel.Rows;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a linear model can read from the vectors (Alain and Bengio, "Understanding Intermediate Layers Using Linear Classifier
 * Probes", 2016): {@link SoftmaxRegression}, cross-validated, so that each image is judged by a model that has not seen it, nor
 * what belongs to it. Confidences are calibrated, those of a fold by the temperature of the others.
 *
 * <p>Memory: a second copy of the labelled vectors, 8 bytes for each image and class, and 200 · classes · d bytes.
 */
public final class LinearProbe {

    public static final int DEFAULT_FOLDS = 5;
    public static final double DEFAULT_C = 10;

    /** A gigabyte of probabilities. */
    private static final long MOST_PROBABILITIES = 1L << 28;

    private final Neighbours neighbours;

    public LinearProbe(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * Images of about the same confidence.
     *
     * @param confidence their mean, 0 to 1
     * @param accuracy the share of them whose given class is the likeliest
     */
    public record Bin(int images, double confidence, double accuracy) {}

    /**
     * What a model that has not seen an image makes of it.
     *
     * @param labelled the images
     * @param folds how many there were
     * @param foldOf each image
     * @param judged whether any other fold has an image of its class; who is not judged counts nowhere
     * @param probabilities calibrated, {@code [image][class]}
     * @param temperature that suits all folds
     * @param errorBefore expected calibration error without it, 0 to 1
     * @param errorAfter with the temperature of the other folds
     * @param bins with it
     * @param logLoss mean of −log p(given), in nats, with it
     * @param iterations of the fits, on average
     */
    public record Validated(
            LabelledRows labelled,
            int folds,
            int[] foldOf,
            boolean[] judged,
            float[][] probabilities,
            double temperature,
            double errorBefore,
            double errorAfter,
            List<Bin> bins,
            double logLoss,
            double iterations) {

        /** The likeliest class of an image. */
        public int predicted(int image) {
            return best(probabilities[image]);
        }

        public int judgedCount() {
            return (int)
                    IntStream.range(0, judged.length).filter(i -> judged[i]).count();
        }

        /** The share of judged images whose given class is the likeliest; 0 where none is judged. */
        public double accuracy() {
            long right = IntStream.range(0, judged.length)
                    .filter(i -> judged[i] && predicted(i) == labelled.given()[i])
                    .count();
            return (double) right / Math.max(1, judgedCount());
        }
    }

    /**
     * Cross-validates.
     *
     * @param groups rows of the dataset that stay in one fold; others stand alone
     * @param c as in {@link SoftmaxRegression}, above 0
     * @param wantedFolds at least 2; fewer are made where there are fewer groups of labelled images
     * @throws InvalidParameterException if there are fewer than two classes, or only one group
     */
    public Validated validate(
            Vectors vectors,
            LabelledRows labelled,
            List<int[]> groups,
            int wantedFolds,
            double c,
            long seed,
            Progress progress) {
        int classes = labelled.classes().size();
        checkClasses(labelled);
        List<int[]> together = together(labelled, groups);
        int folds = Math.min(wantedFolds, together.size());
        if (folds < 2) {
            throw new InvalidParameterException(
                    "folds", "expected labelled images that are not all duplicates of each other");
        }
        double[] fractions = new double[folds];
        Arrays.fill(fractions, 1.0 / folds);
        Strata byClass = new Strata(
                Strata.LABEL,
                Arrays.stream(labelled.given())
                        .mapToObj(given -> List.of(Integer.toString(given)))
                        .toList());
        int[] foldOf = StratifiedAssignment.assign(together, List.of(byClass), fractions, seed);

        // Side by side, a fold is a run of rows, and all others are two.
        int[] order = IntStream.range(0, labelled.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> foldOf[i]).thenComparingInt(i -> i))
                .mapToInt(Integer::intValue)
                .toArray();
        Vectors matrix =
                vectors.select(Arrays.stream(order).map(i -> labelled.rows()[i]).toArray());
        int[] given = Arrays.stream(order).map(i -> labelled.given()[i]).toArray();
        float[][] scores = new float[labelled.size()][];
        boolean[] judged = new boolean[labelled.size()];
        double iterations = 0;
        try (SoftmaxKernel kernel = new SoftmaxKernel(neighbours, matrix, classes)) {
            for (int fold = 0, start = 0, end; fold < folds; fold++, start = end) {
                end = start;
                while (end < order.length && foldOf[order[end]] == fold) {
                    end++;
                }
                List<Rows> others = List.of(new Rows(0, start), new Rows(end, order.length));
                SoftmaxRegression.Fitted fitted = SoftmaxRegression.fit(
                        kernel,
                        others,
                        given,
                        classes,
                        vectors.dimension(),
                        c,
                        progress.part(0.95 * fold / folds, 0.95 * (fold + 1) / folds));
                iterations += (double) fitted.iterations() / folds;
                float[][] found = kernel.scores(new Rows(start, end), fitted.model());
                boolean[] seen = seen(others, given, classes);
                for (int at = start; at < end; at++) {
                    scores[order[at]] = found[at - start];
                    judged[order[at]] = seen[given[at]];
                }
            }
        }
        progress.at("calibrating", 0.95);
        return validated(labelled, folds, foldOf, judged, scores, iterations);
    }

    /** @throws InvalidParameterException if there are fewer than two classes, or too many for the number of images */
    public static void checkClasses(LabelledRows labelled) {
        int classes = labelled.classes().size();
        if (classes < 2) {
            throw new InvalidParameterException("label", "expected images of two labels or more, got " + classes);
        }
        if ((long) classes * labelled.size() > MOST_PROBABILITIES) {
            throw new InvalidParameterException(
                    "label",
                    "expected at most " + MOST_PROBABILITIES + " probabilities, labelled images times labels, got "
                            + (long) classes * labelled.size());
        }
    }

    private static Validated validated(
            LabelledRows labelled, int folds, int[] foldOf, boolean[] judged, float[][] scores, double iterations) {
        int[] given = labelled.given();
        IntPredicate isJudged = i -> judged[i];
        double temperature = Calibration.temperature(scores, given, isJudged);
        float[][] before = new float[scores.length][];
        Arrays.parallelSetAll(before, i -> Calibration.probabilities(scores[i], 1));
        double errorBefore = Calibration.expectedError(Calibration.bins(before, given, isJudged));
        double[] temperatures = new double[folds];
        Arrays.setAll(
                temperatures, fold -> Calibration.temperature(scores, given, i -> judged[i] && foldOf[i] != fold));
        Arrays.parallelSetAll(before, i -> Calibration.probabilities(scores[i], temperatures[foldOf[i]]));
        List<Bin> bins = Calibration.bins(before, given, isJudged);
        double loss = IntStream.range(0, given.length)
                .filter(isJudged)
                .mapToDouble(i -> -Math.log(Math.max(before[i][given[i]], Float.MIN_NORMAL)))
                .average()
                .orElse(0);
        return new Validated(
                labelled,
                folds,
                foldOf,
                judged,
                before,
                temperature,
                errorBefore,
                Calibration.expectedError(bins),
                bins,
                loss,
                iterations);
    }

    /**
     * The probabilities of further rows, by a model of all labelled ones: {@code [place in rows][class]}.
     *
     * @param temperature of {@link Validated}
     */
    public float[][] predict(
            Vectors vectors, LabelledRows labelled, int[] rows, double c, double temperature, Progress progress) {
        checkClasses(labelled);
        int classes = labelled.classes().size();
        if ((long) classes * rows.length > MOST_PROBABILITIES) {
            throw new InvalidParameterException(
                    "label",
                    "expected at most " + MOST_PROBABILITIES + " probabilities, unlabelled images times labels, got "
                            + (long) classes * rows.length);
        }
        SoftmaxRegression.Fitted fitted;
        try (SoftmaxKernel kernel = new SoftmaxKernel(neighbours, vectors.select(labelled.rows()), classes)) {
            fitted = SoftmaxRegression.fit(
                    kernel,
                    List.of(new Rows(0, labelled.size())),
                    labelled.given(),
                    classes,
                    vectors.dimension(),
                    c,
                    progress);
        }
        try (SoftmaxKernel kernel = new SoftmaxKernel(neighbours, vectors.select(rows), classes)) {
            float[][] found = kernel.scores(new Rows(0, rows.length), fitted.model());
            Arrays.parallelSetAll(found, i -> Calibration.probabilities(found[i], temperature));
            return found;
        }
    }

    /** Groups of the labelled images, by their places; those of no group alone. */
    public static List<int[]> together(LabelledRows labelled, List<int[]> groups) {
        Map<Integer, Integer> groupOf = new HashMap<>();
        for (int g = 0; g < groups.size(); g++) {
            for (int row : groups.get(g)) {
                groupOf.put(row, g);
            }
        }
        Map<Integer, List<Integer>> together = new HashMap<>();
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < labelled.size(); i++) {
            Integer group = groupOf.get(labelled.rows()[i]);
            List<Integer> mates =
                    group == null ? new ArrayList<>(1) : together.computeIfAbsent(group, g -> new ArrayList<>(1));
            if (mates.isEmpty()) {
                all.add(mates);
            }
            mates.add(i);
        }
        return all.stream()
                .map(mates -> mates.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private static boolean[] seen(List<Rows> runs, int[] given, int classes) {
        boolean[] seen = new boolean[classes];
        for (Rows run : runs) {
            for (int row = run.from(); row < run.to(); row++) {
                seen[given[row]] = true;
            }
        }
        return seen;
    }

    /** The first of the largest. */
    static int best(float[] of) {
        int best = 0;
        for (int i = 1; i < of.length; i++) {
            if (of[i] > of[best]) {
                best = i;
            }
        }
        return best;
    }
}
