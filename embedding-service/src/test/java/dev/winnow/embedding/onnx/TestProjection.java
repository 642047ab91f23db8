package dev.winnow.embedding.onnx;

import com.google.protobuf.ByteString;
import dev.winnow.contract.Adapter;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.OperatorSetIdProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import dev.winnow.embedding.onnx.format.TensorShapeProto.Dimension;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The graph of a projection, put together as the format says. */
public final class TestProjection {

    private TestProjection() {}

    /** @param weights {@code [i * to + j]} */
    public static byte[] graph(float[] weights, int from, int to) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
        float[] ones = new float[to];
        java.util.Arrays.fill(ones, 1);
        model.getGraphBuilder()
                .setName("adapter")
                .addNode(node("MatMul", "product", Adapter.INPUT, Adapter.WEIGHT))
                .addNode(node("Mul", "squares", "product", "product"))
                .addNode(node("MatMul", "sum", "squares", "ones"))
                .addNode(node("Sqrt", "length", "sum"))
                .addNode(node("Div", Adapter.OUTPUT, "product", "length"))
                .addInitializer(tensor(Adapter.WEIGHT, weights, from, to))
                .addInitializer(tensor("ones", ones, to, 1))
                .addInput(value(Adapter.INPUT, from))
                .addOutput(value(Adapter.OUTPUT, to));
        return model.build().toByteArray();
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private static TensorProto tensor(String name, float[] numbers, int rows, int columns) {
        ByteBuffer raw = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(numbers);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementType.FLOAT.code())
                .addDims(rows)
                .addDims(columns)
                .setRawData(ByteString.copyFrom(raw))
                .build();
    }

    private static ValueInfoProto value(String name, int dimension) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        value.getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(ElementType.FLOAT.code())
                .getShapeBuilder()
                .addDim(Dimension.newBuilder().setDimParam("batch"))
                .addDim(Dimension.newBuilder().setDimValue(dimension));
        return value.build();
    }
}
