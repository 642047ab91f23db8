package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.NodeProto;
import java.util.List;

/** Which axis of a feature map holds the channels. */
final class ChannelAxis {

    private static final int STEPS = 64;

    private ChannelAxis() {}

    /**
     * The axis of the channels of a feature map with four axes, 1 or 3: as the nearest operator that knows says, else the
     * one whose length differs from the others.
     */
    static int of(GraphIndex index, String tensor, Measurement map) {
        int channels = known(index, tensor, 0);
        if (channels > 0) {
            return channels;
        }
        List<Long> shape = map.shape();
        return shape.get(1).equals(shape.get(2)) && !shape.get(3).equals(shape.get(2)) ? 3 : 1;
    }

    /** 1 or 3, or -1 if no operator says. */
    private static int known(GraphIndex index, String tensor, int steps) {
        NodeProto node = index.producer(tensor);
        if (node == null || node.getInputCount() == 0 || steps > STEPS) {
            return -1;
        }
        return switch (node.getOpType()) {
            case "Transpose" -> {
                int before = known(index, node.getInput(0), steps + 1);
                yield before < 0 ? -1 : GraphIndex.integers(node, "perm").indexOf((long) before);
            }
            case "LayerNormalization" -> {
                long axis = GraphIndex.integer(node, "axis", -1);
                yield axis == -1 || axis == 3 ? 3 : -1;
            }
            case "MatMul", "QLinearMatMul", "MatMulInteger", "FusedMatMul" -> 3;
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gather", "DepthToSpace", "Einsum" -> -1;
            default -> says(node) ? 1 : fromOperands(index, node, steps);
        };
    }

    private static boolean says(NodeProto node) {
        return Operators.isConvolution(node)
                || node.getOpType().endsWith("Pool")
                || node.getOpType().equals("BatchNormalization");
    }

    private static int fromOperands(GraphIndex index, NodeProto node, int steps) {
        return Operators.operands(node).stream()
                .filter(operand -> !index.isConstant(operand))
                .findFirst()
                .map(operand -> known(index, operand, steps + 1))
                .orElse(-1);
    }
}
