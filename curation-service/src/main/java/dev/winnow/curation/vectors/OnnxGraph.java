package dev.winnow.curation.vectors;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes a tiny ONNX model: a chain of nodes over named inputs, weights and outputs. Field numbers are those of
 * <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
public final class OnnxGraph {

    /** Element types of onnx.proto's TensorProto. */
    public enum Type {
        FLOAT(1),
        INT64(7);

        private final int code;

        Type(int code) {
            this.code = code;
        }
    }

    /** A graph input or output, all of whose axes are dynamic but the last ones that are given. */
    public record Value(String name, Type type, int rank, List<Long> last) {

        public Value(String name, Type type, int rank) {
            this(name, type, rank, List.of());
        }
    }

    /** A weight: floats, row-major. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Weight(String name, List<Long> shape, float[] numbers) {}

    /** An operator; {@code intAttributes} are name–value pairs. */
    public record Node(String operator, List<String> inputs, List<String> outputs, List<IntAttribute> intAttributes) {}

    /** An integer attribute of a node. */
    public record IntAttribute(String name, long value) {}

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final int ATTRIBUTE_TYPE_INT = 2;

    private OnnxGraph() {}

    static byte[] model(List<Node> nodes, List<Value> inputs, List<Value> outputs) {
        return model("kernel", nodes, List.of(), inputs, outputs);
    }

    /** @param name of the graph */
    public static byte[] model(
            String name, List<Node> nodes, List<Weight> weights, List<Value> inputs, List<Value> outputs) {
        byte[] graph = message(out -> {
            for (Node node : nodes) {
                out.writeByteArray(1, node(node));
            }
            out.writeString(2, name);
            for (Weight weight : weights) {
                out.writeByteArray(5, weight(weight));
            }
            for (Value input : inputs) {
                out.writeByteArray(11, value(input));
            }
            for (Value output : outputs) {
                out.writeByteArray(12, value(output));
            }
        });
        byte[] opset = message(out -> out.writeInt64(2, OPSET));
        return message(out -> {
            out.writeInt64(1, IR_VERSION);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, opset);
        });
    }

    private static byte[] node(Node node) {
        return message(out -> {
            for (String input : node.inputs) {
                out.writeString(1, input);
            }
            for (String output : node.outputs) {
                out.writeString(2, output);
            }
            out.writeString(4, node.operator);
            for (IntAttribute attribute : node.intAttributes) {
                out.writeByteArray(5, message(a -> {
                    a.writeString(1, attribute.name);
                    a.writeInt64(3, attribute.value);
                    a.writeEnum(20, ATTRIBUTE_TYPE_INT);
                }));
            }
        });
    }

    private static byte[] weight(Weight weight) {
        ByteBuffer raw =
                ByteBuffer.allocate(weight.numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(weight.numbers);
        return message(out -> {
            for (long axis : weight.shape) {
                out.writeInt64(1, axis);
            }
            out.writeEnum(2, Type.FLOAT.code);
            out.writeString(8, weight.name);
            out.writeByteArray(9, raw.array());
        });
    }

    private static byte[] value(Value value) {
        int dynamic = value.rank - value.last.size();
        byte[] shape = message(out -> {
            for (int axis = 0; axis < value.rank; axis++) {
                if (axis < dynamic) {
                    String name = value.name + "_" + axis;
                    out.writeByteArray(1, message(dim -> dim.writeString(2, name)));
                } else {
                    long size = value.last.get(axis - dynamic);
                    out.writeByteArray(1, message(dim -> dim.writeInt64(1, size)));
                }
            }
        });
        byte[] tensor = message(out -> {
            out.writeEnum(1, value.type.code);
            out.writeByteArray(2, shape);
        });
        return message(out -> {
            out.writeString(1, value.name);
            out.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
