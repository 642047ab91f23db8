package dev.winnow.embedding.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.winnow.embedding.image.Preprocessing.Layout;
import dev.winnow.embedding.onnx.format.ModelProto;
import dev.winnow.embedding.onnx.format.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Finds out what inner tensors of a network are by running it once on noise. Few files say it, and what they say need not
 * be so.
 */
final class Probe {

    /** Sides of pictures, in the order tried, where the network does not say: the usual ones first. */
    private static final List<Integer> SIDES = List.of(224, 299, 256, 384, 518, 128, 64, 32);

    /** Pictures tried where the network does not say: one does not tell the batch from other axes of length 1. */
    private static final List<Integer> BATCHES = List.of(2, 1);

    private Probe() {}

    /**
     * Runs a network once and says what became of some tensors.
     *
     * @return by name; no optional outputs
     * @throws InvalidNetworkException if the network does not run
     */
    static Map<String, Measurement> run(OnnxGraph graph, ImageInput input, Collection<String> tensors) {
        Map<String, Measurement> known = graph.measurements();
        if (!known.keySet().containsAll(tensors)) {
            ModelProto.Builder part = GraphPruning.keeping(graph.model(), graph.index(), tensors);
            for (String tensor : tensors) {
                part.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(tensor));
            }
            known.putAll(run(new OnnxGraph(part.build()), input));
        }
        Map<String, Measurement> wanted = new HashMap<>(known);
        wanted.keySet().retainAll(tensors);
        return wanted;
    }

    private static Map<String, Measurement> run(OnnxGraph graph, ImageInput input) {
        try {
            // A folder of its own: ONNX Runtime leaves the file open on some systems until the session is closed.
            Path file = Files.createTempFile("network", ".onnx");
            try {
                graph.write(file);
                return run(file, input);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new InvalidNetworkException("cannot write a copy of the network to try it: " + e.getMessage(), e);
        }
    }

    private static Map<String, Measurement> run(Path file, ImageInput input) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
                return run(session, input);
            }
        } catch (OrtException e) {
            throw new InvalidNetworkException("the network does not run: " + e.getMessage(), e);
        }
    }

    private static Map<String, Measurement> run(OrtSession session, ImageInput input) throws OrtException {
        OrtException first = null;
        for (long[] shape : shapes(input)) {
            try (OnnxTensor noise = noise(input.elementType(), shape);
                    OrtSession.Result result = session.run(Map.of(input.name(), noise))) {
                Map<String, Measurement> measured = new HashMap<>();
                for (Map.Entry<String, OnnxValue> value : result) {
                    if (value.getValue().getInfo() instanceof TensorInfo info) {
                        measured.put(
                                value.getKey(),
                                new Measurement(
                                        ElementType.of(info.type),
                                        LongStream.of(info.getShape()).boxed().toList(),
                                        Math.toIntExact(shape[0])));
                    }
                }
                return measured;
            } catch (OrtException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first == null) {
            throw new IllegalStateException("no shape to try for " + input);
        }
        throw first;
    }

    private static List<long[]> shapes(ImageInput input) {
        List<Integer> batches = input.batch() > 0 ? List.of(Math.toIntExact(input.batch())) : BATCHES;
        List<Integer> sides = input.height() > 0 && input.width() > 0 ? List.of(0) : SIDES;
        return batches.stream()
                .flatMap(batch -> sides.stream().map(side -> {
                    long height = input.height() > 0 ? input.height() : side;
                    long width = input.width() > 0 ? input.width() : side;
                    return input.layout() == Layout.NCHW
                            ? new long[] {batch, 3, height, width}
                            : new long[] {batch, height, width, 3};
                }))
                .toList();
    }

    private static OnnxTensor noise(ElementType type, long[] shape) throws OrtException {
        float[] noise = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        SplittableRandom random = new SplittableRandom(1);
        boolean whole = !type.isFloatingPoint();
        for (int i = 0; i < noise.length; i++) {
            noise[i] = whole ? random.nextInt(0, 128) : (float) random.nextDouble(-2, 2);
        }
        PictureBatch one = new PictureBatch(type, noise.length, 1);
        one.put(0, noise);
        return one.tensor(1, shape);
    }

    /** Names and shapes of a session's inputs or outputs, for a message. */
    static String describe(Map<String, NodeInfo> there) {
        StringBuilder text = new StringBuilder();
        there.forEach((name, node) -> {
            text.append(text.isEmpty() ? "" : ", ").append('\'').append(name).append('\'');
            if (node.getInfo() instanceof TensorInfo info) {
                text.append(' ').append(ElementType.of(info.type)).append(Arrays.toString(info.getShape()));
            }
        });
        return text.toString();
    }
}
