package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The default model gives what Pillow and Python's ONNX Runtime gave for the golden pictures. */
class DefaultModelTest {

    private static final Path MODELS = Path.of(System.getProperty("suite.root", ".."), "models");

    @Test
    void agreesWithPython() throws Exception {
        JsonNode golden = new ObjectMapper()
                .readTree(MODELS.resolve("golden/winnow-default.json").toFile());
        try (EmbeddingModel model = EmbeddingModel.load(
                MODELS.resolve("default/winnow-default.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 2, 32))) {
            assertThat(model.manifest().sha256()).isEqualTo(golden.get("sha256").textValue());
            assertThat(golden.get("images")).hasSizeGreaterThanOrEqualTo(6);
            for (JsonNode image : golden.get("images")) {
                String name = image.get("file").textValue();
                byte[] file = Files.readAllBytes(MODELS.resolve("golden").resolve(name));
                PreparedImage.Ready ready = (PreparedImage.Ready)
                        PreparedImage.of(file, model.preprocessing(), new MemoryBudget(1_000_000));
                int side = model.manifest().input().width();
                float[] tensor = ready.tensor();
                for (int channel = 0; channel < 3; channel++) {
                    JsonNode row = image.get("tensorRow64").get(channel);
                    for (int x = 0; x < row.size(); x++) {
                        // Golden numbers are rounded to six digits.
                        assertThat((double) tensor[(channel * side + 64) * side + x])
                                .as("%s, channel %d, column %d", name, channel, x)
                                .isCloseTo(row.get(x).doubleValue(), within(1e-6));
                    }
                }
                double sum = 0;
                for (float value : tensor) {
                    sum += value;
                }
                assertThat(sum / tensor.length)
                        .as(name)
                        .isCloseTo(image.get("tensorMean").doubleValue(), within(1e-6));
                float[] vector = model.embed(List.of(tensor)).getFirst().orElseThrow();
                for (int i = 0; i < vector.length; i++) {
                    assertThat((double) vector[i])
                            .as("%s, embedding %d", name, i)
                            .isCloseTo(image.get("embedding").get(i).doubleValue(), within(1e-4));
                }
            }
        }
    }
}
