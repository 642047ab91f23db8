package dev.winnow.curation.probe;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.SoftmaxKernel;
import dev.winnow.curation.vectors.SoftmaxKernel.Rows;
import java.util.Arrays;
import java.util.List;

/**
 * Multinomial logistic regression: the weights W and biases b that minimise
 *
 * <pre>  mean of −log softmax(W x + b)[given]  +  |W|² / (2 · C · n)</pre>
 *
 * which is scikit-learn's {@code LogisticRegression(C=C)}; biases are not held back. Found by {@link LimitedMemoryBfgs}, in double
 * precision over products in single precision. Cost O(n · classes · d) an iteration, about 50 of them.
 */
final class SoftmaxRegression {

    /** Products in single precision allow for not much more. */
    private static final LimitedMemoryBfgs.Until UNTIL = new LimitedMemoryBfgs.Until(1e-5, 1e-5, 200);

    /** The logarithm of the share of a class that no row has; a share of 0 would have none. */
    private static final double ABSENT = -30;

    private SoftmaxRegression() {}

    /** @param model weights and biases, as {@link SoftmaxKernel} takes them */
    record Fitted(double[] model, int iterations, boolean converged) {}

    static Fitted fit(
            SoftmaxKernel kernel,
            List<Rows> runs,
            int[] given,
            int classes,
            int dimension,
            double c,
            Progress progress) {
        double[] start = new double[classes * (dimension + 1)];
        int biases = classes * dimension;
        double[] counts = new double[classes];
        int n = 0;
        for (Rows run : runs) {
            for (int row = run.from(); row < run.to(); row++) {
                counts[given[row]]++;
                n++;
            }
        }
        for (int k = 0; k < classes; k++) {
            start[biases + k] = counts[k] == 0 ? ABSENT : Math.log(counts[k] / n);
        }
        double scale = 1.0 / Math.max(1, n);
        double penalty = scale / c;
        LimitedMemoryBfgs.Function function = (model, gradient) -> {
            double loss = scale * kernel.crossEntropy(runs, given, model, gradient);
            double squares = 0;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= scale;
                if (i < biases) {
                    squares += model[i] * model[i];
                    gradient[i] += penalty * model[i];
                }
            }
            return loss + penalty / 2 * squares;
        };
        LimitedMemoryBfgs.Minimum minimum = LimitedMemoryBfgs.minimise(
                function, start, UNTIL, share -> progress.at("training", Math.min(1, share)));
        double[] model = minimum.x();
        for (int k = 0; k < classes; k++) {
            if (counts[k] == 0) {
                Arrays.fill(model, k * dimension, (k + 1) * dimension, 0);
                model[biases + k] = Math.min(model[biases + k], ABSENT);
            }
        }
        return new Fitted(model, minimum.iterations(), minimum.converged());
    }
}
