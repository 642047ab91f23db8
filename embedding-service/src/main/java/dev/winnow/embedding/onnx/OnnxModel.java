package dev.winnow.embedding.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jboss.logging.Logger;

/**
 * A network with one image input and one feature output: pictures in, vectors out. One session, shared by all threads;
 * a forward pass uses all of the session's own threads.
 */
public final class OnnxModel implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OnnxModel.class);

    /** Forward passes at the same time: a batch of the pipeline, and a query that should not wait for it. */
    private static final int CONCURRENT = 2;

    private final OrtSession session;
    private final ExecutionProvider provider;
    private final String input;
    private final String output;
    private final long[] pictureShape;
    private final int dimension;
    private final int batch;
    private final BlockingQueue<FloatBuffer> buffers = new ArrayBlockingQueue<>(CONCURRENT);

    private OnnxModel(OrtSession session, ExecutionProvider provider, Tensors tensors, int batch) {
        this.session = session;
        this.provider = provider;
        this.input = tensors.input();
        this.output = tensors.output();
        this.pictureShape = tensors.pictureShape().clone();
        this.dimension = tensors.dimension();
        this.batch = batch;
        int floats = Math.toIntExact(batch * Arrays.stream(pictureShape).reduce(1, Math::multiplyExact));
        for (int i = 0; i < CONCURRENT; i++) {
            buffers.add(ByteBuffer.allocateDirect(Float.BYTES * floats)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer());
        }
    }

    /**
     * Which tensors to use.
     *
     * @param pictureShape the input's axes after the batch
     * @param dimension how many numbers the output has for each picture
     */
    public record Tensors(String input, long[] pictureShape, String output, int dimension) {}

    /**
     * Opens a model.
     *
     * @param wanted {@link ExecutionProvider#AUTO} falls back to the CPU, {@link ExecutionProvider#CUDA} fails instead
     * @param threads of a forward pass on the CPU
     * @param batch pictures of a forward pass at most
     * @throws OrtException if the file is no model, or CUDA is wanted and not there
     * @throws IllegalArgumentException if the model does not have the named tensors in these shapes
     */
    public static OnnxModel open(Path file, Tensors tensors, ExecutionProvider wanted, int threads, int batch)
            throws OrtException {
        ExecutionProvider provider = wanted == ExecutionProvider.AUTO ? ExecutionProvider.CUDA : wanted;
        OrtSession session;
        try {
            session = session(file, provider, threads);
        } catch (OrtException e) {
            if (wanted != ExecutionProvider.AUTO) {
                throw e;
            }
            LOG.infof("no CUDA, the model runs on the CPU: %s", e.getMessage());
            provider = ExecutionProvider.CPU;
            session = session(file, provider, threads);
        }
        try {
            requireTensor("output", tensors.output(), session.getOutputInfo());
            long[] shape = requireTensor("input", tensors.input(), session.getInputInfo())
                    .getShape();
            return new OnnxModel(session, provider, tensors, batchSize(shape, tensors, batch));
        } catch (IllegalArgumentException | OrtException e) {
            session.close();
            throw e;
        }
    }

    static OrtSession session(Path file, ExecutionProvider provider, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            // A thread that spins between two forward passes takes its core from decoding.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // A plan of memory for every size of batch holds some 70 MB more, and saves no time.
            options.setMemoryPatternOptimization(false);
            if (provider == ExecutionProvider.CUDA) {
                options.addCUDA(0);
            }
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
    }

    static TensorInfo requireTensor(String what, String name, Map<String, NodeInfo> there) {
        NodeInfo node = there.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    "the model has no " + what + " '" + name + "', it has " + there.keySet());
        }
        if (!(node.getInfo() instanceof TensorInfo tensor)) {
            throw new IllegalArgumentException(what + " '" + name + "' is no tensor");
        }
        return tensor;
    }

    /** Models exported for single pictures are run picture by picture. */
    private static int batchSize(long[] shape, Tensors tensors, int batch) {
        long[] wanted = tensors.pictureShape();
        boolean fits = shape.length == wanted.length + 1;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = shape[i + 1] < 0 || shape[i + 1] == wanted[i];
        }
        if (!fits || (shape[0] > 1 && shape[0] != batch)) {
            throw new IllegalArgumentException("input '" + tensors.input() + "' has the shape " + Arrays.toString(shape)
                    + ", the manifest says " + Arrays.toString(wanted) + " for each picture");
        }
        return shape[0] == 1 ? 1 : batch;
    }

    /** What the model runs on: {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}. */
    public ExecutionProvider provider() {
        return provider;
    }

    /**
     * The features of some pictures, in the same order, as the model puts them out.
     *
     * @throws OrtException if the forward pass fails, for example for want of memory
     * @throws InterruptedException if interrupted while other threads use the model
     */
    public List<float[]> run(List<float[]> pictures) throws OrtException, InterruptedException {
        List<float[]> features = new ArrayList<>(pictures.size());
        FloatBuffer buffer = buffers.take();
        try {
            for (int from = 0; from < pictures.size(); from += batch) {
                forward(pictures.subList(from, Math.min(from + batch, pictures.size())), buffer, features);
            }
        } finally {
            buffers.add(buffer);
        }
        return features;
    }

    private void forward(List<float[]> pictures, FloatBuffer buffer, List<float[]> features) throws OrtException {
        buffer.clear();
        pictures.forEach(buffer::put);
        buffer.flip();
        long[] shape = new long[pictureShape.length + 1];
        shape[0] = pictures.size();
        System.arraycopy(pictureShape, 0, shape, 1, pictureShape.length);
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            OnnxValue value = result.get(0);
            FloatBuffer numbers = value instanceof OnnxTensor floats ? floats.getFloatBuffer() : null;
            if (numbers == null || numbers.remaining() != pictures.size() * dimension) {
                throw new IllegalArgumentException("output '" + output + "' is " + value.getInfo()
                        + ", the manifest says " + dimension + " numbers for each of " + pictures.size() + " pictures");
            }
            for (int i = 0; i < pictures.size(); i++) {
                float[] feature = new float[dimension];
                numbers.get(feature);
                features.add(feature);
            }
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
