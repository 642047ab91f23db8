package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.embedding.image.Preprocessing.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxGraphTest {

    @TempDir
    Path folder;

    @Test
    void writesWhatItRead() throws IOException {
        Path file = TestNetwork.classifier(10).write(folder.resolve("a.onnx"));
        OnnxGraph graph = OnnxGraph.read(file);
        graph.write(folder.resolve("b.onnx"));
        assertThat(folder.resolve("b.onnx")).hasSameBinaryContentAs(file);
        assertThat(graph.outputs()).containsExactly("logits");
        assertThat(graph.weightFiles()).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void keepsWhatItHasNoNameFor() throws IOException {
        // producer_name (2), doc_string (6) and metadata_props (14) of the model.
        byte[] model = TestNetwork.classifier(10).model().toByteArray();
        byte[] more = {0x12, 1, 'p', 0x32, 1, 'd', 0x72, 6, 0x0a, 1, 'k', 0x12, 1, 'v'};
        byte[] all = Arrays.copyOf(model, model.length + more.length);
        System.arraycopy(more, 0, all, model.length, more.length);
        Path file = Files.write(folder.resolve("a.onnx"), all);
        GraphCut.at(OnnxGraph.read(file), "features", Pooling.NONE, "embedding").write(folder.resolve("b.onnx"));
        String cut = Files.readString(folder.resolve("b.onnx"), StandardCharsets.ISO_8859_1);
        assertThat(cut).contains(new String(new byte[] {0x12, 1, 'p'}, StandardCharsets.ISO_8859_1));
        assertThat(cut).contains("k\u0012\u0001v");
    }

    @Test
    void refusesAFileCutShortAnywhere() throws IOException {
        byte[] whole = TestNetwork.classifier(10).model().toByteArray();
        for (int length = 0; length < whole.length - 1; length += 13) {
            Path file = Files.write(folder.resolve("short.onnx"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> OnnxGraph.read(file))
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessageContaining("short.onnx");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1 | Git LFS",
                "<!DOCTYPE html><html></html> | web page",
                "PK\u0003\u0004archive/data.pkl | ZIP archive",
                "just some words | no ONNX"
            })
    void saysWhatAFileIsInsteadOfANetwork(String content, String because) throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), content);
        assertThatThrownBy(() -> OnnxGraph.read(file))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining(because);
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> OnnxGraph.read(folder.resolve("none.onnx")))
                .hasMessageContaining("there is no network");
        assertThatThrownBy(() -> OnnxGraph.read(folder)).isInstanceOf(InvalidNetworkException.class);
    }

    @Test
    void refusesAWeightOfAnotherSizeThanItsShape() throws IOException {
        Path file = TestNetwork.classifier(10)
                .raw("extra", ElementType.FLOAT, new byte[12], 4)
                .write(folder.resolve("a.onnx"));
        assertThatThrownBy(() -> OnnxGraph.read(file))
                .hasMessageContaining("'extra' has 12 bytes")
                .hasMessageContaining("16");
    }

    @Test
    void foldsExternalWeightsIn() throws IOException {
        TestNetwork network = TestNetwork.classifier(10);
        Files.createDirectory(folder.resolve("weights"));
        Path weights = folder.resolve("weights/all.bin");
        Path file = network.writeExternal(folder.resolve("a.onnx"), "weights/all.bin", weights);
        OnnxGraph graph = OnnxGraph.read(file);
        assertThat(graph.weightFiles()).containsExactly(weights.toAbsolutePath());
        graph.write(folder.resolve("one.onnx"));
        assertThat(OnnxGraph.read(folder.resolve("one.onnx")).model()).isEqualTo(network.model());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../weights.bin", "/etc/passwd", "a/../../weights.bin", "", "\0"})
    void refusesWeightsOutsideTheFolder(String location) throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = TestNetwork.classifier(10)
                .writeExternal(inner.resolve("a.onnx"), location, folder.resolve("weights.bin"));
        assertThatThrownBy(() -> OnnxGraph.read(file))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("conv.weight");
    }

    @Test
    void refusesExternalWeightsThatAreMissingOrCutShort() throws IOException {
        Path weights = folder.resolve("w.bin");
        Path file = TestNetwork.classifier(10).writeExternal(folder.resolve("a.onnx"), "w.bin", weights);
        byte[] whole = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> OnnxGraph.read(file)).hasMessageContaining("cut short");
        Files.delete(weights);
        assertThatThrownBy(() -> OnnxGraph.read(file)).hasMessageContaining("there is no file with the weights");
    }

    @Test
    void findsTheImageInputs() {
        assertThat(TestNetwork.of("x", ElementType.FLOAT, -1, 3, 224, 200)
                        .graph()
                        .imageInputs())
                .containsExactly(new ImageInput("x", ElementType.FLOAT, List.of(-1L, 3L, 224L, 200L), Layout.NCHW));
        ImageInput last = TestNetwork.of("serving/image:0", ElementType.UINT8, 1, 96, 64, 3)
                .graph()
                .imageInputs()
                .getFirst();
        assertThat(last.layout()).isEqualTo(Layout.NHWC);
        assertThat(List.of(last.batch(), last.height(), last.width())).containsExactly(1L, 96L, 64L);
        assertThat(TestNetwork.of("x", ElementType.FLOAT, -1, -1, -1, -1)
                        .backbone("x")
                        .graph()
                        .imageInputs())
                .containsExactly(new ImageInput("x", ElementType.FLOAT, List.of(-1L, 3L, -1L, -1L), Layout.NCHW));
        assertThat(TestNetwork.of("x", ElementType.FLOAT)
                        .node("Transpose", "t", List.of("x"), TestNetwork.integers("perm", 0L, 3L, 1L, 2L))
                        .backbone("t")
                        .graph()
                        .imageInputs()
                        .getFirst()
                        .layout())
                .isEqualTo(Layout.NHWC);
    }

    @Test
    void findsNoImageInputWhereThereIsNone() {
        assertThat(TestNetwork.of("ids", ElementType.INT64, -1, 77).graph().imageInputs())
                .isEmpty();
        assertThat(TestNetwork.of("digit", ElementType.FLOAT, -1, 1, 28, 28)
                        .graph()
                        .imageInputs())
                .isEmpty();
        assertThat(TestNetwork.of("table", ElementType.FLOAT, -1, 40).graph().imageInputs())
                .isEmpty();
        assertThat(TestNetwork.of("video", ElementType.FLOAT, -1, 3, 16, 112, 112)
                        .graph()
                        .imageInputs())
                .isEmpty();
    }

    @Test
    void takesNoWeightForAnInput() {
        assertThat(TestNetwork.classifier(10).irVersion(3).graph().imageInputs())
                .hasSize(1);
        assertThat(TestNetwork.classifier(10).irVersion(3).graph().index().inputs())
                .containsOnlyKeys("image");
    }
}
