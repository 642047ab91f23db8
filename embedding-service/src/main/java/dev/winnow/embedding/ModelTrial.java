package dev.winnow.embedding;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries a model on made-up pictures before anything relies on it: a network that runs is not yet one whose vectors say
 * anything.
 */
final class ModelTrial {

    /** Between the vectors, of length 1, that a picture gets alone and among others. Rounding gives less, also in half precision. */
    private static final double TOLERANCE = 5e-3;

    /** Between the vectors, of length 1, of different pictures: more than rounding. */
    private static final double DIFFERENT = 1e-6;

    private ModelTrial() {}

    /**
     * Runs a model on a few pictures, one by one and together.
     *
     * @throws IllegalArgumentException if its numbers are not finite, all zero or all equal, the same for all pictures,
     *     not of length 1 although the manifest says so, or depend on the other pictures of the batch
     */
    static void run(ModelManifest manifest, OnnxModel model) throws OrtException {
        List<float[]> pictures =
                TrialPicture.all().stream().map(manifest.preprocessing()::apply).toList();
        List<float[]> together = new ArrayList<>();
        for (float[] feature : model.run(pictures)) {
            requireUsable(feature, manifest.feature().normalised());
            together.add(EmbeddingModel.ofLengthOne(feature)
                    .orElseThrow(() -> new IllegalArgumentException("gives a vector of zeros")));
        }
        for (int i = 0; i < pictures.size(); i++) {
            float[] alone = EmbeddingModel.ofLengthOne(
                            model.run(List.of(pictures.get(i))).getFirst())
                    .orElseThrow(() -> new IllegalArgumentException("gives a vector of zeros to a single picture"));
            double distance = distance(alone, together.get(i));
            if (!(distance <= TOLERANCE)) {
                throw new IllegalArgumentException(
                        "gives a picture another vector among others than alone (a distance of "
                                + distance + " between vectors of length 1, " + TOLERANCE
                                + " allowed): was it exported in training"
                                + " mode?");
            }
        }
        requireDifferent(together, "pictures");
    }

    /**
     * Refuses vectors that are all the same.
     *
     * @param vectors of different things
     * @param what they are, for the message
     */
    static void requireDifferent(List<float[]> vectors, String what) {
        double largest = 0;
        for (float[] vector : vectors) {
            largest = Math.max(largest, distance(vectors.getFirst(), vector));
        }
        if (largest < DIFFERENT) {
            throw new IllegalArgumentException("gives the same vector for different " + what);
        }
    }

    /** Refuses a vector that cannot be an embedding, or is not as long as its manifest says. */
    static void requireUsable(float[] feature, boolean normalised) {
        double squares = 0;
        boolean constant = true;
        for (float value : feature) {
            squares += (double) value * value;
            constant &= value == feature[0];
        }
        if (!Double.isFinite(squares)) {
            throw new IllegalArgumentException("gives numbers that are not finite");
        }
        if (constant) {
            throw new IllegalArgumentException(
                    squares == 0 ? "gives a vector of zeros" : "gives a vector of equal numbers");
        }
        if (normalised && Math.abs(squares - 1) > 5e-3) {
            throw new IllegalArgumentException(
                    "gives vectors of length " + Math.sqrt(squares) + ", its manifest says they are normalised");
        }
    }

    private static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}
