package dev.winnow.embedding.onnx;

import dev.winnow.embedding.image.Preprocessing;
import java.util.List;

/**
 * An input of a network that a batch of colour pictures fits into.
 *
 * @param shape four axes; -1 where any size will do
 */
public record ImageInput(String name, ElementType elementType, List<Long> shape, Preprocessing.Layout layout) {

    public ImageInput {
        shape = List.copyOf(shape);
    }

    /** Pictures of a forward pass; -1 if any number will do. */
    public long batch() {
        return shape.getFirst();
    }

    /** Pixels; -1 if any size will do. */
    public long height() {
        return shape.get(layout == Preprocessing.Layout.NCHW ? 2 : 1);
    }

    /** Pixels; -1 if any size will do. */
    public long width() {
        return shape.get(layout == Preprocessing.Layout.NCHW ? 3 : 2);
    }

    static List<ImageInput> of(OnnxGraph graph) {
        return List.of();
    }
}
