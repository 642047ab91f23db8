package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphCutTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"7, 3", "9, 4", "11, 6", "13, 7", "17, 8", "21, 10"})
    void givesTheInnerTensorInEveryVersionOfTheFormat(int opset, int irVersion) throws Exception {
        OnnxGraph whole =
                TestNetwork.classifier(10).opset(opset).irVersion(irVersion).graph();
        OnnxGraph cut = GraphCut.at(whole, "features", Pooling.NONE, "embedding");
        assertThat(embed(cut, 2)).containsExactly(inner(whole, "features", 2));
        assertThat(cut.outputs()).containsExactly("embedding");
        assertThat(cut.model().getOpsetImportList()).isEqualTo(whole.model().getOpsetImportList());
    }

    @Test
    void leavesOutWhatTheFeaturesDoNotNeed() {
        OnnxGraph cut = GraphCut.at(TestNetwork.classifier(10).irVersion(3).graph(), "features", Pooling.NONE, "e");
        GraphProto graph = cut.model().getGraph();
        assertThat(graph.getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("Conv", "Relu", "GlobalAveragePool", "Flatten", "Identity");
        assertThat(graph.getInitializerList())
                .extracting(weight -> weight.getName())
                .containsExactly("conv.weight", "conv.bias");
        assertThat(graph.getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("image", "conv.weight", "conv.bias");
    }

    @Test
    void flattensAndAverages() throws Exception {
        OnnxGraph whole = TestNetwork.classifier(10).graph();
        float[] features = inner(whole, "features", 3);
        assertThat(embed(GraphCut.at(whole, "pooled", Pooling.NONE, "e"), 3)).containsExactly(features);
        assertThat(embed(GraphCut.at(whole, "map", Pooling.MEAN, "e"), 3)).containsExactly(features);
        assertThat(embed(GraphCut.at(whole, "map", Pooling.NONE, "e"), 3)).containsExactly(inner(whole, "map", 3));
    }

    @Test
    void averagesOverHeightAndWidthWhereChannelsAreLast() throws Exception {
        OnnxGraph whole = TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .backbone("image")
                .node("Transpose", "last", List.of("map"), TestNetwork.integers("perm", 0L, 2L, 3L, 1L))
                .node("Relu", "again", "last")
                .output("again", ElementType.FLOAT)
                .graph();
        float[] means = embed(GraphCut.at(whole, "again", Pooling.MEAN, "e"), 2);
        assertThat(means).containsExactly(embed(GraphCut.at(whole, "pooled", Pooling.NONE, "e"), 2));
    }

    @Test
    void takesTokens() throws Exception {
        OnnxGraph whole = tokens().graph();
        float[] all = inner(whole, "tokens", 2);
        float[] first = embed(GraphCut.at(whole, "tokens", Pooling.CLS, "e"), 2);
        float[] mean = embed(GraphCut.at(whole, "tokens", Pooling.MEAN, "e"), 2);
        assertThat(first).hasSize(16);
        for (int picture = 0; picture < 2; picture++) {
            for (int i = 0; i < 8; i++) {
                double sum = 0;
                for (int token = 0; token < 64; token++) {
                    sum += all[(picture * 64 + token) * 8 + i];
                }
                assertThat(first[picture * 8 + i]).isEqualTo(all[picture * 64 * 8 + i]);
                assertThat((double) mean[picture * 8 + i]).isCloseTo(sum / 64, within(1e-5));
            }
        }
        assertThatThrownBy(() -> GraphCut.at(whole, "map", Pooling.CLS, "e")).hasMessageContaining("class token");
    }

    private static TestNetwork tokens() {
        return TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .irVersion(3)
                .backbone("image")
                .numbers("shape", 0, 8, 64)
                .node("Reshape", "rows", "map", "shape")
                .node("Transpose", "tokens", List.of("rows"), TestNetwork.integers("perm", 0L, 2L, 1L))
                .output("tokens", ElementType.FLOAT);
    }

    @Test
    void mayCallTheOutputLikeATensorInside() throws Exception {
        OnnxGraph whole = TestNetwork.classifier(10).graph();
        OnnxGraph cut = GraphCut.at(whole, "features", Pooling.NONE, "map");
        assertThat(cut.outputs()).containsExactly("map");
        assertThat(embed(cut, 2)).containsExactly(inner(whole, "features", 2));
        OnnxGraph same = GraphCut.at(whole, "features", Pooling.NONE, "features");
        assertThat(embed(same, 2)).containsExactly(inner(whole, "features", 2));
        assertThatThrownBy(() -> GraphCut.at(whole, "features", Pooling.NONE, "image"))
                .hasMessageContaining("another name");
    }

    @Test
    void keepsWhatSubgraphsTakeFromOutside() throws Exception {
        GraphProto.Builder taken = GraphProto.newBuilder().setName("then");
        taken.addNode(NodeProto.newBuilder()
                .setOpType("Mul")
                .addInput("pooled")
                .addInput("gain")
                .addOutput("scaled"));
        taken.addOutput(ValueInfoProto.newBuilder().setName("scaled"));
        GraphProto.Builder other = GraphProto.newBuilder().setName("else");
        other.addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput("pooled").addOutput("same"));
        other.addOutput(ValueInfoProto.newBuilder().setName("same"));
        OnnxGraph whole = TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .backbone("image")
                .constant("gain", new float[] {2})
                .raw("switch", ElementType.BOOL, new byte[] {1})
                .node(
                        "If",
                        "chosen",
                        List.of("switch"),
                        TestNetwork.graph("then_branch", taken.build()),
                        TestNetwork.graph("else_branch", other.build()))
                .node("Relu", "end", "chosen")
                .output("end", ElementType.FLOAT)
                .graph();
        OnnxGraph cut = GraphCut.at(whole, "chosen", Pooling.NONE, "pooled");
        float[] pooled = inner(whole, "pooled", 1);
        float[] chosen = embed(cut, 1);
        for (int i = 0; i < pooled.length; i++) {
            assertThat(chosen[i]).isEqualTo(2 * pooled[i]);
        }
    }

    @Test
    void givesRealNumbersOfAQuantisedTensor() throws Exception {
        OnnxGraph whole = TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .backbone("image")
                .constant("scale", new float[] {0.05f})
                .raw("zero", ElementType.UINT8, new byte[] {3})
                .node("QuantizeLinear", "q", "map", "scale", "zero")
                .node("MaxPool", "qpool", List.of("q"), TestNetwork.integers("kernel_shape", 8L, 8L))
                .node("Flatten", "qflat", "qpool")
                .node("DequantizeLinear", "real", "qflat", "scale", "zero")
                .output("real", ElementType.FLOAT)
                .graph();
        float[] cut = embed(GraphCut.at(whole, "qflat", Pooling.NONE, "e"), 2);
        assertThat(cut).containsExactly(inner(whole, "real", 2));
        assertThat(cut).isNotEqualTo(new float[cut.length]);
    }

    @Test
    void holdsDynamicallyQuantisedNetworksToOnePictureAtATime() {
        OnnxGraph whole = TestNetwork.classifier(10)
                .node("DynamicQuantizeLinear", "q", "features")
                .graph();
        ModelProto.Builder model = whole.model().toBuilder();
        NodeProto.Builder node = model.getGraphBuilder()
                .getNodeBuilder(model.getGraph().getNodeCount() - 1)
                .addOutput("q_scale")
                .addOutput("q_zero");
        model.getGraphBuilder()
                .addNode(node.build())
                .removeNode(model.getGraph().getNodeCount() - 1);
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("DequantizeLinear")
                        .addInput("q")
                        .addInput("q_scale")
                        .addInput("q_zero")
                        .addOutput("real"));
        OnnxGraph cut = GraphCut.at(new OnnxGraph(model.build()), "real", Pooling.NONE, "e");
        assertThat(cut.imageInputs().getFirst().batch()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoFeature() {
        OnnxGraph whole = TestNetwork.classifier(10)
                .node("ArgMax", "decision", List.of("logits"), TestNetwork.integer("axis", 1))
                .input("question", ElementType.INT64, -1, 8)
                .node("Cast", "asked", List.of("question"), TestNetwork.integer("to", 1))
                .node("Add", "answer", "features", "asked")
                .graph();
        assertThatThrownBy(() -> GraphCut.at(whole, "decision", Pooling.NONE, "e"))
                .hasMessageContaining("int64");
        assertThatThrownBy(() -> GraphCut.at(whole, "nothing", Pooling.NONE, "e"))
                .hasMessageContaining("no tensor 'nothing'");
        assertThatThrownBy(() -> GraphCut.at(whole, "fc.weight", Pooling.NONE, "e"))
                .hasMessageContaining("does not depend on any input");
        assertThatThrownBy(() -> GraphCut.at(whole, "answer", Pooling.NONE, "e"))
                .hasMessageContaining("'question' int64[-1, 8]");
        assertThatThrownBy(() -> GraphCut.at(whole, "image", Pooling.NONE, "e")).hasMessageContaining("picture itself");
        // Other inputs do not matter where the features do not need them.
        assertThat(GraphCut.at(whole, "features", Pooling.NONE, "e").index().inputs())
                .containsOnlyKeys("image");
    }

    /** Real networks, with real weights: half precision with a fixed batch, and 8 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"SqueezeNet_fp16.onnx", "mobilenetv2-12-int8.onnx"})
    void givesTheInnerTensorOfRealNetworks(String name) throws Exception {
        Path file = Path.of(System.getProperty("suite.root", ".."))
                .resolveSibling("shared")
                .resolve("models")
                .resolve(name);
        assumeTrue(Files.exists(file), () -> "no " + file + ": cutting real networks was not tried");
        OnnxGraph whole = OnnxGraph.read(file);
        FeatureTensors.Proposal best = FeatureTensors.propose(whole).getFirst();
        OnnxGraph cut = GraphCut.at(whole, best.tensor(), best.pooling(), "embedding");
        float[] embedding = embed(cut, 1);
        assertThat(embedding).hasSize(best.dimension());
        float[] inner = inner(whole, best.tensor(), 1);
        int each = inner.length / best.dimension();
        boolean quantised = name.contains("int8");
        float scale = quantised ? Math.abs(smallestStep(embedding)) : 1;
        for (int i = 0; i < embedding.length; i++) {
            double sum = 0;
            for (int j = 0; j < each; j++) {
                sum += inner[i * each + j];
            }
            if (quantised) {
                assertThat(embedding[i] / scale).isCloseTo(Math.round(embedding[i] / scale), within(1e-3f));
            } else {
                assertThat((double) embedding[i])
                        .isCloseTo(sum / each, within(1e-5 * Math.max(1, Math.abs(sum / each))));
            }
        }
    }

    private static float smallestStep(float[] values) {
        float smallest = Float.MAX_VALUE;
        for (float value : values) {
            if (value != 0) {
                smallest = Math.min(smallest, Math.abs(value));
            }
        }
        return smallest;
    }

    private float[] embed(OnnxGraph cut, int batch) throws Exception {
        return run(cut, cut.outputs().getFirst(), batch);
    }

    private float[] inner(OnnxGraph whole, String tensor, int batch) throws Exception {
        ModelProto.Builder model = whole.model().toBuilder();
        model.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(tensor));
        return run(new OnnxGraph(model.build()), tensor, batch);
    }

    /** Runs a network on seeded noise; without optimisations, which may change the last bits. */
    private float[] run(OnnxGraph graph, String output, int batch) throws Exception {
        Path file = Files.createTempFile(folder, "run", ".onnx");
        graph.write(file);
        ImageInput input = graph.imageInputs().getFirst();
        float[] noise = new float[batch * 3 * (int) (input.height() * input.width())];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextDouble(-2, 2);
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
                    OnnxTensor tensor = pictures(input.elementType(), noise)
                            .tensor(1, new long[] {batch, 3, input.height(), input.width()});
                    OrtSession.Result result = session.run(Map.of(input.name(), tensor), Set.of(output))) {
                OnnxTensor values = (OnnxTensor) result.get(0);
                FloatBuffer floats = values.getFloatBuffer();
                if (floats == null) {
                    float[] bytes = new float[values.getByteBuffer().remaining()];
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = values.getByteBuffer().get(i) & 0xFF;
                    }
                    return bytes;
                }
                float[] numbers = new float[floats.remaining()];
                floats.get(numbers);
                return numbers;
            }
        }
    }

    private static PictureBatch pictures(ElementType type, float[] numbers) {
        PictureBatch pictures = new PictureBatch(type, numbers.length, 1);
        pictures.put(0, numbers);
        return pictures;
    }
}
