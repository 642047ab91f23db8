package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.GraphProtoOrBuilder;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives tensors other names wherever they occur; a graph and its subgraphs share one space of names. */
final class Renaming {

    private Renaming() {}

    /** All names of a graph and its subgraphs. */
    static Set<String> names(GraphProtoOrBuilder graph) {
        Set<String> names = new HashSet<>();
        graph.getInputList().forEach(input -> names.add(input.getName()));
        graph.getInitializerList().forEach(weight -> names.add(weight.getName()));
        graph.getSparseInitializerList()
                .forEach(weight -> names.add(weight.getValues().getName()));
        for (NodeProto node : graph.getNodeList()) {
            names.addAll(node.getOutputList());
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    names.addAll(names(attribute.getG()));
                }
                attribute.getGraphsList().forEach(subgraph -> names.addAll(names(subgraph)));
            }
        }
        return names;
    }

    static GraphProto of(GraphProto graph, Map<String, String> names) {
        GraphProto.Builder renamed = graph.toBuilder().clearNode();
        graph.getNodeList().forEach(node -> renamed.addNode(of(node, names)));
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            String name = names.get(graph.getInitializer(i).getName());
            if (name != null) {
                renamed.setInitializer(i, graph.getInitializer(i).toBuilder().setName(name));
            }
        }
        rename(renamed.getInputBuilderList(), names);
        rename(renamed.getOutputBuilderList(), names);
        rename(renamed.getValueInfoBuilderList(), names);
        return renamed.build();
    }

    static NodeProto of(NodeProto node, Map<String, String> names) {
        NodeProto.Builder renamed = node.toBuilder().clearInput().clearOutput();
        node.getInputList().forEach(name -> renamed.addInput(names.getOrDefault(name, name)));
        node.getOutputList().forEach(name -> renamed.addOutput(names.getOrDefault(name, name)));
        for (int i = 0; i < node.getAttributeCount(); i++) {
            AttributeProto attribute = node.getAttribute(i);
            if (attribute.hasG() || attribute.getGraphsCount() > 0) {
                AttributeProto.Builder inner = attribute.toBuilder().clearGraphs();
                if (attribute.hasG()) {
                    inner.setG(of(attribute.getG(), names));
                }
                attribute.getGraphsList().forEach(graph -> inner.addGraphs(of(graph, names)));
                renamed.setAttribute(i, inner);
            }
        }
        return renamed.build();
    }

    private static void rename(List<ValueInfoProto.Builder> values, Map<String, String> names) {
        values.forEach(value -> value.setName(names.getOrDefault(value.getName(), value.getName())));
    }
}
