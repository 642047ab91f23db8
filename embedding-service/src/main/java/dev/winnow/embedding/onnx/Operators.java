package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operators at the end of a network are for. Those of quantised networks included: github.com/microsoft/onnxruntime,
 * docs/ContribOperators.md.
 */
final class Operators {

    private static final Set<String> SHAPE_ONLY = Set.of(
            "Flatten",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Identity",
            "Dropout",
            "Cast",
            "CastLike",
            "Transpose",
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear");
    private static final Set<String> CLASS_SCORES =
            Set.of("Softmax", "LogSoftmax", "Sigmoid", "QLinearSoftmax", "QLinearSigmoid", "ArgMax", "TopK", "Hardmax");
    private static final Set<String> ACTIVATIONS = Set.of(
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Celu",
            "Clip",
            "Tanh",
            "HardSwish",
            "HardSigmoid",
            "Gelu",
            "FastGelu",
            "Mish",
            "Swish",
            "Softplus",
            "QLinearLeakyRelu",
            "QuickGelu");
    private static final Set<String> POOLS = Set.of(
            "GlobalAveragePool",
            "GlobalMaxPool",
            "GlobalLpPool",
            "AveragePool",
            "ReduceMean",
            "ReduceMax",
            "QLinearGlobalAveragePool",
            "QLinearAveragePool",
            "QLinearReduceMean");
    private static final Set<String> ARITHMETIC =
            Set.of("Add", "Sub", "Mul", "Div", "QLinearAdd", "QLinearMul", "BiasAdd");
    private static final Set<String> MATRIX_PRODUCTS = Set.of(
            "Gemm",
            "MatMul",
            "FusedGemm",
            "FusedMatMul",
            "QGemm",
            "QLinearMatMul",
            "MatMulInteger",
            "DynamicQuantizeMatMul",
            "MatMulIntegerToFloat",
            "MatMulNBits");
    private static final Set<String> CONVOLUTIONS = Set.of("Conv", "FusedConv", "QLinearConv", "ConvInteger");
    private static final Set<String> NORMALISATIONS = Set.of(
            "BatchNormalization",
            "LayerNormalization",
            "SimplifiedLayerNormalization",
            "InstanceNormalization",
            "GroupNormalization",
            "RMSNormalization");

    private Operators() {}

    /** Whether a node changes the shape or type of its first input, but not what it says. */
    static boolean isShapeOnly(NodeProto node) {
        return SHAPE_ONLY.contains(node.getOpType());
    }

    /** Whether a node turns the scores of classes into probabilities or decisions. */
    static boolean isClassScores(NodeProto node) {
        return CLASS_SCORES.contains(node.getOpType());
    }

    static boolean isActivation(NodeProto node) {
        return ACTIVATIONS.contains(node.getOpType());
    }

    static boolean isPool(NodeProto node) {
        return POOLS.contains(node.getOpType());
    }

    static boolean isNormalisation(NodeProto node) {
        return NORMALISATIONS.contains(node.getOpType());
    }

    static boolean isConvolution(NodeProto node) {
        return CONVOLUTIONS.contains(node.getOpType());
    }

    static boolean isMatrixProduct(NodeProto node) {
        return MATRIX_PRODUCTS.contains(node.getOpType());
    }

    static boolean isArithmetic(NodeProto node) {
        return ARITHMETIC.contains(node.getOpType());
    }

    /**
     * The tensors that a node combines, without scales, zero points, shapes and the like; for the operators this class
     * knows, otherwise all of its inputs.
     */
    static List<String> operands(NodeProto node) {
        int second =
                switch (node.getOpType()) {
                    case "Add", "Sub", "Mul", "Div", "BiasAdd", "Gemm", "MatMul", "FusedGemm", "FusedMatMul" -> 1;
                    case "MatMulInteger", "DynamicQuantizeMatMul", "MatMulIntegerToFloat" -> 1;
                    case "QLinearAdd", "QLinearMul", "QGemm", "QLinearMatMul" -> 3;
                    default -> 0;
                };
        if (second > 0 && node.getInputCount() > second) {
            return List.of(node.getInput(0), node.getInput(second));
        }
        return node.getInputCount() == 0 ? List.of() : List.of(node.getInput(0));
    }

    /** The one operand that depends on the picture; empty if there are two, or none. */
    static Optional<String> data(NodeProto node, GraphIndex index) {
        List<String> depending = operands(node).stream()
                .filter(tensor -> !index.isConstant(tensor))
                .toList();
        return depending.size() == 1 ? Optional.of(depending.getFirst()) : Optional.empty();
    }

    /** Whether a node is a fully connected layer: a product with a constant matrix. */
    static boolean isLinear(NodeProto node, GraphIndex index) {
        return isMatrixProduct(node)
                && operands(node).stream().anyMatch(index::isConstant)
                && data(node, index).isPresent();
    }

    /** Whether a node is a convolution that looks at one position at a time. */
    static boolean isPointwise(NodeProto node, GraphIndex index) {
        if (!isConvolution(node) || GraphIndex.integer(node, "group", 1) != 1) {
            return false;
        }
        List<Long> kernel = GraphIndex.integers(node, "kernel_shape");
        if (kernel.isEmpty()) {
            List<Long> weight = kernelShape(node, index);
            kernel = weight.size() > 2 ? weight.subList(2, weight.size()) : weight;
        }
        return !kernel.isEmpty() && kernel.stream().allMatch(side -> side == 1);
    }

    /** The shape of a convolution's weight, {@code [out, in / group, height, width]}; empty if it is not to be had. */
    static List<Long> kernelShape(NodeProto convolution, GraphIndex index) {
        int at = convolution.getOpType().equals("QLinearConv") ? 3 : 1;
        @Nullable String tensor = at < convolution.getInputCount() ? convolution.getInput(at) : null;
        // The weight of a quantised or half-precision network passes through a node or two.
        for (int step = 0; tensor != null && step < 4; step++) {
            TensorProto weight = index.weight(tensor);
            if (weight != null) {
                return weight.getDimsList();
            }
            NodeProto node = index.producer(tensor);
            tensor = node != null && isShapeOnly(node) && !node.getOpType().equals("Transpose")
                    ? node.getInput(0)
                    : null;
        }
        return List.of();
    }
}
