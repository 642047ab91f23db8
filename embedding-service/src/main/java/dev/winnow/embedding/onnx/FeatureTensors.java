package dev.winnow.embedding.onnx;

import java.util.List;

/** Finds the tensors of a network that can serve as the features of pictures. */
public final class FeatureTensors {

    private FeatureTensors() {}

    /**
     * A tensor that can serve.
     *
     * @param tensor its name in the graph
     * @param dimension numbers for each picture, after pooling
     * @param why in words, for the user who must choose
     */
    public record Proposal(String tensor, Pooling pooling, int dimension, String why) {}

    /**
     * The tensors that can serve, best first; never empty.
     *
     * @throws InvalidNetworkException if there is none: the network is not for pictures, needs more than a picture, or
     *     does not run
     */
    public static List<Proposal> propose(OnnxGraph graph) {
        if (graph.outputs().isEmpty()) {
            return List.of();
        }
        throw new InvalidNetworkException("no proposals for " + graph.outputs());
    }
}
