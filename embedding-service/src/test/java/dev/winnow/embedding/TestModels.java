package dev.winnow.embedding;

import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The networks of src/test/resources/models, made by src/test/python/make_models.py. */
public final class TestModels {

    private TestModels() {}

    /** The manifest of a test model. */
    public static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(TestModels.class.getResource("/models/" + name + ".yaml"), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** Loads a test model. */
    public static EmbeddingModel load(String name) {
        return EmbeddingModel.load(path(name), InferenceOptions.of(ExecutionProvider.CPU, 1, 4));
    }
}
