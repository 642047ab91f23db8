package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way back from an output of a network to the layer that made it, through nodes that only reshape, rescale, squash or
 * pool. That layer is the classifier's last, a projection, or part of the backbone: {@link FeatureTensors} judges.
 */
final class HeadTrace {

    private static final int STEPS = 64;
    private static final int GATE = 8;
    private static final Set<String> SUMS = Set.of("ReduceL2", "ReduceSum", "ReduceSumSquare", "ReduceL1");

    private final GraphIndex index;
    private final String output;
    private boolean classScores;
    private boolean lengthOne;
    private boolean normalised;
    private @Nullable String activation;
    private boolean biased;
    private @Nullable String pooledMap;
    private @Nullable NodeProto layer;
    private @Nullable String layerInput;

    private HeadTrace(GraphIndex index, String output) {
        this.index = index;
        this.output = output;
    }

    static HeadTrace from(GraphIndex index, String output) {
        HeadTrace trace = new HeadTrace(index, output);
        trace.walk(output, STEPS);
        return trace;
    }

    String output() {
        return output;
    }

    /** Whether the output is probabilities or decisions of classes. */
    boolean givesClassScores() {
        return classScores;
    }

    /** Whether the output is scaled to length 1. */
    boolean givesLengthOne() {
        return lengthOne;
    }

    /** Whether the layer's result is normalised by learnt numbers: logits never are. */
    boolean isNormalised() {
        return normalised;
    }

    /** The operator that bends the layer's result; null if there is none. */
    @Nullable
    String activation() {
        return activation;
    }

    /** Whether the layer adds a bias. */
    boolean isBiased() {
        return biased;
    }

    /** The map of the layer's results that is pooled into the output; null if the output is not pooled. */
    @Nullable
    String pooledMap() {
        return pooledMap;
    }

    /** The fully connected layer or pointwise convolution found. */
    Optional<NodeProto> layer() {
        return Optional.ofNullable(layer);
    }

    /** What that layer reads: the features, if it is the last of a classifier. */
    Optional<String> layerInput() {
        return Optional.ofNullable(layerInput);
    }

    private void walk(String from, int steps) {
        @Nullable String tensor = from;
        for (int step = 0; step < steps && tensor != null; step++) {
            NodeProto node = index.producer(tensor);
            if (node == null || node.getInputCount() == 0) {
                return;
            }
            tensor = before(node, steps - step);
        }
    }

    /** The tensor to go on with; null at the end of the way. */
    private @Nullable String before(NodeProto node, int steps) {
        String first = node.getInput(0);
        if (Operators.isShapeOnly(node)) {
            return first;
        }
        if (Operators.isClassScores(node)) {
            classScores = true;
            return first;
        }
        if (Operators.isActivation(node)) {
            activation = node.getOpType();
            return first;
        }
        if (Operators.isPool(node)) {
            pooledMap = first;
            return first;
        }
        if (node.getOpType().equals("LpNormalization")) {
            lengthOne = true;
            return first;
        }
        if (node.getOpType().equals("BatchNormalization")) {
            normalised = true;
            return first;
        }
        if (Operators.isLinear(node, index) || Operators.isPointwise(node, index)) {
            layer = node;
            layerInput = clean(Operators.data(node, index).orElse(first));
            biased |= isBiased(node);
            return null;
        }
        return Operators.isArithmetic(node) ? beforeArithmetic(node, steps) : null;
    }

    private @Nullable String beforeArithmetic(NodeProto node, int steps) {
        Optional<String> data = Operators.data(node, index);
        if (data.isPresent()) {
            biased |= node.getOpType().contains("Add");
            return data.get();
        }
        List<String> operands = Operators.operands(node);
        if (operands.size() < 2 || operands.stream().anyMatch(index::isConstant)) {
            return null;
        }
        String a = operands.get(0);
        String b = operands.get(1);
        if (node.getOpType().equals("Div") && isMadeFrom(b, a, SUMS)) {
            NodeProto exponential = index.producer(a);
            if (exponential != null && exponential.getOpType().equals("Exp")) {
                classScores = true;
                return exponential.getInput(0);
            }
            lengthOne = true;
            return a;
        }
        if (node.getOpType().equals("Mul") && (isMadeFrom(b, a, Set.of()) || isMadeFrom(a, b, Set.of()))) {
            activation = "gate";
            return isMadeFrom(b, a, Set.of()) ? a : b;
        }
        // The mean of two classifiers, as of a distilled transformer; a residual connection is none.
        if (node.getOpType().equals("Add")) {
            List<HeadTrace> branches = new ArrayList<>();
            for (String operand : operands) {
                HeadTrace branch = new HeadTrace(index, operand);
                branch.walk(operand, steps / 2);
                branches.add(branch);
            }
            if (branches.stream()
                    .allMatch(branch -> branch.layer != null
                            && branch.pooledMap == null
                            && Operators.isMatrixProduct(branch.layer))) {
                layer = branches.getFirst().layer;
                layerInput = branches.getFirst().layerInput;
                biased |= branches.getFirst().biased;
            }
        }
        return null;
    }

    /**
     * Whether a tensor is made from another in a few steps of one operand each; one of the steps being one of some
     * operators, where any are given.
     */
    private boolean isMadeFrom(String tensor, String other, Set<String> through) {
        String at = tensor;
        boolean passed = through.isEmpty();
        for (int step = 0; step < GATE; step++) {
            if (at.equals(other) && step > 0) {
                return passed;
            }
            NodeProto node = index.producer(at);
            if (node == null || node.getInputCount() == 0) {
                return false;
            }
            passed |= through.contains(node.getOpType());
            List<String> depending = Operators.operands(node).stream()
                    .filter(operand -> !index.isConstant(operand))
                    .distinct()
                    .toList();
            if (depending.size() != 1) {
                return false;
            }
            at = depending.getFirst();
        }
        return false;
    }

    private static boolean isBiased(NodeProto layer) {
        return switch (layer.getOpType()) {
            case "Gemm", "FusedGemm", "Conv", "FusedConv" ->
                layer.getInputCount() > 2 && !layer.getInput(2).isEmpty();
            case "QGemm" -> layer.getInputCount() > 6 && !layer.getInput(6).isEmpty();
            case "QLinearConv" -> layer.getInputCount() > 8;
            default -> false;
        };
    }

    /** The same numbers before nodes that matter in training only, or for the layer's arithmetic only. */
    private String clean(String tensor) {
        String at = tensor;
        while (true) {
            NodeProto node = index.producer(at);
            if (node == null
                    || !Set.of("Dropout", "Identity", "DynamicQuantizeLinear").contains(node.getOpType())) {
                return at;
            }
            at = node.getInput(0);
        }
    }

    /**
     * The pooled vector, and the tokens or map that a vector was taken from, on the way back from the features: for those
     * to whom the features are too special. What differs from the features in shape only is left out.
     */
    static List<String> upstream(GraphIndex index, String features) {
        HeadTrace way = new HeadTrace(index, features);
        List<String> found = new ArrayList<>();
        boolean same = true;
        @Nullable String tensor = features;
        for (int step = 0; step < STEPS && tensor != null; step++) {
            NodeProto node = index.producer(tensor);
            if (node == null || node.getInputCount() == 0) {
                return found;
            }
            String first = node.getInput(0);
            if (Operators.isPool(node)) {
                if (!same) {
                    found.add(tensor);
                }
                return found;
            }
            boolean takes = Set.of("Gather", "Slice").contains(node.getOpType());
            if (takes || (!same && Set.of("Flatten", "Reshape").contains(node.getOpType()))) {
                found.add(first);
            }
            same &= Operators.isShapeOnly(node);
            boolean passes = takes
                    || Operators.isShapeOnly(node)
                    || Operators.isActivation(node)
                    || Operators.isNormalisation(node)
                    || Operators.isLinear(node, index);
            if (passes) {
                tensor = Operators.data(node, index).orElse(first);
            } else {
                tensor = Operators.isArithmetic(node) ? way.beforeArithmetic(node, 0) : null;
            }
        }
        return found;
    }
}
