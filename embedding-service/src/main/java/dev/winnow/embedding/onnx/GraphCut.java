package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import dev.winnow.embedding.onnx.format.TensorShapeProto.Dimension;
import dev.winnow.embedding.onnx.format.TypeProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the network that ends at an inner tensor. */
public final class GraphCut {

    private static final int TYPE_INT = 2;
    private static final int TYPE_INTS = 7;
    private static final int LARGEST_DIMENSION = 1 << 20;

    private final OnnxGraph graph;
    private final String tensor;
    private final String output;
    private final ImageInput input;
    private final ModelProto.Builder model;
    private final Set<String> taken;
    private final List<NodeProto> added = new ArrayList<>();
    private String end;

    private GraphCut(OnnxGraph graph, String tensor, String output) {
        this.graph = graph;
        this.tensor = tensor;
        this.output = output;
        this.input = onlyInput(graph, tensor);
        Collection<String> ends = new ArrayList<>(List.of(tensor));
        Quantisation.of(graph.index(), tensor)
                .ifPresent(how -> ends.addAll(
                        how.zeroPoint().isEmpty() ? List.of(how.scale()) : List.of(how.scale(), how.zeroPoint())));
        this.model = GraphPruning.keeping(graph.model(), graph.index(), ends);
        this.taken = Renaming.names(model.getGraph());
        this.end = tensor;
    }

    /**
     * The network from the picture to a tensor, pooled and flattened: one float output {@code [batch, dimension]}. Whatever
     * that does not need is left out. The numbers are those of the whole network, to the last bit where nothing is pooled.
     *
     * @param tensor an inner tensor or an output
     * @param outputName of the new output
     * @throws InvalidNetworkException if there is no such tensor, it does not depend on one picture input alone, or its
     *     shape does not fit the pooling
     */
    public static OnnxGraph at(OnnxGraph graph, String tensor, Pooling pooling, String outputName) {
        if (!graph.index().has(tensor)) {
            throw new InvalidNetworkException("the network has no tensor '" + tensor + "'");
        }
        return new GraphCut(graph, tensor, outputName).pooled(pooling);
    }

    /** The one picture input that a tensor depends on. */
    static ImageInput onlyInput(OnnxGraph graph, String tensor) {
        List<String> inputs = graph.index().inputsOf(tensor);
        if (inputs.isEmpty()) {
            throw new InvalidNetworkException("tensor '" + tensor + "' does not depend on any input");
        }
        List<ImageInput> images = graph.imageInputs().stream()
                .filter(image -> inputs.contains(image.name()))
                .toList();
        if (inputs.size() > 1 || images.isEmpty()) {
            throw new InvalidNetworkException(
                    "tensor '" + tensor + "' needs " + graph.describe(inputs) + ", not a picture alone");
        }
        return images.getFirst();
    }

    private OnnxGraph pooled(Pooling pooling) {
        if (tensor.equals(input.name())) {
            throw new InvalidNetworkException("'" + tensor + "' is the picture itself");
        }
        Measurement measured = Probe.run(graph, input, List.of(tensor)).get(tensor);
        if (measured == null || !measured.isPerPicture()) {
            throw new InvalidNetworkException("tensor '" + tensor + "' has the shape "
                    + (measured == null ? "of no tensor" : measured.shape()) + ", not one row for each picture");
        }
        makeFloat(measured.elementType());
        long dimension = pool(pooling, measured);
        if (dimension > LARGEST_DIMENSION) {
            throw new InvalidNetworkException("tensor '" + tensor + "' has " + dimension
                    + " numbers for each picture, more than " + LARGEST_DIMENSION);
        }
        if (measured.rank() == 1) {
            add("Flatten", fresh("row"), List.of(integer("axis", 0)));
        }
        if (!end.equals(output)) {
            freeTheName();
            add("Identity", output, List.of());
        }
        GraphProto.Builder cut = model.getGraphBuilder();
        added.forEach(cut::addNode);
        cut.addOutput(output(dimension, measured.batch()));
        return new OnnxGraph(model.build());
    }

    private void makeFloat(ElementType type) {
        if (type == ElementType.UINT8 || type == ElementType.INT8) {
            Quantisation how = Quantisation.of(graph.index(), tensor)
                    .orElseThrow(() -> new InvalidNetworkException(
                            "tensor '" + tensor + "' is " + type + ", and nothing says what its numbers stand for"));
            List<String> parts = new ArrayList<>(List.of(end, how.scale()));
            if (!how.zeroPoint().isEmpty()) {
                parts.add(how.zeroPoint());
            }
            add("DequantizeLinear", parts, fresh("dequantised"), List.of());
        } else if (type.isFloatingPoint()) {
            if (type != ElementType.FLOAT) {
                add("Cast", fresh("float"), List.of(integer("to", ElementType.FLOAT.code())));
            }
        } else {
            throw new InvalidNetworkException("tensor '" + tensor + "' is " + type + ": features are real numbers");
        }
    }

    /** Appends the pooling, and gives the dimension. */
    private long pool(Pooling pooling, Measurement measured) {
        return switch (pooling) {
            case NONE -> {
                if (measured.rank() > 2) {
                    flatten();
                }
                yield measured.numbers();
            }
            case CLS -> classToken(measured);
            case MEAN -> mean(measured);
        };
    }

    private long classToken(Measurement measured) {
        if (measured.rank() != 3) {
            throw new InvalidNetworkException("tensor '" + tensor + "' has the shape " + measured.shape()
                    + ": a class token needs [batch, tokens, dimension]");
        }
        String first = fresh("first");
        model.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName(first)
                        .setDataType(ElementType.INT64.code())
                        .addInt64Data(0));
        if (model.getIrVersion() < 4) {
            model.getGraphBuilder().addInput(scalar(first));
        }
        add("Gather", List.of(end, first), fresh("class_token"), List.of(integer("axis", 1)));
        return measured.shape().get(2);
    }

    /** By an operator that is the same in all versions, and takes the axes after the second as those of the picture. */
    private long mean(Measurement measured) {
        List<Long> shape = measured.shape();
        if (measured.rank() != 3 && measured.rank() != 4) {
            throw new InvalidNetworkException("tensor '" + tensor + "' has the shape " + shape
                    + ": a mean needs [batch, tokens, dimension] or a map of height and width");
        }
        int channels = measured.rank() == 3 ? 2 : ChannelAxis.of(graph.index(), tensor, measured);
        if (channels != 1) {
            List<Long> permutation = measured.rank() == 3 ? List.of(0L, 2L, 1L) : List.of(0L, 3L, 1L, 2L);
            add("Transpose", fresh("channels_first"), List.of(integers("perm", permutation)));
        }
        add("GlobalAveragePool", fresh("mean"), List.of());
        flatten();
        return shape.get(channels);
    }

    private void flatten() {
        add("Flatten", fresh("flat"), List.of(integer("axis", 1)));
    }

    private void add(String operator, String result, List<AttributeProto> attributes) {
        add(operator, List.of(end), result, attributes);
    }

    private void add(String operator, List<String> inputs, String result, List<AttributeProto> attributes) {
        added.add(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(result)
                .addAllInput(inputs)
                .addOutput(result)
                .addAllAttribute(attributes)
                .build());
        end = result;
    }

    private String fresh(String base) {
        String name = output + "/" + base;
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }

    /** The new output may have the name of a tensor inside. */
    private void freeTheName() {
        if (!taken.contains(output)) {
            return;
        }
        if (input.name().equals(output)) {
            throw new InvalidNetworkException("the picture input is called '" + output + "': choose another name");
        }
        String other = fresh("inner");
        model.setGraph(Renaming.of(model.getGraph(), Map.of(output, other)));
        added.replaceAll(node -> Renaming.of(node, Map.of(output, other)));
        end = end.equals(output) ? other : end;
    }

    private ValueInfoProto output(long dimension, int measuredBatch) {
        GraphProto.Builder cut = model.getGraphBuilder();
        Dimension batch = Dimension.newBuilder().setDimParam("batch").build();
        for (int i = 0; i < cut.getInputCount(); i++) {
            ValueInfoProto value = cut.getInput(i);
            if (value.getName().equals(input.name())
                    && value.getType().getTensorType().getShape().getDimCount() > 0) {
                if (input.batch() < 0 && (measuredBatch == 1 || mixesPictures())) {
                    // It says that any number of pictures will do, but runs, or is right, with a single one only.
                    ValueInfoProto.Builder single = value.toBuilder();
                    single.getTypeBuilder()
                            .getTensorTypeBuilder()
                            .getShapeBuilder()
                            .setDim(0, Dimension.newBuilder().setDimValue(1));
                    cut.setInput(i, single);
                }
                batch = cut.getInput(i).getType().getTensorType().getShape().getDim(0);
            }
        }
        ValueInfoProto.Builder made = ValueInfoProto.newBuilder().setName(output);
        TypeProto.Tensor.Builder tensor = made.getTypeBuilder().getTensorTypeBuilder();
        tensor.setElemType(ElementType.FLOAT.code());
        tensor.getShapeBuilder().addDim(batch).addDim(Dimension.newBuilder().setDimValue(dimension));
        return made.build();
    }

    /** Numbers quantised as they come share one scale over the batch, so that a picture's depend on its neighbours. */
    private boolean mixesPictures() {
        return model.getGraph().getNodeList().stream()
                .anyMatch(node -> node.getOpType().startsWith("DynamicQuantize"));
    }

    private static ValueInfoProto scalar(String name) {
        ValueInfoProto.Builder made = ValueInfoProto.newBuilder().setName(name);
        made.getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(ElementType.INT64.code())
                .getShapeBuilder();
        return made.build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(TYPE_INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(TYPE_INTS)
                .addAllInts(values)
                .build();
    }
}
