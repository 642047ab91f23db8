package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingModelTest {

    @TempDir
    Path folder;

    @Test
    void givesTheSameVectorsInBatchesOfAnySize() throws Exception {
        try (EmbeddingModel model = TestModels.load("tiny")) {
            List<float[]> tensors = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                float[] tensor = new float[model.preprocessing().length()];
                Arrays.fill(tensor, i * 64, i * 64 + 64, 1);
                tensors.add(tensor);
            }
            List<Optional<float[]>> together = model.embed(tensors);
            for (int i = 0; i < tensors.size(); i++) {
                float[] alone = model.embed(List.of(tensors.get(i))).getFirst().orElseThrow();
                assertThat(together.get(i).orElseThrow()).containsExactly(alone);
                double squares = 0;
                for (float value : alone) {
                    squares += value * value;
                }
                assertThat(squares).isCloseTo(1, within(1e-5));
            }
            assertThat(together.get(0).orElseThrow())
                    .isNotEqualTo(together.get(5).orElseThrow());
        }
    }

    @Test
    void saysSoWhereTheModelFindsNoDirection() throws Exception {
        try (EmbeddingModel model = TestModels.load("tiny")) {
            float[] tensor = new float[model.preprocessing().length()];
            Arrays.fill(tensor, Float.NaN);
            assertThat(model.embed(List.of(tensor)).getFirst()).isEmpty();
        }
    }

    @Test
    void runsOnTheCpuWhereThereIsNoCuda() throws Exception {
        try (EmbeddingModel model =
                EmbeddingModel.load(TestModels.path("tiny"), InferenceOptions.of(ExecutionProvider.AUTO, 1, 4))) {
            assertThat(model.provider()).isIn(ExecutionProvider.CPU, ExecutionProvider.CUDA);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "blind, the same vector for different pictures",
        "infinite, not finite",
    })
    void refusesAModelThatDoesNotWork(String name, String because) {
        assertThatThrownBy(() -> TestModels.load(name))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining(because);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sha256: 0 | sha256: 1 | SHA-256",
                "tensor: image | tensor: pixels | no input 'pixels', it has [image]",
                "tensor: embedding | tensor: features | no output 'features', it has [embedding]",
                "dimension: 49 | dimension: 48 | 48 numbers",
                "width: 32, height: 32 | width: 16, height: 16 | [3, 16, 16]"
            })
    void refusesAModelThatIsNotAsItsManifestSays(String from, String to, String because) throws IOException {
        Path sound = TestModels.path("tiny");
        Files.copy(sound.resolveSibling("tiny.onnx"), folder.resolve("tiny.onnx"));
        String manifest = Files.readString(sound);
        assertThat(manifest).contains(from);
        Path file = Files.writeString(folder.resolve("tiny.yaml"), manifest.replace(from, to));
        assertThatThrownBy(() -> EmbeddingModel.load(file, InferenceOptions.of(ExecutionProvider.CPU, 1, 4)))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining(because);
    }

    @Test
    void refusesAMissingFile() {
        assertThatThrownBy(() -> EmbeddingModel.load(
                        folder.resolve("none.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 1, 4)))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("none.yaml");
    }
}
