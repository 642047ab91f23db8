package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.TestModels;
import dev.winnow.embedding.TextEncoder;
import dev.winnow.embedding.TextTower;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TextOptionsTest {

    private static final Path TINY = TestModels.path("tiny").resolveSibling("tiny.onnx");

    @TempDir
    Path models;

    private record Run(int exitCode, String err) {}

    private Run add(String... further) {
        StringWriter err = new StringWriter();
        CommandLine line = ModelsCommand.commandLine();
        line.setOut(new PrintWriter(new StringWriter()));
        line.setErr(new PrintWriter(err, true));
        List<String> always = List.of(
                "add", TINY.toString(), "--feature", "embedding", "--name", "pair", "--models", models.toString());
        int exitCode =
                line.execute(Stream.concat(always.stream(), Stream.of(further)).toArray(String[]::new));
        return new Run(exitCode, err.toString());
    }

    private static String file(String name) {
        return TINY.resolveSibling(name).toString();
    }

    @Test
    void addsBothHalvesOfAModel() throws Exception {
        Run run = add(
                "--text",
                file("tiny-text.onnx"),
                "--tokenizer",
                file("tiny-tokenizer.json"),
                "--context-length",
                "8",
                "--padding-id",
                "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        try (EmbeddingModel model = EmbeddingModel.load(
                        models.resolve("pair/pair.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 1, 4));
                EmbeddingModel expected = TestModels.load("two-towers")) {
            TextTower tower = model.manifest().text().orElseThrow();
            assertThat(tower.tensors()).isEqualTo(new TextTower.Tensors("input_ids", Optional.of("attention_mask")));
            assertThat(tower.file()).isEqualTo("pair-text.onnx");
            assertThat(vector(model)).containsExactly(vector(expected));
        }
    }

    private static float[] vector(EmbeddingModel model) throws InterruptedException {
        List<Optional<TextEncoder.Embedded>> embedded =
                model.text().orElseThrow().embed(List.of("a photo of two dogs"));
        return embedded.getFirst().orElseThrow().vector();
    }

    @Test
    void takesLengthAndPaddingOfANetworkOfOneShape() throws Exception {
        Run run = add(
                "--text",
                file("tiny-text-fixed.onnx"),
                "--tokenizer",
                file("tiny-tokenizer.json"),
                "--padding-id",
                "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readString(models.resolve("pair/pair.yaml")))
                .contains("\"context_length\":8", "\"length\":\"context\"");
    }

    @Test
    void refusesWhatIsNotSaidOrDoesNotFit() {
        assertRefused("--text and --tokenizer", "--text", file("tiny-text.onnx"));
        assertRefused("--context-length", "--text", file("tiny-text.onnx"), "--tokenizer", file("tiny-tokenizer.json"));
        assertRefused(
                "--padding-id", "--text", file("tiny-text-fixed.onnx"), "--tokenizer", file("tiny-tokenizer.json"));
        assertRefused("'image'", "--text", file("tiny.onnx"), "--tokenizer", file("tiny-tokenizer.json"));
        assertRefused(
                "does not know token 21",
                "--text",
                file("tiny-text-small.onnx"),
                "--tokenizer",
                file("tiny-tokenizer.json"),
                "--context-length",
                "8",
                "--padding-id",
                "2");
        assertRefused("is no tokenizer", "--text", file("tiny-text.onnx"), "--tokenizer", file("tiny.yaml"));
    }

    private void assertRefused(String because, String... options) {
        Run run = add(options);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains(because);
        assertThat(models.resolve("pair")).doesNotExist();
    }
}
