package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.winnow.contract.Adapter;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphExtensionTest {

    private static final int TO = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"7, 3", "9, 4", "11, 6", "13, 7", "17, 8", "21, 10"})
    void projectsWhatTheNetworkPutsOutInEveryVersionOfTheFormat(int opset, int irVersion) throws Exception {
        OnnxGraph base = GraphCut.at(
                TestNetwork.classifier(10).opset(opset).irVersion(irVersion).graph(),
                "features",
                Pooling.NONE,
                "embedding");
        float[] features = run(base, "embedding", 4);
        Projection projection = random(features.length / 4, TO);
        GraphExtension.Extended extended = GraphExtension.by(base, "embedding", projection, "adapted");
        assertThat(extended.output()).isEqualTo("adapted");
        assertThat(extended.graph().outputs()).containsExactly("adapted");
        assertThat(run(extended.graph(), "adapted", 4)).containsExactly(expected(features, projection), within(1e-5f));
    }

    @Test
    void takesOutputsOfOtherTypesAndShapes() throws Exception {
        TestNetwork network = TestNetwork.classifier(10);
        OnnxGraph map = network.node(
                        "Cast", "half", List.of("pooled"), TestNetwork.integer("to", ElementType.FLOAT16.code()))
                .graph();
        ModelProto.Builder model = map.model().toBuilder();
        ValueInfoProto.Builder half = ValueInfoProto.newBuilder().setName("half");
        half.getTypeBuilder().getTensorTypeBuilder().setElemType(ElementType.FLOAT16.code());
        model.getGraphBuilder().clearOutput().addOutput(half);
        OnnxGraph base = GraphCut.at(TestNetwork.classifier(10).graph(), "features", Pooling.NONE, "embedding");
        float[] features = run(base, "embedding", 2);
        Projection projection = random(features.length / 2, TO);
        GraphExtension.Extended extended =
                GraphExtension.by(new OnnxGraph(model.build()), "half", projection, "adapted");
        assertThat(run(extended.graph(), "adapted", 2)).containsExactly(expected(features, projection), within(5e-3f));
    }

    @Test
    void goesOnFromAnAdaptedNetwork() throws Exception {
        OnnxGraph base = GraphCut.at(TestNetwork.classifier(10).graph(), "features", Pooling.NONE, "adapted");
        float[] features = run(base, "adapted", 2);
        Projection first = random(features.length / 2, 4);
        Projection second = random(4, TO);
        GraphExtension.Extended once = GraphExtension.by(base, "adapted", first, "adapted");
        GraphExtension.Extended twice = GraphExtension.by(once.graph(), once.output(), second, "adapted");
        assertThat(once.output()).isNotEqualTo("adapted");
        assertThat(run(twice.graph(), twice.output(), 2))
                .containsExactly(expected(expected(features, first), second), within(1e-5f));
        assertThatThrownBy(() -> GraphExtension.by(base, "nothing", first, "adapted"))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("no output 'nothing'");
    }

    @Test
    void aVectorWithoutLengthBecomesNoNumbers() throws Exception {
        OnnxGraph base = GraphCut.at(TestNetwork.classifier(10).graph(), "features", Pooling.NONE, "embedding");
        int dimension = run(base, "embedding", 1).length;
        Projection nothing = new Projection(new float[dimension * 2], dimension, 2);
        OnnxGraph extended =
                GraphExtension.by(base, "embedding", nothing, "adapted").graph();
        assertThat(run(extended, "adapted", 1)).containsExactly(Float.NaN, Float.NaN);
        assertThat(nothing.of(new float[dimension])).containsExactly(0, 0);
    }

    @Test
    void readsTheGraphOfAProjectionAndDoesWhatItDoes() throws Exception {
        Projection projection = random(7, TO);
        byte[] graph = TestProjection.graph(projection.weights(), 7, TO);
        Projection read = Projection.read(graph, Adapter.WEIGHT);
        assertThat(read.weights()).containsExactly(projection.weights());
        float[] vector = random(7, 1).weights();
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(graph);
                OnnxTensor in = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(vector), new long[] {1, 7});
                OrtSession.Result result = session.run(Map.of(Adapter.INPUT, in))) {
            assertThat(((float[][]) result.get(0).getValue())[0]).containsExactly(read.of(vector), within(1e-6f));
        }
        assertThat(read.of(vector)).containsExactly(expected(vector, projection), within(1e-6f));
    }

    @Test
    void refusesWhatIsNoProjection() {
        assertThatThrownBy(() -> Projection.read(new byte[] {1, 2, 3}, Adapter.WEIGHT))
                .isInstanceOf(InvalidNetworkException.class);
        assertThatThrownBy(() -> Projection.read(
                        TestNetwork.classifier(10).graph().model().toByteArray(), Adapter.WEIGHT))
                .hasMessageContaining("no projection");
        assertThatThrownBy(() -> Projection.read(TestProjection.graph(new float[6], 3, 2), "other"))
                .hasMessageContaining("no projection");
        assertThatThrownBy(() -> Projection.read(TestProjection.graph(new float[7], 3, 2), Adapter.WEIGHT))
                .isInstanceOf(InvalidNetworkException.class);
        assertThatThrownBy(() -> Projection.read(
                        TestProjection.graph(new float[] {1, 2, Float.NaN, 1, 1, 1}, 3, 2), Adapter.WEIGHT))
                .hasMessageContaining("not finite");
    }

    /** {@code Pᵀx / |Pᵀx|} as it is written down. */
    private static float[] expected(float[] features, Projection projection) {
        int rows = features.length / projection.from();
        float[] all = new float[rows * projection.to()];
        for (int row = 0; row < rows; row++) {
            double[] product = new double[projection.to()];
            for (int j = 0; j < product.length; j++) {
                for (int i = 0; i < projection.from(); i++) {
                    product[j] += (double) features[row * projection.from() + i]
                            * projection.weights()[i * projection.to() + j];
                }
            }
            double length = Math.sqrt(Arrays.stream(product).map(x -> x * x).sum());
            for (int j = 0; j < product.length; j++) {
                all[row * product.length + j] = (float) (product[j] / length);
            }
        }
        return all;
    }

    private static Projection random(int from, int to) {
        SplittableRandom random = new SplittableRandom(from * 31L + to);
        float[] weights = new float[from * to];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble(-1, 1);
        }
        return new Projection(weights, from, to);
    }

    private float[] run(OnnxGraph graph, String output, int batch) throws Exception {
        Path file = Files.createTempFile(folder, "run", ".onnx");
        graph.write(file);
        ImageInput input = graph.imageInputs().getFirst();
        float[] noise = new float[batch * 3 * (int) (input.height() * input.width())];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextDouble(-2, 2);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor pictures = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(noise), new long[] {batch, 3, input.height(), input.width()});
                OrtSession.Result result = session.run(Map.of(input.name(), pictures))) {
            OnnxTensor values = (OnnxTensor) result.get(output).orElseThrow();
            float[] numbers = new float[values.getFloatBuffer().remaining()];
            values.getFloatBuffer().get(numbers);
            return numbers;
        }
    }
}
