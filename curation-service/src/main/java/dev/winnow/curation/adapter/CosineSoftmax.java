package dev.winnow.curation.adapter;

import dev.winnow.curation.Progress;
import dev.winnow.curation.probe.LimitedMemoryBfgs;
import dev.winnow.curation.vectors.CosineKernel;
import dev.winnow.curation.vectors.Neighbours;
import java.util.Arrays;

/**
 * Moves a projection P so that cosines to a direction w of each class tell the classes apart, since cosines are what neighbours
 * are found by: the normalised softmax (Wang et al., "NormFace: L2 Hypersphere Embedding for Face Verification", 2017), held
 * near the projection P₀ it begins with,
 *
 * <pre>  mean of −log softmax(s · cos(w, Pᵀx))[given]  +  ρ · |P − P₀|² / (2 · |P₀|²),   s = {@value #SCALE}</pre>
 *
 * over P and w, found by {@link LimitedMemoryBfgs}. Cost O(n · k · (d + classes)) an iteration, at most {@value #ITERATIONS}.
 */
final class CosineSoftmax implements LimitedMemoryBfgs.Function {

    /** What a cosine is multiplied with: the softmax of cosines alone could not be sure of anything. */
    static final double SCALE = 10;

    static final int ITERATIONS = 60;

    private static final LimitedMemoryBfgs.Until UNTIL = new LimitedMemoryBfgs.Until(1e-6, 1e-5, ITERATIONS);

    private final Examples examples;
    private final CosineKernel kernel;
    private final double[] start;
    private final double holding;
    private final int k;
    private final double[] directions;
    private final double[] byDirection;
    private final double[] byProjection;

    /** @param strength ρ, 0 or more */
    CosineSoftmax(Examples examples, CosineKernel kernel, double[] start, int k, double strength) {
        this.examples = examples;
        this.kernel = kernel;
        this.start = start;
        this.holding = strength / Discriminants.dot(start, start);
        this.k = k;
        this.directions = new double[examples.classes() * k];
        this.byDirection = new double[directions.length];
        this.byProjection = new double[start.length];
    }

    /** The projection that {@code start} becomes. */
    static double[] fit(
            Neighbours neighbours, Examples examples, double[] start, int k, double strength, Progress progress) {
        try (CosineKernel kernel = new CosineKernel(neighbours, examples.vectors(), examples.classes(), k)) {
            CosineSoftmax function = new CosineSoftmax(examples, kernel, start, k, strength);
            LimitedMemoryBfgs.Minimum minimum = LimitedMemoryBfgs.minimise(
                    function, function.begin(), UNTIL, share -> progress.at("training", Math.min(1, share)));
            return Arrays.copyOf(minimum.x(), start.length);
        }
    }

    /** The start, and behind it the means of the classes under it. */
    double[] begin() {
        double[] model = Arrays.copyOf(start, start.length + directions.length);
        Projection projection = Projection.of(start, examples.dimension(), k);
        var projected = projection.of(examples.vectors());
        float[] row = new float[k];
        for (int n = 0; n < examples.size(); n++) {
            projected.read(n, row);
            for (int j = 0; j < k; j++) {
                model[start.length + examples.given()[n] * k + j] += row[j];
            }
        }
        for (int c = 0; c < examples.classes(); c++) {
            int from = start.length + c * k;
            double length = length(model, from);
            if (length == 0) {
                // A class without images: any direction will do, it moves away from all.
                model[from] = 1;
                length = 1;
            }
            for (int j = 0; j < k; j++) {
                model[from + j] /= length;
            }
        }
        return model;
    }

    /** @param model P, {@code [i * k + j]}, and behind it the directions, {@code [class * k + j]}, of any length above 0 */
    @Override
    public double at(double[] model, double[] gradient) {
        for (int c = 0; c < examples.classes(); c++) {
            double length = length(model, start.length + c * k);
            for (int j = 0; j < k; j++) {
                directions[c * k + j] = SCALE * model[start.length + c * k + j] / length;
            }
        }
        double[] projection = Arrays.copyOf(model, start.length);
        double share = 1.0 / examples.size();
        double loss = share * kernel.crossEntropy(examples.given(), projection, directions, byProjection, byDirection);
        double moved = 0;
        for (int i = 0; i < start.length; i++) {
            double by = projection[i] - start[i];
            moved += by * by;
            gradient[i] = share * byProjection[i] + holding * by;
        }
        for (int c = 0; c < examples.classes(); c++) {
            int at = c * k;
            double length = length(model, start.length + at);
            double along = 0;
            for (int j = 0; j < k; j++) {
                along += byDirection[at + j] * directions[at + j] / SCALE;
            }
            for (int j = 0; j < k; j++) {
                gradient[start.length + at + j] =
                        share * (SCALE * byDirection[at + j] - along * directions[at + j]) / length;
            }
        }
        return loss + holding / 2 * moved;
    }

    private double length(double[] model, int from) {
        double squares = 0;
        for (int j = from; j < from + k; j++) {
            squares += model[j] * model[j];
        }
        return Math.sqrt(squares);
    }
}
