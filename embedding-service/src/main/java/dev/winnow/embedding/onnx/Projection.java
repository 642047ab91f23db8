package dev.winnow.embedding.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A matrix that takes vectors of one network to shorter or equally long ones, divided by their length: {@code y = Pᵀx / |Pᵀx|}.
 * The length of {@code x} does not matter, so what is kept at length 1 and what the network puts out lead to the same.
 *
 * @param weights {@code [i * to + j]}
 * @param from how many numbers a vector has
 * @param to how many come out
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and shared.
public record Projection(float[] weights, int from, int to) {

    /** The graph's operators: the product, and the division by its length. */
    private static final List<String> OPERATORS = List.of("MatMul", "Mul", "MatMul", "Sqrt", "Div");

    private static final double NO_LENGTH = 1e-12;

    public Projection {
        if (from < 1 || to < 1 || weights.length != (long) from * to) {
            throw new InvalidNetworkException(weights.length + " weights are no matrix of " + from + " × " + to);
        }
        for (float weight : weights) {
            if (!Float.isFinite(weight)) {
                throw new InvalidNetworkException("the projection has weights that are not finite");
            }
        }
    }

    /**
     * Reads the graph of a projection: one input, the operators {@code MatMul, Mul, MatMul, Sqrt, Div}, and the matrix in a
     * float initializer.
     *
     * @param weight the initializer's name
     * @throws InvalidNetworkException if the bytes are no such graph
     */
    public static Projection read(byte[] onnx, String weight) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(onnx);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidNetworkException("no ONNX network: " + e.getMessage());
        }
        GraphProto graph = model.getGraph();
        List<String> operators =
                graph.getNodeList().stream().map(NodeProto::getOpType).toList();
        if (!operators.equals(OPERATORS) || !graph.getNode(0).getInputList().contains(weight)) {
            throw new InvalidNetworkException(
                    "no projection: expected the operators " + OPERATORS + ", got " + operators);
        }
        TensorProto matrix = graph.getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals(weight))
                .findFirst()
                .orElseThrow(() -> new InvalidNetworkException("no projection: it has no weight '" + weight + "'"));
        if (ElementType.of(matrix.getDataType()) != ElementType.FLOAT
                || matrix.getDimsCount() != 2
                || !matrix.hasRawData()) {
            throw new InvalidNetworkException("no projection: its weight is no matrix of floats");
        }
        Initializers.requireSound(graph);
        FloatBuffer numbers = matrix.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] weights = new float[numbers.remaining()];
        numbers.get(weights);
        return new Projection(weights, Math.toIntExact(matrix.getDims(0)), Math.toIntExact(matrix.getDims(1)));
    }

    /**
     * A vector's image, of length 1; a vector of zeros where it has no length.
     *
     * @param vector as long as {@link #from}
     */
    public float[] of(float[] vector) {
        if (vector.length != from) {
            throw new IllegalArgumentException("expected " + from + " numbers, got " + vector.length);
        }
        double[] sums = new double[to];
        for (int i = 0; i < from; i++) {
            double x = vector[i];
            int row = i * to;
            for (int j = 0; j < to; j++) {
                sums[j] += x * weights[row + j];
            }
        }
        double squares = 0;
        for (double sum : sums) {
            squares += sum * sum;
        }
        double length = Math.sqrt(squares);
        float[] projected = new float[to];
        if (length > NO_LENGTH) {
            for (int j = 0; j < to; j++) {
                projected[j] = (float) (sums[j] / length);
            }
        }
        return projected;
    }

    /** The matrix as a tensor of this name. */
    TensorProto tensor(String name) {
        ByteBuffer raw = ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(weights);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementType.FLOAT.code())
                .addDims(from)
                .addDims(to)
                .setRawData(ByteString.copyFrom(raw))
                .build();
    }
}
