package dev.winnow.embedding;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.onnx.OnnxGraph;
import dev.winnow.embedding.onnx.OnnxModel;
import dev.winnow.embedding.onnx.PictureBatch;
import dev.winnow.embedding.onnx.Projection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model that was found to be what its manifest says, ready to run. Gives vectors of length 1. */
public final class EmbeddingModel implements AutoCloseable {

    private final ModelManifest manifest;
    private final Preprocessing preprocessing;
    private final OnnxModel model;
    private final Optional<TextEncoder> text;
    private final Optional<Projection> projection;
    private final Uses uses = new Uses(this::free);

    private EmbeddingModel(
            ModelManifest manifest, OnnxModel model, Optional<TextEncoder> text, Optional<Projection> projection) {
        this.manifest = manifest;
        this.preprocessing = manifest.preprocessing();
        this.model = model;
        this.text = text;
        this.projection = projection;
    }

    /**
     * Loads the model that a manifest describes, and tries it: the file's checksum, the tensors' names, types and
     * shapes, and on made-up pictures that the vectors are finite, say something, and do not depend on the other pictures
     * of a batch ({@link ModelTrial}). A text tower likewise.
     *
     * @throws UnusableModelException if anything is not as the manifest says
     */
    public static EmbeddingModel load(Path manifestPath, InferenceOptions options) {
        ModelManifest manifest = ModelManifest.read(manifestPath);
        Path file = manifestPath.toAbsolutePath().resolveSibling(manifest.file());
        requireSha256(file, manifest.sha256());
        long width = manifest.input().width();
        long height = manifest.input().height();
        List<Long> shape = manifest.input().layout() == Preprocessing.Layout.NCHW
                ? List.of(3L, height, width)
                : List.of(height, width, 3L);
        OnnxModel.Tensors tensors = new OnnxModel.Tensors(
                manifest.input().tensor(),
                shape,
                manifest.feature().tensor(),
                manifest.feature().dimension());
        try {
            requireWhole(file);
            Optional<Projection> projection = manifest.adapter()
                    .map(adapter -> AdaptedModel.projection(manifest, adapter, manifestPath.toAbsolutePath()));
            OnnxModel model = OnnxModel.open(file, tensors, options);
            try {
                ModelTrial.run(manifest, model);
                Optional<TextEncoder> text = manifest.text()
                        .map(tower -> TextEncoder.load(manifest.id(), tower, manifestPath.toAbsolutePath(), options));
                return new EmbeddingModel(manifest, model, text, projection);
            } catch (OrtException | RuntimeException e) {
                model.close();
                throw e;
            }
        } catch (OrtException | IllegalArgumentException e) {
            throw new UnusableModelException("model " + manifest.id() + ": " + e.getMessage(), e);
        }
    }

    /** Refuses a file that is no network, or not all of it: of weights in other files nothing would be checked. */
    static void requireWhole(Path file) {
        Set<Path> others = OnnxGraph.read(file).weightFiles();
        if (!others.isEmpty()) {
            throw new IllegalArgumentException("has weights in files that no checksum covers: " + others
                    + "; 'winnow models add' makes one file of them");
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

    /** What makes its vectors of those of the model with this id, if it is that model with a projection behind it. */
    Optional<Projection> projectionFrom(String base) {
        return projection.filter(
                made -> manifest.adapter().map(ModelManifest.Adapted::base).equals(Optional.of(base)));
    }

    /** How pictures become its input. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** What it runs on. */
    public ExecutionProvider provider() {
        return model.provider();
    }

    /** How many pictures a forward pass takes at most. */
    public int batch() {
        return model.batch();
    }

    /** Places for the pictures of a forward pass, to be filled with tensors of {@link #preprocessing}. */
    public PictureBatch newBatch() {
        return model.newBatch();
    }

    /** Why it does not run on CUDA, where it would have. */
    public Optional<String> fallback() {
        return model.fallback();
    }

    /**
     * The embeddings of some pictures, in the same order; empty where the model gave no direction at all (numbers that
     * are not finite, or only zeros).
     *
     * @param tensors of {@link #preprocessing}, any number of them
     */
    public List<Optional<float[]>> embed(List<float[]> tensors) {
        return features(tensors).stream().map(EmbeddingModel::ofLengthOne).toList();
    }

    /** The same of one picture that somebody waits for: it may have more threads than one of many has. */
    Optional<float[]> embedNow(float[] tensor) {
        return ofLengthOne(forward(() -> List.of(model.runNow(tensor))).getFirst());
    }

    /** The same of the pictures in the first {@code count} places of a batch. */
    List<Optional<float[]>> embed(PictureBatch pictures, int count) {
        return forward(() -> model.run(pictures, count)).stream()
                .map(EmbeddingModel::ofLengthOne)
                .toList();
    }

    /** The same vectors as the network puts them out, of any length, for whoever judges the network itself. */
    public List<float[]> features(List<float[]> tensors) {
        return forward(() -> model.run(tensors));
    }

    private interface Forward {
        List<float[]> run() throws OrtException;
    }

    private List<float[]> forward(Forward pass) {
        Use use = use();
        try {
            return pass.run();
        } catch (OrtException e) {
            throw new DependencyUnavailableException("forward pass of " + manifest.id(), e);
        } finally {
            use.close();
        }
    }

    /** Someone who is at work with the model: it stays open as long. */
    public interface Use extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Keeps the model open until the use is closed, also if the model itself is closed meanwhile.
     *
     * @throws DependencyUnavailableException if it is closed already: another model has taken its place
     */
    Use use() {
        if (!uses.begin()) {
            throw new DependencyUnavailableException("model " + manifest.id() + " is no longer in use", null);
        }
        return uses::end;
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

    static void requireSha256(Path file, String expected) {
        String sha256 = sha256(file);
        if (!sha256.equals(expected)) {
            throw new UnusableModelException(file + " has the SHA-256 " + sha256 + ", its manifest says " + expected);
        }
    }

    static String sha256(Path file) {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UnusableModelException("cannot read " + file, e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Closes it, once nobody is at work with it any more. */
    @Override
    public void close() {
        uses.end();
    }

    private void free() {
        try {
            model.close();
            if (text.isPresent()) {
                text.get().close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("closing " + manifest.id(), e);
        }
    }
}
