package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.TensorProto;

/** Weights and other constants. */
final class Initializers {

    private Initializers() {}

    /** Refuses a graph with a weight whose bytes are not as many as its shape says. */
    static void requireSound(GraphProto graph) {
        for (TensorProto tensor : graph.getInitializerList()) {
            long expected = bytes(tensor);
            if (tensor.hasRawData() && expected >= 0 && tensor.getRawData().size() != expected) {
                throw new InvalidNetworkException("weight '" + tensor.getName() + "' has "
                        + tensor.getRawData().size() + " bytes, its shape " + tensor.getDimsList() + " needs "
                        + expected);
            }
        }
    }

    /** Bytes of a tensor's raw data as its shape says; -1 where the element type is not known. */
    static long bytes(TensorProto tensor) {
        int bits = ElementType.of(tensor.getDataType()).bits();
        if (bits == 0) {
            return -1;
        }
        long elements = 1;
        for (long dim : tensor.getDimsList()) {
            if (dim < 0 || (dim > 0 && elements > Long.MAX_VALUE / 64 / dim)) {
                throw new InvalidNetworkException(
                        "weight '" + tensor.getName() + "' has the shape " + tensor.getDimsList());
            }
            elements *= dim;
        }
        return elements * bits / 8;
    }
}
