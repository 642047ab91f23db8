package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import java.util.ArrayList;
import java.util.List;

/** Runs a new model on the sample pictures: what it gives must be numbers, and different ones for different pictures. */
final class TrialRun {

    /** Cosine above which all pictures count as the same. */
    private static final double SAME = 1 - 1e-6;

    private TrialRun() {}

    /** The lengths of the vectors as the network put them out. */
    record Result(double shortest, double longest) {

        /** Whether the network itself scales its vectors to length 1. */
        boolean isNormalised() {
            return Math.abs(shortest - 1) < 1e-3 && Math.abs(longest - 1) < 1e-3;
        }
    }

    /** @throws Failure if the vectors are of no use, with the reason */
    static Result of(EmbeddingModel model) throws Failure, InterruptedException {
        List<float[]> tensors = new ArrayList<>();
        for (byte[] file : SamplePictures.draw().values()) {
            tensors.add(tensor(file, model));
        }
        List<float[]> features = model.features(tensors);
        double shortest = Double.POSITIVE_INFINITY;
        double longest = 0;
        for (float[] feature : features) {
            double length = length(feature);
            if (!Double.isFinite(length)) {
                throw new Failure("not added: it gives numbers that are not finite for an ordinary picture");
            }
            if (length < 1e-12) {
                throw new Failure("not added: it gives only zeros for an ordinary picture");
            }
            shortest = Math.min(shortest, length);
            longest = Math.max(longest, length);
        }
        if (features.stream().allMatch(feature -> cosine(features.getFirst(), feature) > SAME)) {
            throw new Failure("not added: it gives the same vector for different pictures");
        }
        return new Result(shortest, longest);
    }

    private static float[] tensor(byte[] file, EmbeddingModel model) throws InterruptedException {
        return switch (PreparedImage.of(file, model.preprocessing(), new MemoryBudget(1 << 20))) {
            case PreparedImage.Ready ready -> ready.tensor();
            case PreparedImage.Refused refused ->
                throw new IllegalStateException("a drawn picture was refused: " + refused.rejection());
        };
    }

    static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** Of two vectors of any length; 0 where one has none. */
    static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        double lengths = length(a) * length(b);
        return lengths == 0 ? 0 : dot / lengths;
    }
}
