package dev.winnow.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.embedding.onnx.OnnxTextModel;
import java.util.Locale;
import java.util.Optional;

/**
 * The text half of a model that has one: the block {@code text} of its manifest. Its vectors lie in the same space as
 * those of the pictures.
 *
 * @param file the .onnx file, beside the manifest
 * @param sha256 of that file, 64 lower-case hex digits
 * @param contextLength tokens of a text at most, with those that mark start and end; what is longer is cut
 */
public record TextTower(
        String file,
        String sha256,
        Vocabulary tokenizer,
        int contextLength,
        Padding padding,
        Tensors tensors,
        ModelManifest.Feature feature) {

    /**
     * How texts become tokens.
     *
     * @param file in the format of Hugging Face's tokenizers ({@code tokenizer.json}), beside the manifest
     * @param sha256 of that file, 64 lower-case hex digits
     */
    public record Vocabulary(String file, String sha256) {}

    /**
     * How texts of a batch are made equally long.
     *
     * @param id the token that is appended
     */
    public record Padding(long id, Length length) {}

    /** How long padded texts are. */
    public enum Length {
        /** As long as the longest text of the batch: where padding changes nothing. */
        LONGEST,
        /** Always the context's length: where the network was trained so, or takes nothing else. */
        CONTEXT;

        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The input tensors, {@code [text, token]} of int64 or int32.
     *
     * @param attentionMask 1 for a token, 0 for padding; absent where the network has no such input
     */
    public record Tensors(
            String ids,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> attentionMask) {}

    public TextTower {
        ModelManifest.requireFile(file, "text.file");
        ModelManifest.requireSha256(sha256, "text.sha256");
        ModelManifest.requireFile(tokenizer.file(), "text.tokenizer.file");
        ModelManifest.requireSha256(tokenizer.sha256(), "text.tokenizer.sha256");
        ModelManifest.require(contextLength >= 3 && contextLength <= 8192, "text.context_length", "3 to 8192 tokens");
        ModelManifest.require(
                padding.id() >= 0 && padding.id() <= Integer.MAX_VALUE, "text.padding.id", "the number of a token");
    }

    /** What the network is opened with. */
    OnnxTextModel.Tensors network() {
        return new OnnxTextModel.Tensors(
                tensors.ids(),
                tensors.attentionMask(),
                padding.id(),
                padding.length() == Length.CONTEXT ? Optional.of(contextLength) : Optional.empty(),
                feature.tensor(),
                feature.dimension());
    }
}
