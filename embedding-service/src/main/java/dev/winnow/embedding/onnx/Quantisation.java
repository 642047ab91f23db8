package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.NodeProto;
import java.util.List;
import java.util.Optional;

/**
 * How the whole numbers of a quantised tensor stand for real ones.
 *
 * @param scale the name of a constant
 * @param zeroPoint the name of a constant; empty for zero
 */
record Quantisation(String scale, String zeroPoint) {

    private static final int STEPS = 32;

    /** As the nodes say that make or read a tensor; empty if none of them does. */
    static Optional<Quantisation> of(GraphIndex index, String tensor) {
        String made = tensor;
        for (int step = 0; step < STEPS; step++) {
            NodeProto producer = index.producer(made);
            if (producer == null) {
                break;
            }
            Optional<Quantisation> said = said(producer, result(producer));
            if (said.isPresent()) {
                return said;
            }
            // Pooling by the maximum, reshaping and the like leave the scale as it is.
            if (producer.getInputCount() == 0) {
                break;
            }
            made = producer.getInput(0);
        }
        for (NodeProto reader : index.consumers(tensor)) {
            for (int i = 0; i < reader.getInputCount(); i++) {
                if (reader.getInput(i).equals(tensor) && isQuantised(reader)) {
                    return said(reader, i + 1);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isQuantised(NodeProto node) {
        return node.getOpType().startsWith("QLinear")
                || List.of("QGemm", "DequantizeLinear").contains(node.getOpType());
    }

    /** The place of the result's scale among a node's inputs; the zero point is the next. -1 where a node has none. */
    private static int result(NodeProto node) {
        return switch (node.getOpType()) {
            case "QuantizeLinear" -> 1;
            case "QLinearConv", "QLinearMatMul", "QLinearAdd", "QLinearMul" -> 6;
            case "QGemm" -> 7;
            case "QLinearGlobalAveragePool",
                    "QLinearAveragePool",
                    "QLinearLeakyRelu",
                    "QLinearSigmoid",
                    "QLinearSoftmax",
                    "QLinearReduceMean" -> 3;
            case "QLinearConcat" -> 0;
            default -> -1;
        };
    }

    private static Optional<Quantisation> said(NodeProto node, int scale) {
        if (scale < 0 || scale >= node.getInputCount() || node.getInput(scale).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Quantisation(
                node.getInput(scale), scale + 1 < node.getInputCount() ? node.getInput(scale + 1) : ""));
    }
}
