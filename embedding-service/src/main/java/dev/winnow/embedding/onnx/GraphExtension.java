package dev.winnow.embedding.onnx;

import com.google.protobuf.ByteString;
import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import dev.winnow.embedding.onnx.format.TensorShapeProto.Dimension;
import dev.winnow.embedding.onnx.format.TypeProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/** Makes the network that goes on from an output through a {@link Projection}. */
public final class GraphExtension {

    private static final int TYPE_INT = 2;
    /** Weights had to be listed among the inputs before it. */
    private static final int FREE_INITIALIZERS = 4;

    private final ModelProto.Builder model;
    private final GraphProto.Builder graph;
    private final Set<String> taken;
    private final String prefix;

    private GraphExtension(OnnxGraph network, String prefix) {
        this.model = network.model().toBuilder();
        this.graph = model.getGraphBuilder();
        this.taken = Renaming.names(graph);
        this.prefix = prefix;
    }

    /** @param output the name of its only output, float {@code [batch, to]} */
    public record Extended(OnnxGraph graph, String output) {}

    /**
     * The network with a projection behind one of its outputs, and no other output. Only operators that mean the same in all
     * versions from 7 on are added; where the output has no length, the result is no number.
     *
     * @param tensor an output of the network, {@code [batch, from]} or that with axes of 1
     * @param output what the new output is called, or begins with where there is such a tensor
     * @throws InvalidNetworkException if there is no such output
     */
    public static Extended by(OnnxGraph network, String tensor, Projection projection, String output) {
        ValueInfoProto end = network.model().getGraph().getOutputList().stream()
                .filter(value -> value.getName().equals(tensor))
                .findFirst()
                .orElseThrow(() -> new InvalidNetworkException(
                        "the network has no output '" + tensor + "', it has " + network.outputs()));
        return new GraphExtension(network, output).extend(end, projection, output);
    }

    private Extended extend(ValueInfoProto end, Projection projection, String output) {
        TypeProto.Tensor type = end.getType().getTensorType();
        String features = end.getName();
        if (ElementType.of(type.getElemType()) != ElementType.FLOAT) {
            features = add("Cast", List.of(features), integer("to", ElementType.FLOAT.code()));
        }
        if (type.getShape().getDimCount() != 2) {
            features = add("Flatten", List.of(features), integer("axis", 1));
        }
        String weight = fresh("projection");
        addWeight(projection.tensor(weight));
        String ones = fresh("ones");
        addWeight(ones(ones, projection.to()));
        String product = add("MatMul", List.of(features, weight));
        String squares = add("Mul", List.of(product, product));
        // A sum whose operator has not changed its arguments from one version to the next.
        String sum = add("MatMul", List.of(squares, ones));
        String length = add("Sqrt", List.of(sum));
        String result = taken.contains(output) ? fresh("result") : output;
        graph.addNode(node("Div", List.of(product, length), result));
        graph.clearOutput().addOutput(output(result, type, projection.to()));
        return new Extended(new OnnxGraph(model.build()), result);
    }

    private String add(String operator, List<String> inputs, AttributeProto... attributes) {
        String result = fresh(operator.toLowerCase(java.util.Locale.ROOT));
        graph.addNode(node(operator, inputs, result, attributes));
        return result;
    }

    private static NodeProto node(String operator, List<String> inputs, String result, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(result)
                .addAllInput(inputs)
                .addOutput(result)
                .addAllAttribute(List.of(attributes))
                .build();
    }

    private void addWeight(TensorProto weight) {
        graph.addInitializer(weight);
        if (model.getIrVersion() < FREE_INITIALIZERS) {
            ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(weight.getName());
            TypeProto.Tensor.Builder type = value.getTypeBuilder().getTensorTypeBuilder();
            type.setElemType(weight.getDataType());
            weight.getDimsList().forEach(dim -> type.getShapeBuilder()
                    .addDim(Dimension.newBuilder().setDimValue(dim)));
            graph.addInput(value);
        }
    }

    private static TensorProto ones(String name, int count) {
        ByteBuffer raw = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            raw.putFloat(1);
        }
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementType.FLOAT.code())
                .addDims(count)
                .addDims(1)
                .setRawData(ByteString.copyFrom(raw.flip()))
                .build();
    }

    private static ValueInfoProto output(String name, TypeProto.Tensor before, int dimension) {
        Dimension batch = before.getShape().getDimCount() > 0
                ? before.getShape().getDim(0)
                : Dimension.newBuilder().setDimParam("batch").build();
        ValueInfoProto.Builder made = ValueInfoProto.newBuilder().setName(name);
        TypeProto.Tensor.Builder tensor = made.getTypeBuilder().getTensorTypeBuilder();
        tensor.setElemType(ElementType.FLOAT.code());
        tensor.getShapeBuilder().addDim(batch).addDim(Dimension.newBuilder().setDimValue(dimension));
        return made.build();
    }

    private String fresh(String base) {
        String name = prefix + "/" + base;
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(TYPE_INT)
                .setI(value)
                .build();
    }
}
