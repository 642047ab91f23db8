package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of a network for texts, found in its file: tokens {@code [text, token]} of int64 or int32 in, a vector for
 * each text {@code [text, dimension]} out.
 *
 * @param attentionMask absent where there is no such input
 * @param length how many tokens it takes; -1 if any number will do
 * @param dimension -1 if the file does not say it
 */
public record TextTensors(String ids, Optional<String> attentionMask, long length, String output, long dimension) {

    /** @throws InvalidNetworkException if the network is for something else, or leaves a choice */
    public static TextTensors of(OnnxGraph graph) {
        Collection<ValueInfoProto> inputs = graph.index().inputs().values();
        List<ValueInfoProto> tokens =
                inputs.stream().filter(TextTensors::areTokens).toList();
        List<ValueInfoProto> masks = tokens.stream()
                .filter(input -> input.getName().contains("mask"))
                .toList();
        List<ValueInfoProto> ids =
                tokens.stream().filter(input -> !masks.contains(input)).toList();
        if (ids.size() != 1 || masks.size() > 1 || inputs.size() > tokens.size()) {
            throw new InvalidNetworkException("expected inputs of int64 or int32 [text, token], one of them for the"
                    + " tokens and at most one mask; it has "
                    + graph.describeInputs());
        }
        ValueInfoProto output = output(graph);
        return new TextTensors(
                ids.getFirst().getName(),
                masks.stream().map(ValueInfoProto::getName).findFirst(),
                ImageInput.shape(ids.getFirst()).get(1),
                output.getName(),
                ImageInput.shape(output).get(1));
    }

    private static boolean areTokens(ValueInfoProto input) {
        ElementType type = ElementType.of(input.getType().getTensorType().getElemType());
        return (type == ElementType.INT64 || type == ElementType.INT32)
                && ImageInput.shape(input).size() == 2;
    }

    /** The only output of two axes; of several the one that calls itself an embedding. */
    private static ValueInfoProto output(OnnxGraph graph) {
        List<ValueInfoProto> vectors = graph.model().getGraph().getOutputList().stream()
                .filter(output -> ImageInput.shape(output).size() == 2)
                .toList();
        List<ValueInfoProto> named = vectors.size() == 1
                ? vectors
                : vectors.stream()
                        .filter(output -> output.getName().contains("embed"))
                        .toList();
        if (named.size() != 1) {
            throw new InvalidNetworkException("expected one output [text, dimension]; it has " + graph.outputs());
        }
        return named.getFirst();
    }
}
