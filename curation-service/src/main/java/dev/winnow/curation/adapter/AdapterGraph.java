package dev.winnow.curation.adapter;

import dev.winnow.contract.Adapter;
import dev.winnow.curation.vectors.OnnxGraph;
import dev.winnow.curation.vectors.OnnxGraph.Node;
import dev.winnow.curation.vectors.OnnxGraph.Value;
import dev.winnow.curation.vectors.OnnxGraph.Weight;
import java.util.Arrays;
import java.util.List;

/** A projection as the ONNX graph that {@link Adapter} describes. */
final class AdapterGraph {

    private AdapterGraph() {}

    /** @param base the id of the model whose vectors it takes, part of the graph's name and so of its hash */
    static byte[] of(Projection projection, String base) {
        long from = projection.from();
        long to = projection.to();
        float[] ones = new float[projection.to()];
        Arrays.fill(ones, 1);
        return OnnxGraph.model(
                "adapter of " + base,
                List.of(
                        node("MatMul", "product", Adapter.INPUT, Adapter.WEIGHT),
                        node("Mul", "squares", "product", "product"),
                        // A sum that is the same operator in all versions.
                        node("MatMul", "sum", "squares", "ones"),
                        node("Sqrt", "length", "sum"),
                        node("Div", Adapter.OUTPUT, "product", "length")),
                List.of(
                        new Weight(Adapter.WEIGHT, List.of(from, to), projection.weights()),
                        new Weight("ones", List.of(to, 1L), ones)),
                List.of(new Value(Adapter.INPUT, OnnxGraph.Type.FLOAT, 2, List.of(from))),
                List.of(new Value(Adapter.OUTPUT, OnnxGraph.Type.FLOAT, 2, List.of(to))));
    }

    private static Node node(String operator, String output, String... inputs) {
        return new Node(operator, List.of(inputs), List.of(output), List.of());
    }
}
