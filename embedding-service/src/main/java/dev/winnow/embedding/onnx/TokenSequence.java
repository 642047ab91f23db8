package dev.winnow.embedding.onnx;

import java.util.List;
import java.util.Set;

/** The tokens of a vision transformer, {@code [batch, tokens, dimension]}. */
final class TokenSequence {

    private static final int SMALLEST_DIMENSION = 16;
    private static final Set<String> ATTENTION =
            Set.of("Softmax", "QLinearSoftmax", "Attention", "MultiHeadAttention", "QAttention");

    private TokenSequence() {}

    /** Whether a tensor of three axes can be tokens: attention made it. The boxes of a detector are none. */
    static boolean isPlausible(OnnxGraph graph, String tensor, Measurement tokens) {
        Set<String> sources = graph.index().sources(List.of(tensor));
        return tokens.shape().get(2) >= SMALLEST_DIMENSION
                && (HeadVerdict.isNamedAsEmbedding(tensor)
                        || graph.model().getGraph().getNodeList().stream()
                                .anyMatch(node -> ATTENTION.contains(node.getOpType())
                                        && node.getOutputList().stream().anyMatch(sources::contains)));
    }

    /**
     * Whether the first token is one for the class: the patches of a picture make a grid, and one token, or one and four
     * registers, are left over. Of a square picture the grid is square; where the picture's size is not known, it is taken
     * for square.
     */
    static boolean hasClassToken(Measurement tokens, ImageInput input) {
        long count = tokens.shape().get(1);
        if (isGrid(count, input)) {
            return false;
        }
        return isGrid(count - 1, input) || isGrid(count - 2, input) || isGrid(count - 5, input);
    }

    private static boolean isGrid(long count, ImageInput input) {
        if (count < 1) {
            return false;
        }
        long height = input.height();
        long width = input.width();
        if (height <= 0 || width <= 0 || height == width) {
            long side = Math.round(Math.sqrt((double) count));
            return side * side == count;
        }
        for (long rows = 1; rows <= count; rows++) {
            // Patches are square: rows to columns as height to width.
            if (count % rows == 0 && height * (count / rows) == width * rows) {
                return true;
            }
        }
        return false;
    }
}
