package dev.winnow.embedding.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.winnow.embedding.onnx.format.GraphProto;
import dev.winnow.embedding.onnx.format.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads one .onnx file and the weights beside it. */
final class GraphReader {

    /** Deeper nesting of subgraphs than any exporter writes; protobuf's own limit guards the stack. */
    private static final int RECURSION = 200;

    private final Path file;

    GraphReader(Path file) {
        this.file = file;
    }

    OnnxGraph read() {
        ByteBuffer bytes = map(file, "network");
        refuseWhatIsPlainlySomethingElse(bytes);
        ModelProto model;
        try {
            // Only an immutable byte string gives a stream that lends out its memory instead of copying.
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            in.enableAliasing(true);
            in.setRecursionLimit(RECURSION);
            model = ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidNetworkException(file + " is no ONNX file, or was cut short: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidNetworkException("cannot read " + file + ": " + e.getMessage(), e);
        }
        GraphProto graph = model.getGraph();
        if (!model.hasIrVersion() || graph.getNodeCount() == 0 || graph.getOutputCount() == 0) {
            throw new InvalidNetworkException(
                    file + " is no ONNX network, or was cut short: it has no " + missing(model, graph));
        }
        if (model.getOpsetImportCount() == 0) {
            throw new InvalidNetworkException(file + " was cut short: it does not say its version of the operators");
        }
        ExternalData external = new ExternalData(file.toAbsolutePath().getParent());
        model = external.foldInto(model);
        Initializers.requireSound(model.getGraph());
        return new OnnxGraph(model, external.files());
    }

    private static String missing(ModelProto model, GraphProto graph) {
        if (!model.hasIrVersion()) {
            return "version of the format";
        }
        return graph.getNodeCount() == 0 ? "nodes" : "outputs";
    }

    /**
     * A whole file, mapped into memory.
     *
     * @param what it is, for the message
     */
    static ByteBuffer map(Path file, String what) {
        try (FileChannel channel = FileChannel.open(file)) {
            if (Files.isDirectory(file)) {
                throw new InvalidNetworkException(file + " is a folder");
            }
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new InvalidNetworkException(
                        what + " " + file + " has " + size + " bytes, more than the 2 GiB a network may have here");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        } catch (NoSuchFileException e) {
            throw new InvalidNetworkException("there is no " + what + " " + file, e);
        } catch (IOException e) {
            throw new InvalidNetworkException("cannot read " + what + " " + file + ": " + e.getMessage(), e);
        }
    }

    /** What stands in for a network after a download that went wrong. */
    private void refuseWhatIsPlainlySomethingElse(ByteBuffer bytes) {
        if (bytes.remaining() == 0) {
            throw new InvalidNetworkException(file + " is empty");
        }
        byte[] start = new byte[Math.min(64, bytes.remaining())];
        bytes.get(0, start);
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("version https://git-lfs")) {
            throw new InvalidNetworkException(file + " is the pointer that Git LFS keeps in place of a file: run"
                    + " 'git lfs pull', or download the file itself");
        }
        if (text.stripLeading().startsWith("<")) {
            throw new InvalidNetworkException(file + " is a web page, not a network");
        }
        if (text.startsWith("PK")) {
            throw new InvalidNetworkException(
                    file + " is a ZIP archive (as PyTorch saves its weights), not a network: export it to ONNX first");
        }
    }

    static ByteString slice(ByteBuffer bytes, int offset, int length) {
        return UnsafeByteOperations.unsafeWrap(bytes.slice(offset, length));
    }
}
