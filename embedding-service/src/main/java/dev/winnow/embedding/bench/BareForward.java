package dev.winnow.embedding.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.onnx.ExecutionProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The network alone, straight through ONNX Runtime with its own defaults: random numbers go in, from memory that was
 * filled once; what comes out is dropped. What no pipeline around the same network can exceed.
 */
final class BareForward implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(3);
    private static final Duration TRIAL = Duration.ofMillis(700);
    private static final List<Integer> CPU_BATCHES = List.of(1, 4, 16, 32);
    private static final List<Integer> CUDA_BATCHES = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256);

    private final ModelManifest manifest;
    private final ExecutionProvider provider;
    /** By threads of a forward pass. */
    private final TreeMap<Integer, OrtSession> sessions = new TreeMap<>();

    private final int cores;

    private BareForward(ModelManifest manifest, ExecutionProvider provider, int cores) {
        this.manifest = manifest;
        this.provider = provider;
        this.cores = cores;
    }

    /**
     * How forward passes share the cores.
     *
     * @param threads of a forward pass
     * @param callers forward passes at the same time
     * @param batch pictures of a forward pass
     */
    record Arrangement(int threads, int callers, int batch) {}

    /** An arrangement and what it gave, images a second. */
    record Trial(Arrangement arrangement, double rate) {}

    /** @throws IOException if CUDA is demanded and not there */
    static BareForward open(Path manifestPath, ExecutionProvider wanted, int cores) throws IOException, OrtException {
        ModelManifest manifest = ModelManifest.read(manifestPath);
        Path network = manifestPath.toAbsolutePath().resolveSibling(manifest.file());
        ExecutionProvider provider =
                switch (wanted) {
                    case CPU -> ExecutionProvider.CPU;
                    case CUDA -> {
                        String why = withoutCuda();
                        if (!why.isEmpty()) {
                            throw new IOException("--device cuda: there is no CUDA here: " + why);
                        }
                        yield ExecutionProvider.CUDA;
                    }
                    case AUTO -> withoutCuda().isEmpty() ? ExecutionProvider.CUDA : ExecutionProvider.CPU;
                };
        BareForward forward = new BareForward(manifest, provider, cores);
        for (int threads : new TreeSet<>(List.of(1, cores))) {
            forward.sessions.put(threads, session(network, provider, threads));
        }
        return forward;
    }

    /** Why CUDA cannot be used; empty where it can. */
    private static String withoutCuda() {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addCUDA(0);
            return "";
        } catch (OrtException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static OrtSession session(Path network, ExecutionProvider provider, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            if (provider == ExecutionProvider.CUDA) {
                options.addCUDA(0);
            }
            return OrtEnvironment.getEnvironment().createSession(network.toString(), options);
        }
    }

    ModelManifest manifest() {
        return manifest;
    }

    /** What it runs on. */
    ExecutionProvider provider() {
        return provider;
    }

    /** Every sensible arrangement, tried briefly, twice; the fastest first. */
    List<Trial> trials() throws OrtException, InterruptedException {
        Map<Arrangement, Double> rates = new LinkedHashMap<>();
        for (int repetition = 0; repetition < 2; repetition++) {
            for (int batch : batches()) {
                for (int threads : sessions.keySet()) {
                    Arrangement arrangement = new Arrangement(threads, callers(threads), batch);
                    rates.merge(arrangement, rate(arrangement, TRIAL), Math::max);
                }
            }
        }
        List<Trial> trials = new ArrayList<>();
        rates.forEach((arrangement, rate) -> trials.add(new Trial(arrangement, rate)));
        trials.sort(Comparator.comparingDouble(Trial::rate).reversed());
        return trials;
    }

    /** As many as use all cores; on a GPU a second one, so that it does not wait for copies. */
    private int callers(int threads) {
        return provider == ExecutionProvider.CUDA ? (threads == 1 ? 2 : 1) : cores / threads;
    }

    private List<Integer> batches() throws OrtException {
        long fixed = input().getShape()[0];
        if (fixed > 0) {
            return List.of(Math.toIntExact(fixed));
        }
        return provider == ExecutionProvider.CUDA ? CUDA_BATCHES : CPU_BATCHES;
    }

    /** Images a second. */
    double rate(Arrangement arrangement) throws OrtException, InterruptedException {
        return rate(arrangement, TIME);
    }

    private double rate(Arrangement arrangement, Duration time) throws OrtException, InterruptedException {
        OrtSession session = session(arrangement.threads());
        List<OnnxTensor> inputs = new ArrayList<>();
        try {
            for (int i = 0; i < arrangement.callers(); i++) {
                OnnxTensor input = random(arrangement.batch(), i);
                inputs.add(input);
                run(session, input);
            }
            return arrangement.batch()
                    * Callers.rate(arrangement.callers(), time, 1, (caller, i) -> run(session, inputs.get(caller)));
        } finally {
            inputs.forEach(OnnxTensor::close);
        }
    }

    /** Milliseconds of a forward pass of one picture with all cores, the median of some. */
    double one() throws OrtException {
        OrtSession session = session(cores);
        long fixed = Math.max(1, input().getShape()[0]);
        try (OnnxTensor input = random(Math.toIntExact(fixed), 0)) {
            double[] milliseconds = new double[50];
            run(session, input);
            for (int i = 0; i < milliseconds.length; i++) {
                long begun = System.nanoTime();
                run(session, input);
                milliseconds[i] = 1000 * Callers.seconds(begun);
            }
            Arrays.sort(milliseconds);
            return milliseconds[milliseconds.length / 2];
        }
    }

    private void run(OrtSession session, OnnxTensor input) throws OrtException {
        session.run(
                        Map.of(manifest.input().tensor(), input),
                        Set.of(manifest.feature().tensor()))
                .close();
    }

    private OrtSession session(int threads) {
        OrtSession session = sessions.get(threads);
        if (session == null) {
            throw new IllegalArgumentException("no session of " + threads + " threads");
        }
        return session;
    }

    private TensorInfo input() throws OrtException {
        NodeInfo input = session(1).getInputInfo().get(manifest.input().tensor());
        if (input == null || !(input.getInfo() instanceof TensorInfo tensor)) {
            throw new IllegalArgumentException(
                    "the network has no input " + manifest.input().tensor());
        }
        return tensor;
    }

    private OnnxTensor random(int batch, int seed) throws OrtException {
        long width = manifest.input().width();
        long height = manifest.input().height();
        long[] shape = manifest.input().layout() == Preprocessing.Layout.NCHW
                ? new long[] {batch, 3, height, width}
                : new long[] {batch, height, width, 3};
        OnnxJavaType type = input().type;
        int elements = Math.toIntExact(3L * batch * height * width);
        ByteBuffer bytes = ByteBuffer.allocateDirect(elements * type.size).order(ByteOrder.nativeOrder());
        Random random = new Random(seed);
        for (int i = 0; i < elements; i++) {
            float value = (float) random.nextGaussian();
            switch (type) {
                case FLOAT -> bytes.putFloat(value);
                case DOUBLE -> bytes.putDouble(value);
                case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
                case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> bytes.put((byte) random.nextInt(256));
            }
        }
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), bytes.flip(), shape, type);
    }

    @Override
    public void close() throws OrtException {
        for (OrtSession session : sessions.values()) {
            session.close();
        }
    }
}
