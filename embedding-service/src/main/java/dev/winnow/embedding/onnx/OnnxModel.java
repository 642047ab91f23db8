package dev.winnow.embedding.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.jboss.logging.Logger;

/**
 * A network with one image input and one feature output: pictures in, vectors out. One session, shared by all threads that
 * call it, each of which brings the session's own threads along but one.
 */
public final class OnnxModel implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OnnxModel.class);

    private final OrtSession session;
    private final ExecutionProvider provider;
    private final Tensors tensors;
    private final ElementType elementType;
    private final int pictureLength;
    private final boolean fixedBatch;
    private final int batch;
    private final Queue<PictureBatch> spare = new ConcurrentLinkedQueue<>();

    private OnnxModel(
            OrtSession session,
            ExecutionProvider provider,
            Tensors tensors,
            ElementType elementType,
            boolean fixedBatch,
            int batch) {
        this.session = session;
        this.provider = provider;
        this.tensors = tensors;
        this.elementType = elementType;
        this.pictureLength = Math.toIntExact(tensors.pictureLength());
        this.fixedBatch = fixedBatch;
        this.batch = batch;
    }

    /**
     * Which tensors to use.
     *
     * @param pictureShape the input's axes after the batch
     * @param dimension how many numbers the output has for each picture
     */
    public record Tensors(String input, List<Long> pictureShape, String output, int dimension) {

        public Tensors {
            pictureShape = List.copyOf(pictureShape);
        }

        long pictureLength() {
            return pictureShape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /**
     * Opens a model.
     *
     * @param wanted {@link ExecutionProvider#AUTO} falls back to the CPU, {@link ExecutionProvider#CUDA} fails instead
     * @param threads of a forward pass on the CPU
     * @param batch pictures of a forward pass at most; a model that takes exactly so many gets so many
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
            TensorInfo input = requireInput(tensors, session.getInputInfo());
            requireOutput(tensors, session.getOutputInfo());
            long fixed = input.getShape()[0];
            return new OnnxModel(
                    session,
                    provider,
                    tensors,
                    ElementType.of(input.type),
                    fixed > 0,
                    fixed > 0 ? Math.toIntExact(fixed) : batch);
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
            throw new InvalidNetworkException("the model has no " + what + " '" + name + "', it has " + there.keySet());
        }
        if (!(node.getInfo() instanceof TensorInfo tensor)) {
            throw new InvalidNetworkException(what + " '" + name + "' is no tensor");
        }
        return tensor;
    }

    private static TensorInfo requireInput(Tensors tensors, Map<String, NodeInfo> there) {
        TensorInfo input = requireTensor("input", tensors.input(), there);
        long[] shape = input.getShape();
        List<Long> wanted = tensors.pictureShape();
        boolean fits = shape.length == wanted.size() + 1;
        for (int i = 0; fits && i < wanted.size(); i++) {
            fits = shape[i + 1] < 0 || shape[i + 1] == wanted.get(i);
        }
        ElementType type = ElementType.of(input.type);
        if (!fits || !PictureBatch.takes(type)) {
            throw new InvalidNetworkException("input '" + tensors.input() + "' is " + type + Arrays.toString(shape)
                    + ", the manifest says " + wanted + " for each picture, of numbers");
        }
        if (there.size() > 1) {
            throw new InvalidNetworkException("it needs more than a picture: its inputs are " + Probe.describe(there));
        }
        return input;
    }

    private static void requireOutput(Tensors tensors, Map<String, NodeInfo> there) {
        TensorInfo output = requireTensor("output", tensors.output(), there);
        long[] shape = output.getShape();
        long numbers = 1;
        boolean vector = shape.length >= 2;
        for (int i = 1; i < shape.length; i++) {
            vector &= i == 1 || shape[i] < 0 || shape[i] == 1;
            numbers = shape[i] < 0 || numbers < 0 ? -1 : numbers * shape[i];
        }
        ElementType type = ElementType.of(output.type);
        if (!type.isFloatingPoint() || !vector || (numbers >= 0 && numbers != tensors.dimension())) {
            throw new InvalidNetworkException("output '" + tensors.output() + "' is " + type + Arrays.toString(shape)
                    + ", the manifest says " + tensors.dimension() + " numbers for each picture, [batch, "
                    + tensors.dimension() + "]");
        }
    }

    /** What the model runs on: {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}. */
    public ExecutionProvider provider() {
        return provider;
    }

    /** How many pictures a forward pass takes at most, or exactly where the network says so. */
    public int batch() {
        return batch;
    }

    /** Places for the pictures of a forward pass. */
    public PictureBatch newBatch() {
        return new PictureBatch(elementType, pictureLength, batch);
    }

    /**
     * The features of some pictures, in the same order, as the model puts them out.
     *
     * @param pictures any number of them
     * @throws OrtException if the forward pass fails, for example for want of memory
     */
    public List<float[]> run(List<float[]> pictures) throws OrtException {
        List<float[]> features = new ArrayList<>(pictures.size());
        PictureBatch places = Objects.requireNonNullElseGet(spare.poll(), this::newBatch);
        try {
            for (int from = 0; from < pictures.size(); from += batch) {
                int count = Math.min(batch, pictures.size() - from);
                for (int i = 0; i < count; i++) {
                    places.put(i, pictures.get(from + i));
                }
                features.addAll(run(places, count));
            }
        } finally {
            spare.add(places);
        }
        return features;
    }

    /**
     * The features of the pictures in the first {@code count} places. The places that are left over in a fixed batch hold
     * what was in them before, and what comes of them is dropped.
     *
     * @throws OrtException if the forward pass fails, for example for want of memory
     */
    public List<float[]> run(PictureBatch pictures, int count) throws OrtException {
        int rows = fixedBatch ? batch : count;
        long[] shape = LongStream.concat(
                        LongStream.of(rows), tensors.pictureShape().stream().mapToLong(Long::longValue))
                .toArray();
        try (OnnxTensor tensor = pictures.tensor(rows, shape);
                OrtSession.Result result = session.run(Map.of(tensors.input(), tensor), Set.of(tensors.output()))) {
            float[] numbers = floats(result.get(0));
            if (numbers.length != rows * tensors.dimension()) {
                throw new InvalidNetworkException("output '" + tensors.output() + "' is "
                        + result.get(0).getInfo() + ", the manifest says " + tensors.dimension()
                        + " numbers for each of " + rows + " pictures");
            }
            List<float[]> features = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int from = i * tensors.dimension();
                features.add(Arrays.copyOfRange(numbers, from, from + tensors.dimension()));
            }
            return features;
        }
    }

    /** The numbers of a tensor; none if it is not of real numbers. */
    private static float[] floats(OnnxValue value) {
        if (!(value instanceof OnnxTensor tensor)) {
            return new float[0];
        }
        if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
            DoubleBuffer doubles = tensor.getDoubleBuffer();
            float[] numbers = new float[doubles.remaining()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) doubles.get(i);
            }
            return numbers;
        }
        // Converts half precision; null for whole numbers.
        FloatBuffer buffer = tensor.getFloatBuffer();
        if (buffer == null) {
            return new float[0];
        }
        float[] numbers = new float[buffer.remaining()];
        buffer.get(numbers);
        return numbers;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
