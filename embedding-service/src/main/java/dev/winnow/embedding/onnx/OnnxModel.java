package dev.winnow.embedding.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
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
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;

/**
 * A network with one image input and one feature output: pictures in, vectors out. Shared by all threads that call it, on the
 * CPU each with as many threads of its own as the options say.
 */
public final class OnnxModel implements AutoCloseable {

    private final Sessions sessions;
    private final Sessions queries;
    private final Tensors tensors;
    private final ElementType elementType;
    private final int pictureLength;
    private final boolean fixedBatch;
    private final int batch;
    private final Queue<PictureBatch> spare = new ConcurrentLinkedQueue<>();

    private OnnxModel(
            Sessions sessions,
            Sessions queries,
            Tensors tensors,
            ElementType elementType,
            boolean fixedBatch,
            int batch) {
        this.sessions = sessions;
        this.queries = queries;
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
     * @throws OrtException if the file is no model, or CUDA is wanted and not there
     * @throws IllegalArgumentException if the model does not have the named tensors in these shapes
     */
    public static OnnxModel open(Path file, Tensors tensors, InferenceOptions options) throws OrtException {
        Sessions sessions = Sessions.open(file, options, options.threads());
        try {
            TensorInfo input = requireInput(tensors, sessions.first().getInputInfo());
            requireOutput(tensors, sessions.first().getOutputInfo());
            ElementType type = ElementType.of(input.type);
            boolean fixed = input.getShape()[0] > 0;
            boolean cpu = sessions.provider() == ExecutionProvider.CPU;
            int batch;
            if (fixed) {
                batch = Math.toIntExact(input.getShape()[0]);
            } else if (options.batch().isPresent()) {
                batch = options.batch().getAsInt();
            } else {
                batch = cpu ? InferenceOptions.CPU_BATCH : bestBatch(sessions, tensors, type);
            }
            Sessions queries = cpu && options.queryThreads() != options.threads()
                    ? Sessions.forQueries(file, options.queryThreads())
                    : sessions;
            return new OnnxModel(sessions, queries, tensors, type, fixed, batch);
        } catch (IllegalArgumentException | OrtException e) {
            sessions.close();
            throw e;
        }
    }

    private static int bestBatch(Sessions sessions, Tensors tensors, ElementType type) throws OrtException {
        return BatchSweep.best(pictures -> {
            OnnxModel model = new OnnxModel(sessions, sessions, tensors, type, false, pictures);
            model.run(model.newBatch(), pictures);
        });
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
        return sessions.provider();
    }

    /** Why it does not run on CUDA, where it would have. */
    public Optional<String> fallback() {
        return sessions.fallback();
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
        return run(sessions, pictures);
    }

    /**
     * The features of a picture that somebody waits for, on as many threads as the options say for queries.
     *
     * @throws OrtException if the forward pass fails, for example for want of memory
     */
    public float[] runNow(float[] picture) throws OrtException {
        return run(queries, List.of(picture)).getFirst();
    }

    private List<float[]> run(Sessions by, List<float[]> pictures) throws OrtException {
        List<float[]> features = new ArrayList<>(pictures.size());
        PictureBatch places = Objects.requireNonNullElseGet(spare.poll(), this::newBatch);
        try {
            for (int from = 0; from < pictures.size(); from += batch) {
                int count = Math.min(batch, pictures.size() - from);
                for (int i = 0; i < count; i++) {
                    places.put(i, pictures.get(from + i));
                }
                features.addAll(run(by, places, count));
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
        return run(sessions, pictures, count);
    }

    private List<float[]> run(Sessions by, PictureBatch pictures, int count) throws OrtException {
        int rows = fixedBatch ? batch : count;
        long[] shape = LongStream.concat(
                        LongStream.of(rows), tensors.pictureShape().stream().mapToLong(Long::longValue))
                .toArray();
        try (OnnxTensor tensor = pictures.tensor(rows, shape);
                OrtSession.Result result = by.next().run(Map.of(tensors.input(), tensor), Set.of(tensors.output()))) {
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
        sessions.close();
        if (queries != sessions) {
            queries.close();
        }
    }
}
