package dev.winnow.embedding.onnx;

import java.util.List;

/**
 * What a tensor is in a forward pass.
 *
 * @param shape with the batch that was run
 * @param batch pictures that were run
 */
record Measurement(ElementType elementType, List<Long> shape, int batch) {

    Measurement {
        shape = List.copyOf(shape);
    }

    int rank() {
        return shape.size();
    }

    /** Whether the first axis can be the batch, or there is one picture and no axis for it. */
    boolean isPerPicture() {
        return (rank() >= 2 && shape.getFirst() == batch) || (rank() == 1 && batch == 1);
    }

    /** The axes after the batch. */
    List<Long> axes() {
        return rank() == 1 ? shape : shape.subList(1, rank());
    }

    /** Numbers for each picture. */
    long numbers() {
        return axes().stream().reduce(1L, Math::multiplyExact);
    }

    /** Whether there is one vector for each picture: all axes but one have the length 1. */
    boolean isVector() {
        return axes().stream().filter(length -> length != 1).count() <= 1;
    }

    /** Whether it is a map of features over height and width. */
    boolean isMap() {
        return rank() == 4 && !isVector();
    }

    /** Whether it is a sequence of tokens, {@code [batch, tokens, dimension]}. */
    boolean isTokens() {
        return rank() == 3 && !isVector();
    }
}
