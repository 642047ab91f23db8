package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.SparseTensorProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node of a graph makes a tensor, which ones read it, and what it depends on. */
final class GraphIndex {

    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, List<NodeProto>> consumers = new HashMap<>();
    private final Map<String, TensorProto> weights = new HashMap<>();
    private final Map<String, ValueInfoProto> inputs = new HashMap<>();
    private final Set<String> constants = new HashSet<>();

    GraphIndex(GraphProto graph) {
        for (TensorProto weight : graph.getInitializerList()) {
            weights.put(weight.getName(), weight);
        }
        for (SparseTensorProto weight : graph.getSparseInitializerList()) {
            weights.put(weight.getValues().getName(), weight.getValues());
        }
        constants.addAll(weights.keySet());
        // Up to version 3 of the format every weight was an input, too.
        for (ValueInfoProto input : graph.getInputList()) {
            if (!weights.containsKey(input.getName())) {
                inputs.put(input.getName(), input);
            }
        }
        for (NodeProto node : graph.getNodeList()) {
            Set<String> read = reads(node);
            for (String tensor : read) {
                consumers.computeIfAbsent(tensor, none -> new ArrayList<>()).add(node);
            }
            for (String tensor : node.getOutputList()) {
                if (!tensor.isEmpty()) {
                    producers.put(tensor, node);
                }
            }
            if (constants.containsAll(read)) {
                constants.addAll(node.getOutputList());
            }
        }
    }

    /** The tensors a node reads: its inputs, and those of the graph around it that its subgraphs use. */
    static Set<String> reads(NodeProto node) {
        Set<String> read = new LinkedHashSet<>();
        for (String input : node.getInputList()) {
            if (!input.isEmpty()) {
                read.add(input);
            }
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                read.addAll(captured(attribute.getG()));
            }
            for (GraphProto subgraph : attribute.getGraphsList()) {
                read.addAll(captured(subgraph));
            }
        }
        return read;
    }

    private static Set<String> captured(GraphProto subgraph) {
        Set<String> used = new LinkedHashSet<>();
        Set<String> own = new HashSet<>();
        subgraph.getInputList().forEach(input -> own.add(input.getName()));
        subgraph.getInitializerList().forEach(weight -> own.add(weight.getName()));
        subgraph.getSparseInitializerList()
                .forEach(weight -> own.add(weight.getValues().getName()));
        for (NodeProto node : subgraph.getNodeList()) {
            used.addAll(reads(node));
            own.addAll(node.getOutputList());
        }
        subgraph.getOutputList().forEach(output -> used.add(output.getName()));
        used.removeAll(own);
        return used;
    }

    @Nullable
    NodeProto producer(String tensor) {
        return producers.get(tensor);
    }

    List<NodeProto> consumers(String tensor) {
        return consumers.getOrDefault(tensor, List.of());
    }

    @Nullable
    TensorProto weight(String tensor) {
        return weights.get(tensor);
    }

    /** The inputs that somebody has to supply. */
    Map<String, ValueInfoProto> inputs() {
        return inputs;
    }

    /** Whether a tensor is the same for every picture. */
    boolean isConstant(String tensor) {
        return constants.contains(tensor);
    }

    boolean has(String tensor) {
        return producers.containsKey(tensor) || inputs.containsKey(tensor) || weights.containsKey(tensor);
    }

    /** All tensors that some tensors are made from, themselves included. */
    Set<String> sources(Collection<String> tensors) {
        Set<String> found = new HashSet<>(tensors);
        Deque<String> open = new ArrayDeque<>(tensors);
        while (!open.isEmpty()) {
            NodeProto node = producers.get(open.pop());
            if (node != null) {
                for (String tensor : reads(node)) {
                    if (found.add(tensor)) {
                        open.push(tensor);
                    }
                }
            }
        }
        return found;
    }

    /** The inputs that a tensor depends on. */
    List<String> inputsOf(String tensor) {
        Set<String> sources = sources(List.of(tensor));
        return inputs.keySet().stream().filter(sources::contains).sorted().toList();
    }

    static long integer(NodeProto node, String attribute, long otherwise) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(attribute) && a.hasI())
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(otherwise);
    }

    static List<Long> integers(NodeProto node, String attribute) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(attribute))
                .findFirst()
                .map(AttributeProto::getIntsList)
                .orElse(List.of());
    }
}
