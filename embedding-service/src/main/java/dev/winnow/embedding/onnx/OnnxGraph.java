package dev.winnow.embedding.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A network as its file says it: nodes, weights, inputs and outputs. Immutable. The weights stay in the file, mapped into
 * memory, so the file must not change while the graph is in use.
 */
public final class OnnxGraph {

    private static final int BUFFER = 1 << 20;

    private final ModelProto model;
    private final GraphIndex index;
    private final Set<Path> weightFiles;
    private final Map<String, Measurement> measurements = new ConcurrentHashMap<>();

    OnnxGraph(ModelProto model) {
        this(model, Set.of());
    }

    OnnxGraph(ModelProto model, Set<Path> weightFiles) {
        this.model = model;
        this.weightFiles = Set.copyOf(weightFiles);
        this.index = new GraphIndex(model.getGraph());
    }

    /**
     * Reads an .onnx file. Weights that lie in files of their own are taken from beside it, and are part of the graph from
     * then on: {@link #write} writes one file.
     *
     * @throws InvalidNetworkException if there is no such file, it is damaged or no ONNX network, its weights are missing
     *     or lie outside its folder, or all together are larger than the 2 GiB of one file
     */
    public static OnnxGraph read(Path file) {
        return new GraphReader(file).read();
    }

    /**
     * Writes the graph as one file, weights included; an existing one is replaced at once or not at all.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                CodedOutputStream coded = CodedOutputStream.newInstance(out, BUFFER);
                model.writeTo(coded);
                coded.flush();
            }
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The inputs that a batch of colour pictures fits into, in the file's order; empty if the network is for something else. */
    public List<ImageInput> imageInputs() {
        return ImageInput.of(this);
    }

    /** The names of the outputs, in the file's order. */
    public List<String> outputs() {
        return model.getGraph().getOutputList().stream()
                .map(output -> output.getName())
                .toList();
    }

    /** The files beside the network's own that weights were read from; empty if there are none. */
    public Set<Path> weightFiles() {
        return weightFiles;
    }

    /** All inputs as a message names them. */
    public String describeInputs() {
        return describe(index.inputs().keySet());
    }

    /** Inputs as a message names them: {@code 'ids' int64[-1, 77]}. */
    String describe(Collection<String> inputs) {
        return inputs.stream()
                .map(name -> {
                    ValueInfoProto input = index.inputs().get(name);
                    return input == null
                            ? "'" + name + "'"
                            : "'" + name + "' "
                                    + ElementType.of(
                                            input.getType().getTensorType().getElemType())
                                    + ImageInput.shape(input);
                })
                .collect(Collectors.joining(", "));
    }

    ModelProto model() {
        return model;
    }

    GraphIndex index() {
        return index;
    }

    /** What tensors turned out to be in a forward pass, by name. */
    Map<String, Measurement> measurements() {
        return measurements;
    }
}
