package dev.winnow.embedding.onnx;

import dev.winnow.embedding.image.Preprocessing.Layout;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.TensorShapeProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An input of a network that a batch of colour pictures fits into.
 *
 * @param shape four axes; -1 where any size will do
 */
public record ImageInput(String name, ElementType elementType, List<Long> shape, Layout layout) {

    private static final int CHANNELS = 3;
    private static final int SMALLEST_SIDE = 8;

    public ImageInput {
        shape = List.copyOf(shape);
    }

    /** Pictures of a forward pass; -1 if any number will do. */
    public long batch() {
        return shape.getFirst();
    }

    /** Pixels; -1 if any size will do. */
    public long height() {
        return shape.get(layout == Layout.NCHW ? 2 : 1);
    }

    /** Pixels; -1 if any size will do. */
    public long width() {
        return shape.get(layout == Layout.NCHW ? 3 : 2);
    }

    static List<ImageInput> of(OnnxGraph graph) {
        return graph.model().getGraph().getInputList().stream()
                .filter(input -> graph.index().inputs().containsKey(input.getName()))
                .flatMap(input -> of(input, graph.index()).stream())
                .toList();
    }

    private static Optional<ImageInput> of(ValueInfoProto input, GraphIndex index) {
        ElementType type = ElementType.of(input.getType().getTensorType().getElemType());
        if (!PictureBatch.takes(type)) {
            return Optional.empty();
        }
        List<Long> shape = shape(input);
        if (shape.isEmpty()) {
            shape = List.of(-1L, -1L, -1L, -1L);
        }
        if (shape.size() != 4) {
            return Optional.empty();
        }
        Layout layout;
        if (shape.get(1) == CHANNELS && shape.get(3) != CHANNELS) {
            layout = Layout.NCHW;
        } else if (shape.get(3) == CHANNELS && shape.get(1) != CHANNELS) {
            layout = Layout.NHWC;
        } else if (shape.get(1) > 0 && shape.get(3) > 0) {
            return Optional.empty();
        } else {
            Layout read = asRead(input.getName(), index);
            if (read == null) {
                return Optional.empty();
            }
            layout = read;
        }
        List<Long> known = new ArrayList<>(shape);
        int channels = layout == Layout.NCHW ? 1 : 3;
        if (known.get(channels) > 0 && known.get(channels) != CHANNELS) {
            return Optional.empty();
        }
        known.set(channels, (long) CHANNELS);
        ImageInput image = new ImageInput(input.getName(), type, known, layout);
        return tooSmall(image.height()) || tooSmall(image.width()) ? Optional.empty() : Optional.of(image);
    }

    private static boolean tooSmall(long side) {
        return side >= 0 && side < SMALLEST_SIDE;
    }

    /** As in the file, -1 for what it leaves open; empty if it does not even say how many axes there are. */
    static List<Long> shape(ValueInfoProto value) {
        List<Long> shape = new ArrayList<>();
        for (TensorShapeProto.Dimension dim :
                value.getType().getTensorType().getShape().getDimList()) {
            shape.add(dim.hasDimValue() && dim.getDimValue() > 0 ? dim.getDimValue() : -1);
        }
        return shape;
    }

    /** Where the first convolution finds the channels, for a file that does not say; null if it finds other than three. */
    private static @Nullable Layout asRead(String input, GraphIndex index) {
        Deque<String> open = new ArrayDeque<>(List.of(input));
        Set<String> channelsLast = new HashSet<>();
        for (int step = 0; step < 32 && !open.isEmpty(); step++) {
            String tensor = open.remove();
            for (NodeProto node : index.consumers(tensor)) {
                List<Long> kernel = Operators.isConvolution(node) ? Operators.kernelShape(node, index) : List.of();
                if (kernel.size() == 4) {
                    boolean three = kernel.get(1) * GraphIndex.integer(node, "group", 1) == CHANNELS;
                    Layout layout = channelsLast.contains(tensor) ? Layout.NHWC : Layout.NCHW;
                    return three ? layout : null;
                }
                if (node.getOpType().equals("Shape") || node.getOutputCount() == 0) {
                    continue;
                }
                boolean turned = node.getOpType().equals("Transpose")
                        && GraphIndex.integers(node, "perm").equals(List.of(0L, 3L, 1L, 2L));
                if (turned || channelsLast.contains(tensor)) {
                    channelsLast.add(node.getOutput(0));
                }
                open.add(node.getOutput(0));
            }
        }
        return null;
    }
}
