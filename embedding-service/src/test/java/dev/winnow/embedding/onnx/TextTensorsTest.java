package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.embedding.TestModels;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextTensorsTest {

    @Test
    void findsTokensMaskAndVector() {
        assertThat(TextTensors.of(graph("tiny-text")))
                .isEqualTo(new TextTensors("input_ids", Optional.of("attention_mask"), -1, "text_embeds", 49));
        assertThat(TextTensors.of(graph("tiny-text-fixed")))
                .isEqualTo(new TextTensors("input_ids", Optional.empty(), 8, "text_embeds", 49));
    }

    @Test
    void refusesANetworkForPictures() {
        assertThatThrownBy(() -> TextTensors.of(graph("tiny")))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("'image'");
    }

    private static OnnxGraph graph(String name) {
        return OnnxGraph.read(TestModels.path("tiny").resolveSibling(name + ".onnx"));
    }
}
