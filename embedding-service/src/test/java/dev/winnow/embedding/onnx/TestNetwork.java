package dev.winnow.embedding.onnx;

import com.google.protobuf.ByteString;
import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.OperatorSetIdProto;
import dev.winnow.embedding.onnx.format.StringStringEntryProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Builds a small network, node by node; weights are seeded noise unless given. */
public final class TestNetwork {

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final SplittableRandom random = new SplittableRandom(7);
    private int opset = 17;
    private int irVersion = 8;

    public static TestNetwork of(String image, ElementType type, long... shape) {
        return new TestNetwork().input(image, type, shape);
    }

    /** A classifier: convolution, ReLU, mean over the picture, eight features, {@code classes} scores. */
    public static TestNetwork classifier(int classes) {
        return of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .backbone("image")
                .node("Flatten", "features", "pooled")
                .weight("fc.weight", classes, 8)
                .weight("fc.bias", classes)
                .node("Gemm", "logits", List.of("features", "fc.weight", "fc.bias"), integer("transB", 1))
                .output("logits", ElementType.FLOAT);
    }

    /** From an NCHW picture to {@code map} {@code [batch, 8, 8, 8]} and {@code pooled} {@code [batch, 8, 1, 1]}. */
    public TestNetwork backbone(String image) {
        return weight("conv.weight", 8, 3, 4, 4)
                .weight("conv.bias", 8)
                .node("Conv", "conv", List.of(image, "conv.weight", "conv.bias"), integers("strides", 4, 4))
                .node("Relu", "map", "conv")
                .node("GlobalAveragePool", "pooled", "map");
    }

    public TestNetwork opset(int version) {
        opset = version;
        return this;
    }

    /** In version 3 of the format every weight is an input, too. */
    public TestNetwork irVersion(int version) {
        irVersion = version;
        return this;
    }

    public TestNetwork input(String name, ElementType type, long... shape) {
        graph.addInput(value(name, type, shape));
        return this;
    }

    public TestNetwork output(String name, ElementType type, long... shape) {
        graph.addOutput(value(name, type, shape));
        return this;
    }

    public TestNetwork weight(String name, long... shape) {
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return constant(name, values, shape);
    }

    public TestNetwork constant(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return raw(name, ElementType.FLOAT, bytes.array(), shape);
    }

    public TestNetwork raw(String name, ElementType type, byte[] bytes, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(type.code()).setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        return this;
    }

    public TestNetwork numbers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementType.INT64.code())
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    public TestNetwork node(String operator, String output, String... inputs) {
        return node(operator, output, List.of(inputs));
    }

    public TestNetwork node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output + "_node")
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(2).setI(value).build();
    }

    public static AttributeProto integers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(7)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    static AttributeProto graph(String name, GraphProto value) {
        return AttributeProto.newBuilder().setName(name).setType(5).setG(value).build();
    }

    ModelProto model() {
        GraphProto.Builder built = graph.clone();
        if (irVersion < 4) {
            graph.getInitializerList()
                    .forEach(weight -> built.addInput(value(
                            weight.getName(),
                            ElementType.of(weight.getDataType()),
                            weight.getDimsList().stream()
                                    .mapToLong(Long::longValue)
                                    .toArray())));
        }
        return ModelProto.newBuilder()
                .setIrVersion(irVersion)
                .setGraph(built)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .build();
    }

    GraphProto.Builder builder() {
        return graph;
    }

    public OnnxGraph graph() {
        return new OnnxGraph(model());
    }

    public Path write(Path file) throws IOException {
        graph().write(file);
        return file;
    }

    /** Writes the network with its weights in a file of their own, {@code location} as the network says. */
    public Path writeExternal(Path file, String location, Path weights) throws IOException {
        ModelProto.Builder model = model().toBuilder();
        GraphProto.Builder outside = model.getGraphBuilder();
        ByteString bytes = ByteString.EMPTY;
        for (TensorProto.Builder tensor : outside.getInitializerBuilderList()) {
            ByteString raw = tensor.getRawData();
            tensor.clearRawData().setDataLocation(1);
            tensor.addExternalData(entry("location", location));
            tensor.addExternalData(entry("offset", String.valueOf(bytes.size())));
            tensor.addExternalData(entry("length", String.valueOf(raw.size())));
            bytes = bytes.concat(raw);
        }
        Files.write(weights, bytes.toByteArray());
        return Files.write(file, model.build().toByteArray());
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ValueInfoProto value(String name, ElementType type, long... shape) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        var tensor = value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.code());
        if (shape.length > 0) {
            for (long dim : shape) {
                if (dim < 0) {
                    tensor.getShapeBuilder()
                            .addDimBuilder()
                            .setDimParam("axis" + tensor.getShape().getDimCount());
                } else {
                    tensor.getShapeBuilder().addDimBuilder().setDimValue(dim);
                }
            }
        }
        return value.build();
    }
}
