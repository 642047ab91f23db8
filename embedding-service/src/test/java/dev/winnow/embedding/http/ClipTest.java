package dev.winnow.embedding.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.Python;
import dev.winnow.embedding.TextEncoder;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A CLIP of transformers with random weights and CLIP's own tokenizer: tokens are those of Hugging Face's and open_clip's
 * libraries, and vectors those of PyTorch. Skipped where there is no Python with these libraries.
 */
class ClipTest {

    private static final Path MODELS = Path.of(System.getProperty("suite.root", ".."), "models");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path clip;

    /** Once; before each test, since only tests are reported as skipped. */
    @BeforeEach
    void export() throws IOException, InterruptedException {
        if (Files.notExists(clip.resolve("clip.yaml"))) {
            Python.assumeModules("open_clip", "transformers", "torchvision", "onnx");
            Python.run(MODELS.resolve("export_clip.py"), clip, "--out", clip.toString());
        }
    }

    @Test
    void cutsTextsIntoTheTokensThatHuggingFaceAndOpenClipDo() throws IOException {
        int cleaned = 0;
        try (Tokenizer tokenizer = Tokenizer.read(clip.resolve("clip-tokenizer.json"), 77)) {
            for (JsonNode text : texts()) {
                Tokenizer.Tokens tokens = tokenizer.tokenize(text.get("text").textValue());
                assertThat(tokens.ids())
                        .as(text.get("text").toString())
                        .containsExactly(JSON.treeToValue(text.get("ids"), long[].class));
                assertThat(tokens.truncated())
                        .as(text.get("text").toString())
                        .isEqualTo(text.get("truncated").booleanValue());
                if (text.has("cleaned")) {
                    cleaned++;
                    assertThat(tokenizer
                                    .tokenize(text.get("cleaned").textValue())
                                    .ids())
                            .as("cleaned: %s", text.get("text"))
                            .containsExactly(JSON.treeToValue(text.get("cleaned_ids"), long[].class));
                }
            }
        }
        assertThat(cleaned).isGreaterThan(150);
    }

    @Test
    void embedsTextsAsPyTorchDoes() throws Exception {
        List<JsonNode> texts = texts();
        assertThat(texts).hasSizeGreaterThan(300);
        try (EmbeddingModel model = load()) {
            double largest = 0;
            for (int from = 0; from < texts.size(); from += TextQuery.MAX_TEXTS) {
                List<JsonNode> some = texts.subList(from, Math.min(from + TextQuery.MAX_TEXTS, texts.size()));
                TextQuery query = new TextQuery(
                        null,
                        some.stream().map(text -> text.get("text").textValue()).toList());
                EmbedText.Several answer = (EmbedText.Several) EmbedText.embed(query, model);
                for (int i = 0; i < some.size(); i++) {
                    TextEncoder.Embedded embedded = answer.embeddings().get(i);
                    largest = Math.max(
                            largest, difference(embedded.vector(), some.get(i).get("vector")));
                }
            }
            System.out.printf("CLIP, %d texts: relative difference to PyTorch at most %.2g%n", texts.size(), largest);
            assertThat(largest).isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void embedsPhotosAsPyTorchDoes() throws Exception {
        JsonNode expected = JSON.readTree(clip.resolve("photos.json").toFile());
        assertThat(expected).hasSizeGreaterThanOrEqualTo(8);
        try (EmbeddingModel model = load()) {
            double largest = 0;
            for (Map.Entry<String, JsonNode> photo : expected.properties()) {
                byte[] file = Files.readAllBytes(clip.resolve("photos").resolve(photo.getKey()));
                PreparedImage.Ready ready = (PreparedImage.Ready)
                        PreparedImage.of(file, model.preprocessing(), new MemoryBudget(1_000_000));
                float[] vector = model.embed(List.of(ready.tensor())).getFirst().orElseThrow();
                largest = Math.max(largest, difference(vector, photo.getValue()));
            }
            System.out.printf(
                    "CLIP, %d photos: relative difference to PyTorch at most %.2g%n", expected.size(), largest);
            assertThat(largest).isCloseTo(0, within(1e-4));
        }
    }

    /** Of vectors of length 1: the distance. */
    private static double difference(float[] vector, JsonNode expected) {
        assertThat(vector).hasSize(expected.size());
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            double d = vector[i] - expected.get(i).doubleValue();
            squares += d * d;
        }
        return Math.sqrt(squares);
    }

    private static List<JsonNode> texts() throws IOException {
        List<JsonNode> texts = new ArrayList<>();
        JSON.readTree(clip.resolve("texts.json").toFile()).forEach(texts::add);
        return texts;
    }

    private static EmbeddingModel load() {
        return EmbeddingModel.load(clip.resolve("clip.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 2, 16));
    }
}
