package dev.winnow.embedding.onnx;

import static dev.winnow.embedding.onnx.TestNetwork.integer;
import static dev.winnow.embedding.onnx.TestNetwork.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.winnow.embedding.onnx.FeatureTensors.Proposal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureTensorsTest {

    private static TestNetwork network() {
        return TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32).backbone("image");
    }

    private static void assertBest(TestNetwork network, String tensor, Pooling pooling, int dimension, String because) {
        Proposal best = FeatureTensors.propose(network.graph()).getFirst();
        assertThat(best.tensor()).isEqualTo(tensor);
        assertThat(best.pooling()).isEqualTo(pooling);
        assertThat(best.dimension()).isEqualTo(dimension);
        assertThat(best.why()).contains(because);
    }

    @Test
    void takesWhatTheLastLayerOfAClassifierReads() {
        assertBest(TestNetwork.classifier(10), "features", Pooling.NONE, 8, "input of the last classifier layer (Gemm");
        assertBest(TestNetwork.classifier(3), "features", Pooling.NONE, 8, "to 3");
    }

    @Test
    void passesOverDropoutAndSoftmax() {
        TestNetwork network = network()
                .node("Flatten", "flat", "pooled")
                .node("Dropout", "dropped", "flat")
                .weight("w", 8, 64)
                .node("MatMul", "product", "dropped", "w")
                .weight("b", 64)
                .node("Add", "biased", "product", "b")
                .node("Softmax", "probabilities", "biased")
                .output("probabilities", ElementType.FLOAT);
        assertBest(network, "flat", Pooling.NONE, 8, "MatMul");
    }

    /** As Keras writes it: channels last, names with slashes and colons, the bias added by a node of its own. */
    @Test
    void understandsExportsOfKeras() {
        TestNetwork network = TestNetwork.of("serving_default_input:0", ElementType.FLOAT, -1, 32, 32, 3)
                .opset(13)
                .node(
                        "Transpose",
                        "model/conv/Conv2D__6:0",
                        List.of("serving_default_input:0"),
                        integers("perm", 0, 3, 1, 2))
                .backbone("model/conv/Conv2D__6:0")
                .numbers("axes", 2, 3)
                .node("Squeeze", "model/avg_pool/Mean:0", "pooled", "axes")
                .weight("model/predictions/kernel:0", 8, 1000)
                .node("MatMul", "model/predictions/MatMul:0", "model/avg_pool/Mean:0", "model/predictions/kernel:0")
                .weight("model/predictions/bias:0", 1000)
                .node("Add", "model/predictions/BiasAdd:0", "model/predictions/MatMul:0", "model/predictions/bias:0")
                .node("Softmax", "Identity:0", "model/predictions/BiasAdd:0")
                .output("Identity:0", ElementType.FLOAT, -1, 1000);
        assertBest(network, "model/avg_pool/Mean:0", Pooling.NONE, 8, "to 1000");
    }

    @Test
    void averagesWhatAConvolutionalClassifierReads() {
        TestNetwork network = network()
                .weight("classes.weight", 1000, 8, 1, 1)
                .node("Conv", "scores", "map", "classes.weight")
                .node("Relu", "positive", "scores")
                .node("GlobalAveragePool", "mean", "positive")
                .node("Flatten", "out", "mean")
                .output("out", ElementType.FLOAT);
        assertBest(network, "map", Pooling.MEAN, 8, "pooled only afterwards");
    }

    @Test
    void takesWhatAConvolutionReadsThatStandsForAClassifier() {
        TestNetwork network = network()
                .weight("classes.weight", 10, 8, 1, 1)
                .node("Conv", "scores", "pooled", "classes.weight")
                .node("Flatten", "out", "scores")
                .output("out", ElementType.FLOAT);
        assertBest(network, "pooled", Pooling.NONE, 8, "classifier layer (Conv");
    }

    @Test
    void takesTheLastConvolutionOfABackboneForFeatures() {
        TestNetwork network = network()
                .weight("last.weight", 24, 8, 1, 1)
                .node("Conv", "expanded", "map", "last.weight")
                .node("Relu", "positive", "expanded")
                .node("GlobalAveragePool", "mean", "positive")
                .node("Flatten", "out", "mean")
                .output("out", ElementType.FLOAT);
        assertBest(network, "out", Pooling.NONE, 24, "pooled vector");
    }

    @Test
    void prefersTheMainClassifierToAnAuxiliaryOne() {
        TestNetwork network = network()
                .node("Flatten", "early", "pooled")
                .weight("aux.weight", 8, 10)
                .node("MatMul", "aux", "early", "aux.weight")
                .output("aux", ElementType.FLOAT)
                .weight("deep.weight", 12, 8, 1, 1)
                .node("Conv", "deep", "map", "deep.weight")
                .node("GlobalAveragePool", "mean", "deep")
                .node("Flatten", "late", "mean")
                .weight("main.weight", 12, 10)
                .node("MatMul", "main", "late", "main.weight")
                .output("main", ElementType.FLOAT);
        assertBest(network, "late", Pooling.NONE, 12, "last classifier layer");
        assertThat(FeatureTensors.propose(network.graph()))
                .extracting(Proposal::tensor)
                .contains("early");
    }

    @ParameterizedTest
    @CsvSource({"image_embeds, 10, image_embeds, 10", "output, 512, output, 512", "logits, 512, features, 8"})
    void tellsAProjectionFromAClassifier(String output, int size, String tensor, int dimension) {
        TestNetwork network = network()
                .node("Flatten", "features", "pooled")
                .weight("w", 8, size)
                .node("MatMul", output, "features", "w")
                .output(output, ElementType.FLOAT);
        assertBest(network, tensor, Pooling.NONE, dimension, "");
    }

    @Test
    void takesAVectorOfLengthOneAsItIs() {
        TestNetwork network = network()
                .node("Flatten", "features", "pooled")
                .weight("w", 8, 100)
                .weight("b", 100)
                .node("Gemm", "projected", "features", "w", "b")
                .node("ReduceL2", "length", List.of("projected"), integers("axes", 1), integer("keepdims", 1))
                .node("Div", "out", "projected", "length")
                .output("out", ElementType.FLOAT);
        // A hundred numbers are a hundred classes' scores elsewhere.
        assertBest(network, "out", Pooling.NONE, 100, "scaled to length 1");
    }

    @Test
    void takesTheClassTokenWhereThereIsOne() {
        TestNetwork tokens = network()
                .numbers("shape", 0, 8, 64)
                .node("Reshape", "rows", "map", "shape")
                .node("Transpose", "grid", List.of("rows"), integers("perm", 0, 2, 1))
                .numbers("from", 0)
                .numbers("to", 1)
                .numbers("axis", 1)
                .node("Slice", "class", "grid", "from", "to", "axis")
                .node("Softmax", "attention", "grid")
                .weight("widen", 8, 16);
        TestNetwork patches =
                tokens.node("MatMul", "tokens", "attention", "widen").output("tokens", ElementType.FLOAT);
        assertBest(patches, "tokens", Pooling.MEAN, 16, "mean of 64 tokens");
        patches.builder().clearOutput();
        TestNetwork withClass = patches.node("Concat", "all", List.of("class", "attention"), integer("axis", 1))
                .node("MatMul", "last_hidden_state", "all", "widen")
                .output("last_hidden_state", ElementType.FLOAT);
        assertBest(withClass, "last_hidden_state", Pooling.CLS, 16, "class token of 65 tokens");
    }

    @Test
    void takesAFeatureMap() {
        assertBest(
                network()
                        .node(
                                "MaxPool",
                                "small",
                                List.of("map"),
                                integers("kernel_shape", 2, 2),
                                integers("strides", 2, 2))
                        .output("small", ElementType.FLOAT),
                "small",
                Pooling.MEAN,
                8,
                "averaged over height and width");
    }

    @Test
    void takesTheImageHalfOfANetworkForPicturesAndTexts() {
        TestNetwork network = network()
                .node("Flatten", "image_embeds", "pooled")
                .input("ids", ElementType.INT64, -1, 8)
                .node("Cast", "text_embeds", List.of("ids"), integer("to", 1))
                .node("Transpose", "turned", "text_embeds")
                .node("MatMul", "logits_per_image", "image_embeds", "turned")
                .output("logits_per_image", ElementType.FLOAT)
                .output("text_embeds", ElementType.FLOAT)
                .output("image_embeds", ElementType.FLOAT);
        assertBest(network, "image_embeds", Pooling.NONE, 8, "an output");
    }

    @Test
    void refusesNetworksForOtherThings() {
        OnnxGraph text = TestNetwork.of("ids", ElementType.INT64, -1, 8)
                .node("Cast", "out", List.of("ids"), integer("to", 1))
                .output("out", ElementType.FLOAT)
                .graph();
        assertThatThrownBy(() -> FeatureTensors.propose(text))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("not a network for pictures")
                .hasMessageContaining("'ids' int64[-1, 8]");
        OnnxGraph both = network()
                .input("ids", ElementType.INT64, -1, 8)
                .node("Cast", "text", List.of("ids"), integer("to", 1))
                .node("Flatten", "flat", "pooled")
                .node("Add", "out", "flat", "text")
                .output("out", ElementType.FLOAT)
                .graph();
        assertThatThrownBy(() -> FeatureTensors.propose(both)).hasMessageContaining("depends on a picture alone");
        OnnxGraph segmentation = TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .weight("w", 21, 3, 1, 1)
                .node("Conv", "classes", "image", "w")
                .output("classes", ElementType.FLOAT)
                .graph();
        assertThatThrownBy(() -> FeatureTensors.propose(segmentation)).hasMessageContaining("[2, 21, 32, 32]");
        OnnxGraph broken = network()
                .weight("w", 5, 5)
                .node("Flatten", "flat", "pooled")
                .node("MatMul", "out", "flat", "w")
                .output("out", ElementType.FLOAT)
                .graph();
        assertThatThrownBy(() -> FeatureTensors.propose(broken)).hasMessageContaining("does not run");
    }

    @ParameterizedTest
    @CsvSource({"SqueezeNet_fp16.onnx, fire9/concat_1, MEAN, 512", "mobilenetv2-12-int8.onnx, 472_quantized, NONE, 1280"
    })
    void understandsRealNetworks(String name, String tensor, Pooling pooling, int dimension) {
        Path file = Path.of(System.getProperty("suite.root", ".."))
                .resolveSibling("shared")
                .resolve("models")
                .resolve(name);
        assumeTrue(Files.exists(file), () -> "no " + file + ": real networks were not tried");
        Proposal best = FeatureTensors.propose(OnnxGraph.read(file)).getFirst();
        assertThat(List.of(best.tensor(), best.pooling(), best.dimension()))
                .containsExactly(tensor, pooling, dimension);
    }
}
