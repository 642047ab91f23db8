package dev.winnow.embedding;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.OnnxModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A model that was found to be what its manifest says, ready to run. Gives vectors of length 1. */
public final class EmbeddingModel implements AutoCloseable {

    private final ModelManifest manifest;
    private final Preprocessing preprocessing;
    private final OnnxModel model;
    private final Optional<TextEncoder> text;

    private EmbeddingModel(ModelManifest manifest, OnnxModel model, Optional<TextEncoder> text) {
        this.manifest = manifest;
        this.preprocessing = manifest.preprocessing();
        this.model = model;
        this.text = text;
    }

    /**
     * Loads the model that a manifest describes, and tries it: the file's checksum, the tensors' names and shapes, and on
     * two made-up pictures that the vectors are finite, not constant and not the same. A text tower likewise.
     *
     * @param threads of a forward pass
     * @param batch pictures of a forward pass at most
     * @throws UnusableModelException if anything is not as the manifest says
     */
    public static EmbeddingModel load(Path manifestPath, ExecutionProvider provider, int threads, int batch) {
        ModelManifest manifest = ModelManifest.read(manifestPath);
        Path file = manifestPath.toAbsolutePath().resolveSibling(manifest.file());
        requireSha256(file, manifest.sha256());
        long width = manifest.input().width();
        long height = manifest.input().height();
        long[] shape = manifest.input().layout() == Preprocessing.Layout.NCHW
                ? new long[] {3, height, width}
                : new long[] {height, width, 3};
        OnnxModel.Tensors tensors = new OnnxModel.Tensors(
                manifest.input().tensor(),
                shape,
                manifest.feature().tensor(),
                manifest.feature().dimension());
        try {
            OnnxModel model = OnnxModel.open(file, tensors, provider, threads, batch);
            Optional<TextEncoder> text = manifest.text()
                    .map(tower -> TextEncoder.load(
                            manifest.id(), tower, manifestPath.toAbsolutePath(), model.provider(), threads, batch));
            EmbeddingModel loaded = new EmbeddingModel(manifest, model, text);
            loaded.tryOut();
            return loaded;
        } catch (OrtException | IllegalArgumentException e) {
            throw new UnusableModelException("model " + manifest.id() + ": " + e.getMessage(), e);
        }
    }

    /** What the model is. */
    public ModelManifest manifest() {
        return manifest;
    }

    /** Its text tower, if it has one. */
    public Optional<TextEncoder> text() {
        return text;
    }

    /** How pictures become its input. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** What it runs on. */
    public ExecutionProvider provider() {
        return model.provider();
    }

    /**
     * The embeddings of some pictures, in the same order; empty where the model gave no direction at all (numbers that
     * are not finite, or only zeros).
     *
     * @param tensors of {@link #preprocessing}
     * @throws InterruptedException if interrupted while other threads use the model
     */
    public List<Optional<float[]>> embed(List<float[]> tensors) throws InterruptedException {
        try {
            List<Optional<float[]>> vectors = new ArrayList<>(tensors.size());
            for (float[] feature : model.run(tensors)) {
                vectors.add(ofLengthOne(feature));
            }
            return vectors;
        } catch (OrtException e) {
            throw new DependencyUnavailableException("forward pass of " + manifest.id(), e);
        }
    }

    static Optional<float[]> ofLengthOne(float[] feature) {
        double squares = 0;
        for (float value : feature) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (!Double.isFinite(length) || length < 1e-12) {
            return Optional.empty();
        }
        float[] vector = new float[feature.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (feature[i] / length);
        }
        return Optional.of(vector);
    }

    private void tryOut() throws OrtException {
        float[] noise = new float[preprocessing.length()];
        float[] ramp = new float[preprocessing.length()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextDouble(-2, 2);
            ramp[i] = (float) i / noise.length * 4 - 2;
        }
        try {
            List<float[]> features = model.run(List.of(noise, ramp));
            for (float[] feature : features) {
                requireUsable(feature, manifest.feature().normalised());
            }
            if (largestDifference(features.get(0), features.get(1)) < 1e-6) {
                throw new IllegalArgumentException("gives the same vector for different pictures");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableModelException("interrupted while trying the model", e);
        }
    }

    static double largestDifference(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

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
            throw new IllegalArgumentException("gives a vector of equal numbers");
        }
        if (normalised && Math.abs(squares - 1) > 1e-3) {
            throw new IllegalArgumentException(
                    "gives vectors of length " + Math.sqrt(squares) + ", its manifest says they are normalised");
        }
    }

    static void requireSha256(Path file, String expected) {
        String sha256 = sha256(file);
        if (!sha256.equals(expected)) {
            throw new UnusableModelException(file + " has the SHA-256 " + sha256 + ", its manifest says " + expected);
        }
    }

    private static String sha256(Path file) {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UnusableModelException("cannot read " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() throws OrtException {
        model.close();
        if (text.isPresent()) {
            text.get().close();
        }
    }
}
