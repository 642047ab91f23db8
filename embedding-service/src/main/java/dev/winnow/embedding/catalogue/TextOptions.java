package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.embedding.onnx.OnnxGraph;
import dev.winnow.embedding.onnx.TextTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code add} for the text half of a model: its files, and what they do not say. */
final class TextOptions {

    private static final JsonMapper JSON = new JsonMapper();

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "An .onnx file that embeds texts into the same space; with --tokenizer.")
    @Nullable
    private Path network;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "The tokenizer of --text, in Hugging Face's format (tokenizer.json).")
    @Nullable
    private Path tokenizer;

    @Option(
            names = "--context-length",
            paramLabel = "TOKENS",
            description =
                    "How many tokens --text reads, with those that mark start and end; CLIP's 77. Default: as its files say.")
    @Nullable
    private Integer contextLength;

    @Option(
            names = "--padding-id",
            paramLabel = "TOKEN",
            description = "What shorter texts are padded with; CLIP's 49407. Default: as the tokenizer says.")
    @Nullable
    private Long paddingId;

    /**
     * The text half.
     *
     * @param block {@code text} of the manifest
     * @param files by the names that it gives them
     */
    record Tower(JsonNode block, Map<String, Path> files) {}

    boolean isGiven() {
        return network != null || tokenizer != null || contextLength != null || paddingId != null;
    }

    /**
     * @param name of the model
     * @param dimension of its vectors; negative if not yet known
     * @throws Failure if the files leave something open that no option says
     */
    Optional<Tower> tower(String name, int dimension) throws Failure, IOException {
        if (!isGiven()) {
            return Optional.empty();
        }
        Path texts = required(network, "--text");
        Path cutter = required(tokenizer, "--tokenizer");
        TextTensors tensors = TextTensors.of(OnnxGraph.read(texts));
        JsonNode rules = read(cutter);
        long length = contextLength != null
                ? contextLength
                : tensors.length() > 0
                        ? tensors.length()
                        : rules.path("truncation").path("max_length").asLong(-1);
        long padding = paddingId != null
                ? paddingId
                : rules.path("padding").path("pad_id").asLong(-1);
        long numbers = tensors.dimension() > 0 ? tensors.dimension() : dimension;
        stated(length, "--context-length", "how many tokens the network reads, 77 for CLIP");
        stated(padding, "--padding-id", "what texts are padded with, 49407 for CLIP");
        if (numbers < 0) {
            throw new Failure("not added: '" + tensors.output() + "' has no fixed number of values for each text");
        }
        String file = name + "-text.onnx";
        String vocabulary = name + "-tokenizer.json";
        ObjectNode block = JSON.createObjectNode();
        block.put("file", file).put("sha256", Sha256.of(texts, Progress.standard()));
        block.putObject("tokenizer").put("file", vocabulary).put("sha256", Sha256.of(cutter, Progress.standard()));
        block.put("context_length", length);
        // A network of one length takes nothing else; others do not look at the padding.
        block.putObject("padding").put("id", padding).put("length", tensors.length() > 0 ? "context" : "longest");
        ObjectNode inputs = block.putObject("tensors").put("ids", tensors.ids());
        tensors.attentionMask().ifPresent(mask -> inputs.put("attention_mask", mask));
        block.putObject("feature")
                .put("tensor", tensors.output())
                .put("dimension", numbers)
                .put("normalised", false);
        return Optional.of(new Tower(block, Map.of(file, texts, vocabulary, cutter)));
    }

    private static Path required(@Nullable Path file, String option) throws Failure {
        if (file == null) {
            throw Failure.usage(option + ": a text half needs --text and --tokenizer");
        }
        if (!Files.isRegularFile(file)) {
            throw Failure.usage(option + ": there is no file " + file);
        }
        return file;
    }

    private static void stated(long value, String option, String what) throws Failure {
        if (value < 0) {
            throw Failure.usage(option + ": neither file says " + what);
        }
    }

    private static JsonNode read(Path file) throws Failure {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new Failure("not added: " + file + " is no tokenizer: " + e.getMessage(), e);
        }
    }
}
