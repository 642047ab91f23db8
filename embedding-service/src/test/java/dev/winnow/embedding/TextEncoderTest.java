package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncoderTest {

    @TempDir
    Path folder;

    @Test
    void givesTheVectorsThatPythonGives() throws Exception {
        JsonNode expected = new ObjectMapper()
                .readTree(TestModels.path("two-towers")
                        .resolveSibling("tiny-text.json")
                        .toFile());
        List<String> texts = new ArrayList<>();
        expected.forEach(text -> texts.add(text.get("text").textValue()));
        try (EmbeddingModel model = TestModels.load("two-towers")) {
            List<Optional<TextEncoder.Embedded>> together = encoder(model).embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                Optional<TextEncoder.Embedded> alone =
                        encoder(model).embed(List.of(texts.get(i))).getFirst();
                if (texts.get(i).isBlank()) {
                    assertThat(alone).isEmpty();
                    assertThat(together.get(i)).isEmpty();
                    continue;
                }
                TextEncoder.Embedded embedded = together.get(i).orElseThrow();
                assertThat(embedded.truncated())
                        .as(texts.get(i))
                        .isEqualTo(expected.get(i).get("truncated").booleanValue());
                float[] vector = embedded.vector();
                for (int k = 0; k < 6; k++) {
                    assertThat((double) vector[k])
                            .as("%s, %d", texts.get(i), k)
                            .isCloseTo(expected.get(i).get("vector").get(k).doubleValue(), within(2e-6));
                }
                // Padding to the longest of the batch changes nothing.
                assertThat(vector).containsExactly(alone.orElseThrow().vector(), within(1e-6f));
            }
        }
    }

    @Test
    void runsNetworksOfFixedShapeAndInt32() throws Exception {
        try (EmbeddingModel model = TestModels.load("two-towers-fixed")) {
            List<String> texts =
                    List.of("two dogs", "a red bicycle", "the dog", "blue", "a photo of two red dogs , with");
            List<Optional<TextEncoder.Embedded>> five = encoder(model).embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(five.get(i).orElseThrow().vector())
                        .containsExactly(encoder(model)
                                .embed(List.of(texts.get(i)))
                                .getFirst()
                                .orElseThrow()
                                .vector());
            }
            assertThat(five.get(0).orElseThrow().vector())
                    .isNotEqualTo(five.get(1).orElseThrow().vector());
            assertThat(five.get(4).orElseThrow().truncated()).isTrue();
        }
    }

    @Test
    void isThereOnlyWhereTheManifestSaysSo() throws Exception {
        try (EmbeddingModel model = TestModels.load("tiny")) {
            assertThat(model.text()).isEmpty();
        }
    }

    @Test
    void refusesATokenizerWithMoreTokensThanTheNetwork() {
        assertThatThrownBy(() -> TestModels.load("two-towers-small"))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("does not know token 21");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two-towers | ids: input_ids | ids: tokens | no input 'tokens', it has [input_ids, attention_mask]",
                "two-towers | ', attention_mask: attention_mask' | '' | also wants the inputs [attention_mask]",
                "two-towers | tensor: text_embeds | tensor: text | no output 'text', it has [text_embeds]",
                "two-towers | 'text_embeds, dimension: 49, normalised: false' | 'text_embeds, dimension: 49, normalised: true' | normalised",
                "two-towers | file: tiny-text.onnx | file: tiny.onnx | SHA-256",
                "two-towers-fixed | length: context | length: longest | takes exactly 8 tokens",
                "two-towers-fixed | context_length: 8 | context_length: 7 | takes exactly 8 tokens",
            })
    void refusesATowerThatIsNotAsItsManifestSays(String model, String from, String to, String because)
            throws IOException {
        Path manifest = copy(model);
        String sound = Files.readString(manifest);
        assertThat(sound).contains(from);
        Files.writeString(manifest, sound.replace(from, to));
        assertRefused(manifest, because);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-text.onnx", "tiny-tokenizer.json"})
    void refusesFilesThatEndInTheMiddle(String name) throws Exception {
        Path manifest = copy("two-towers");
        byte[] whole = Files.readAllBytes(manifest.resolveSibling(name));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        Files.write(manifest.resolveSibling(name), half);
        assertRefused(manifest, "SHA-256");
        Files.writeString(manifest, Files.readString(manifest).replace(sha256(whole), sha256(half)));
        assertRefused(manifest, name.endsWith(".onnx") ? "text tower" : "end-of-input");
    }

    private static void assertRefused(Path manifest, String because) {
        assertThatThrownBy(() -> EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, 1, 4))
                        .close())
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining(because);
    }

    private Path copy(String model) throws IOException {
        Path manifest = TestModels.path(model);
        try (Stream<Path> files = Files.list(manifest.resolveSibling("."))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder.resolve(manifest.getFileName());
    }

    private static TextEncoder encoder(EmbeddingModel model) {
        return model.text().orElseThrow();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
