package dev.winnow.embedding.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/**
 * A network with tokens in, {@code [text, token]}, and a vector for each text out, {@code [text, dimension]}. One
 * session, shared by all threads.
 */
public final class OnnxTextModel implements AutoCloseable {

    /** Forward passes at the same time: each holds memory of its own. */
    private final Semaphore passes = new Semaphore(2);

    private final Sessions sessions;
    private final Tensors tensors;
    private final boolean wide;
    private final boolean fixedBatch;
    private final int batch;

    private OnnxTextModel(Sessions sessions, Tensors tensors, boolean wide, boolean fixedBatch, int batch) {
        this.sessions = sessions;
        this.tensors = tensors;
        this.wide = wide;
        this.fixedBatch = fixedBatch;
        this.batch = batch;
    }

    /**
     * Which tensors to use, and what a text is padded with.
     *
     * @param attentionMask 1 for each token of the text, 0 for padding; not every network asks for it
     * @param length how many tokens all texts are padded to; empty for no more than the longest of a batch has
     * @param dimension how many numbers the output has for each text
     */
    public record Tensors(
            String ids,
            Optional<String> attentionMask,
            long paddingId,
            Optional<Integer> length,
            String output,
            int dimension) {}

    /**
     * Opens a model.
     *
     * @throws OrtException if the file is no model, or CUDA is wanted and not there
     * @throws IllegalArgumentException if the model does not have these tensors, or wants more
     */
    public static OnnxTextModel open(Path file, Tensors tensors, InferenceOptions options) throws OrtException {
        Sessions sessions = Sessions.open(file, options, options.queryThreads());
        try {
            Map<String, NodeInfo> inputs = sessions.first().getInputInfo();
            TensorInfo ids = tokens(inputs, tensors.ids());
            requireLength(ids, tensors);
            Set<String> further = new TreeSet<>(inputs.keySet());
            further.remove(tensors.ids());
            if (tensors.attentionMask().isPresent()) {
                String mask = tensors.attentionMask().get();
                if (tokens(inputs, mask).type != ids.type) {
                    throw new IllegalArgumentException(
                            "inputs '" + tensors.ids() + "' and '" + mask + "' differ in type");
                }
                further.remove(mask);
            }
            if (!further.isEmpty()) {
                throw new IllegalArgumentException(
                        "the model also wants the inputs " + further + ", of which the manifest says nothing");
            }
            OnnxModel.requireTensor("output", tensors.output(), sessions.first().getOutputInfo());
            long fixed = ids.getShape()[0];
            return new OnnxTextModel(
                    sessions,
                    tensors,
                    ids.type == OnnxJavaType.INT64,
                    fixed > 0,
                    fixed > 0 ? (int) fixed : options.batch().orElse(InferenceOptions.CPU_BATCH));
        } catch (IllegalArgumentException | OrtException e) {
            sessions.close();
            throw e;
        }
    }

    private static TensorInfo tokens(Map<String, NodeInfo> inputs, String name) {
        TensorInfo tensor = OnnxModel.requireTensor("input", name, inputs);
        if (tensor.getShape().length != 2 || (tensor.type != OnnxJavaType.INT64 && tensor.type != OnnxJavaType.INT32)) {
            throw new IllegalArgumentException("input '" + name + "' is " + tensor.type
                    + Arrays.toString(tensor.getShape()) + ", tokens are int64 or int32 [text, token]");
        }
        return tensor;
    }

    private static void requireLength(TensorInfo ids, Tensors tensors) {
        long fixed = ids.getShape()[1];
        if (fixed > 0 && tensors.length().map(length -> length != fixed).orElse(true)) {
            throw new IllegalArgumentException("input '" + tensors.ids() + "' takes exactly " + fixed
                    + " tokens, the manifest pads to "
                    + tensors.length().map(length -> length + " tokens").orElse("the longest text"));
        }
    }

    /**
     * The vectors of some texts, in the same order, as the model puts them out.
     *
     * @param texts tokens of each, at least one
     * @throws OrtException if the forward pass fails, for example for want of memory
     * @throws InterruptedException if interrupted while other threads use the model
     */
    public List<float[]> run(List<long[]> texts) throws OrtException, InterruptedException {
        List<float[]> features = new ArrayList<>(texts.size());
        passes.acquire();
        try {
            for (int from = 0; from < texts.size(); from += batch) {
                forward(texts.subList(from, Math.min(from + batch, texts.size())), features);
            }
        } finally {
            passes.release();
        }
        return features;
    }

    private void forward(List<long[]> texts, List<float[]> features) throws OrtException {
        int rows = fixedBatch ? batch : texts.size();
        int length = tensors.length()
                .orElseGet(
                        () -> texts.stream().mapToInt(text -> text.length).max().orElseThrow());
        long[] ids = new long[rows * length];
        long[] mask = new long[ids.length];
        for (int row = 0; row < rows; row++) {
            // Rows that a fixed batch has too many repeat its first text, and are left out of the answer.
            long[] text = texts.get(row < texts.size() ? row : 0);
            int start = row * length;
            System.arraycopy(text, 0, ids, start, text.length);
            Arrays.fill(ids, start + text.length, start + length, tensors.paddingId());
            Arrays.fill(mask, start, start + text.length, 1);
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put(tensors.ids(), tensor(ids, rows, length));
            if (tensors.attentionMask().isPresent()) {
                inputs.put(tensors.attentionMask().get(), tensor(mask, rows, length));
            }
            try (OrtSession.Result result = sessions.next().run(inputs, Set.of(tensors.output()))) {
                FloatBuffer numbers = result.get(0) instanceof OnnxTensor floats ? floats.getFloatBuffer() : null;
                if (numbers == null || numbers.remaining() != rows * tensors.dimension()) {
                    throw new IllegalArgumentException("output '" + tensors.output() + "' is "
                            + result.get(0).getInfo() + ", the manifest says " + tensors.dimension()
                            + " numbers for each of " + rows + " texts");
                }
                for (int i = 0; i < texts.size(); i++) {
                    float[] feature = new float[tensors.dimension()];
                    numbers.get(feature);
                    features.add(feature);
                }
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(long[] values, int rows, int length) throws OrtException {
        long[] shape = {rows, length};
        return wide
                ? OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), shape)
                : OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(),
                        IntBuffer.wrap(
                                Arrays.stream(values).mapToInt(Math::toIntExact).toArray()),
                        shape);
    }

    @Override
    public void close() throws OrtException {
        sessions.close();
    }
}
