package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.FunctionProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Leaves out of a network what some of its tensors do not need. */
final class GraphPruning {

    private GraphPruning() {}

    /** The part of a network that makes some tensors. Its outputs are for the caller to name. */
    static ModelProto.Builder keeping(ModelProto model, GraphIndex index, Collection<String> tensors) {
        Set<String> needed = index.sources(tensors);
        GraphProto whole = model.getGraph();
        // Starting from the whole keeps whatever this project has no name for.
        GraphProto.Builder part = whole.toBuilder()
                .clearNode()
                .clearInitializer()
                .clearSparseInitializer()
                .clearInput()
                .clearOutput()
                .clearValueInfo()
                .clearQuantizationAnnotation();
        for (NodeProto node : whole.getNodeList()) {
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                part.addNode(node);
                needed.addAll(node.getOutputList());
            }
        }
        whole.getInitializerList().stream()
                .filter(weight -> needed.contains(weight.getName()))
                .forEach(part::addInitializer);
        whole.getSparseInitializerList().stream()
                .filter(weight -> needed.contains(weight.getValues().getName()))
                .forEach(part::addSparseInitializer);
        whole.getInputList().stream()
                .filter(input -> needed.contains(input.getName()))
                .forEach(part::addInput);
        whole.getValueInfoList().stream()
                .filter(value -> needed.contains(value.getName()))
                .forEach(part::addValueInfo);
        whole.getQuantizationAnnotationList().stream()
                .filter(annotation -> needed.contains(annotation.getTensorName()))
                .forEach(part::addQuantizationAnnotation);
        ModelProto.Builder pruned = model.toBuilder().setGraph(part).clearFunctions();
        Set<String> called = new HashSet<>();
        call(part.getNodeList(), model.getFunctionsList(), called);
        model.getFunctionsList().stream()
                .filter(function -> called.contains(key(function.getDomain(), function.getName())))
                .forEach(pruned::addFunctions);
        return pruned;
    }

    private static void call(List<NodeProto> nodes, List<FunctionProto> functions, Set<String> called) {
        for (NodeProto node : nodes) {
            for (AttributeProto attribute : node.getAttributeList()) {
                call(attribute.getG().getNodeList(), functions, called);
                attribute.getGraphsList().forEach(graph -> call(graph.getNodeList(), functions, called));
            }
            for (FunctionProto function : functions) {
                if (function.getName().equals(node.getOpType())
                        && function.getDomain().equals(node.getDomain())
                        && called.add(key(function.getDomain(), function.getName()))) {
                    call(function.getNodeList(), functions, called);
                }
            }
        }
    }

    private static String key(String domain, String name) {
        return domain + ":" + name;
    }
}
