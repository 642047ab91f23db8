package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.AttributeProto;
import dev.winnow.embedding.onnx.format.FunctionProto;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.NodeProto;
import dev.winnow.embedding.onnx.format.SparseTensorProto;
import dev.winnow.embedding.onnx.format.StringStringEntryProto;
import dev.winnow.embedding.onnx.format.TensorProto;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tensors whose bytes lie in files of their own, beside the network's: onnx/docs/ExternalData.md of the format. */
final class ExternalData {

    private static final int EXTERNAL = 1;

    private final @Nullable Path folder;
    private final Map<Path, ByteBuffer> files = new HashMap<>();

    /** @param folder of the network's file: no other may be named */
    ExternalData(@Nullable Path folder) {
        this.folder = folder;
    }

    /** The same network with all bytes in it; the bytes themselves stay in their files, mapped into memory. */
    ModelProto foldInto(ModelProto model) {
        ModelProto.Builder folded = model.toBuilder();
        fold(folded.getGraphBuilder());
        for (FunctionProto.Builder function : folded.getFunctionsBuilderList()) {
            function.getNodeBuilderList().forEach(this::fold);
        }
        if (files.isEmpty()) {
            return model;
        }
        ModelProto whole = folded.build();
        requireFits(whole);
        return whole;
    }

    /** The files that were read. */
    Set<Path> files() {
        return files.keySet();
    }

    private void fold(GraphProto.Builder graph) {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (isExternal(graph.getInitializer(i))) {
                graph.setInitializer(i, folded(graph.getInitializer(i)));
            }
        }
        for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
            SparseTensorProto sparse = graph.getSparseInitializer(i);
            if (isExternal(sparse.getValues()) || isExternal(sparse.getIndices())) {
                graph.setSparseInitializer(
                        i,
                        sparse.toBuilder()
                                .setValues(folded(sparse.getValues()))
                                .setIndices(folded(sparse.getIndices())));
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (mayHold(graph.getNode(i))) {
                fold(graph.getNodeBuilder(i));
            }
        }
    }

    /** A builder of every node would double the network's small parts in memory. */
    private static boolean mayHold(NodeProto node) {
        return node.getAttributeList().stream()
                .anyMatch(attribute -> attribute.hasT()
                        || attribute.hasG()
                        || attribute.getTensorsCount() > 0
                        || attribute.getGraphsCount() > 0);
    }

    private void fold(NodeProto.Builder node) {
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (attribute.hasT() && isExternal(attribute.getT())) {
                attribute.setT(folded(attribute.getT()));
            }
            for (int i = 0; i < attribute.getTensorsCount(); i++) {
                attribute.setTensors(i, folded(attribute.getTensors(i)));
            }
            if (attribute.hasG()) {
                fold(attribute.getGBuilder());
            }
            attribute.getGraphsBuilderList().forEach(this::fold);
        }
    }

    private static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == EXTERNAL;
    }

    private TensorProto folded(TensorProto tensor) {
        if (!isExternal(tensor)) {
            return tensor;
        }
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String name = "weight '" + tensor.getName() + "'";
        Path file = resolve(name, entries.get("location"));
        ByteBuffer bytes = files.computeIfAbsent(file, there -> GraphReader.map(there, "file with the weights"));
        long offset = number(name, entries, "offset", 0);
        long length = number(name, entries, "length", Math.max(0, bytes.capacity() - offset));
        if (offset > bytes.capacity() - length) {
            throw new InvalidNetworkException(name + " should be the " + length + " bytes from " + offset + " of "
                    + file + ", which has only " + bytes.capacity() + ": it was cut short, or is of another version");
        }
        long expected = Initializers.bytes(tensor);
        if (expected >= 0 && expected != length) {
            throw new InvalidNetworkException(name + " has " + length + " bytes in " + file + ", its shape "
                    + tensor.getDimsList() + " needs " + expected);
        }
        return tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(GraphReader.slice(bytes, Math.toIntExact(offset), Math.toIntExact(length)))
                .build();
    }

    /** The name is whatever the network's author wrote: it may only lead to a file in the network's folder or below. */
    private Path resolve(String weight, @Nullable String location) {
        if (location == null || location.isBlank() || folder == null) {
            throw new InvalidNetworkException(weight + " lies in another file, whose name is missing");
        }
        try {
            Path named = Path.of(location);
            Path file = folder.resolve(named).normalize();
            if (!named.isAbsolute() && !location.startsWith("/") && file.startsWith(folder.normalize())) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new InvalidNetworkException(
                    weight + " lies in a file that cannot be named here: " + e.getMessage(), e);
        }
        throw new InvalidNetworkException(
                weight + " names the file '" + location + "', which is not in the network's own folder");
    }

    private static long number(String weight, Map<String, String> entries, String key, long otherwise) {
        String value = entries.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InvalidNetworkException(weight + " has no number as the " + key + " of its bytes: " + value, e);
        }
        throw new InvalidNetworkException(weight + " has a negative " + key + " of its bytes");
    }

    private static void requireFits(ModelProto model) {
        long weights = model.getGraph().getInitializerList().stream()
                .mapToLong(tensor -> tensor.getRawData().size())
                .sum();
        // getSerializedSize() would overflow; the rest of a network is small beside its weights.
        if (weights > Integer.MAX_VALUE - (64L << 20)) {
            throw new InvalidNetworkException(
                    "the network has " + weights + " bytes of weights, more than the 2 GiB one ONNX file can hold");
        }
    }
}
