package dev.winnow.curation.vectors;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.winnow.curation.vectors.OnnxGraph.IntAttribute;
import dev.winnow.curation.vectors.OnnxGraph.Node;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of one tile, on ONNX Runtime. Matrices are row-major direct buffers, which it reads and writes in place,
 * without a copy; their rows are as many as fit between position and limit. Safe for use by several threads.
 */
final class Kernel implements AutoCloseable {

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final OnnxGraph.Value QUERIES = new OnnxGraph.Value("q", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value BASE = new OnnxGraph.Value("b", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value SCORES = new OnnxGraph.Value("s", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value TOP = new OnnxGraph.Value("top", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value ROW = new OnnxGraph.Value("row", OnnxGraph.Type.INT64, 2);
    private static final OnnxGraph.Value DEPTH = new OnnxGraph.Value("k", OnnxGraph.Type.INT64, 1);
    private static final OnnxGraph.Value TOP_OF_BASE = new OnnxGraph.Value("topT", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value ROW_OF_BASE = new OnnxGraph.Value("rowT", OnnxGraph.Type.INT64, 2);
    private static final OnnxGraph.Value DEPTH_OF_BASE = new OnnxGraph.Value("kT", OnnxGraph.Type.INT64, 1);
    private static final Node GEMM =
            new Node("Gemm", List.of("q", "b"), List.of("s"), List.of(new IntAttribute("transB", 1)));

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final ExecutionProvider provider;
    private final @Nullable String fallback;
    private final OrtSession product;
    private final OrtSession productAlone;
    private final OrtSession top;
    private final OrtSession topAlone;
    private final OrtSession best;
    private final OrtSession bestAlone;
    private final OrtSession both;

    /**
     * @throws IllegalStateException if CUDA is demanded and not there; {@link ExecutionProvider#AUTO} falls back to the CPU
     */
    Kernel(ExecutionProvider wanted) {
        String reason = null;
        ExecutionProvider found = wanted;
        if (wanted == ExecutionProvider.AUTO) {
            reason = whyNoCuda();
            found = reason == null ? ExecutionProvider.CUDA : ExecutionProvider.CPU;
        }
        this.provider = found;
        this.fallback = reason;
        this.product = session(CORES, List.of(GEMM), List.of(QUERIES, BASE), List.of(SCORES));
        this.productAlone = session(1, List.of(GEMM), List.of(QUERIES, BASE), List.of(SCORES));
        this.top = top(CORES);
        this.topAlone = top(1);
        this.best = best(CORES);
        this.bestAlone = best(1);
        // Called for many tiles at once.
        this.both = session(
                1,
                List.of(
                        GEMM,
                        new Node("TopK", List.of("s", "k"), List.of("top", "row"), List.of()),
                        new Node("Transpose", List.of("s"), List.of("sT"), List.of()),
                        new Node("TopK", List.of("sT", "kT"), List.of("topT", "rowT"), List.of())),
                List.of(QUERIES, BASE, DEPTH, DEPTH_OF_BASE),
                List.of(TOP, ROW, TOP_OF_BASE, ROW_OF_BASE));
    }

    private OrtSession top(int threads) {
        return session(
                threads,
                List.of(GEMM, new Node("TopK", List.of("s", "k"), List.of("top", "row"), List.of())),
                List.of(QUERIES, BASE, DEPTH),
                List.of(TOP, ROW));
    }

    /** One of few needs no heap; of equal ones ArgMax names the first, as TopK does. */
    private OrtSession best(int threads) {
        return session(
                threads,
                List.of(
                        GEMM,
                        new Node("ArgMax", List.of("s"), List.of("row"), List.of(new IntAttribute("axis", 1))),
                        new Node(
                                "GatherElements",
                                List.of("s", "row"),
                                List.of("top"),
                                List.of(new IntAttribute("axis", 1)))),
                List.of(QUERIES, BASE),
                List.of(TOP, ROW));
    }

    /** {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}. */
    ExecutionProvider provider() {
        return provider;
    }

    /** Why it is not CUDA, where it would have been taken. */
    Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    /** The best of each query, best first, of equal ones the first: {@code [query * k + rank]}. */
    record Top(FloatBuffer similarities, LongBuffer rows) {}

    /** The {@code k} most similar rows of the base for each query, by all cores. */
    Top top(FloatBuffer queries, FloatBuffer base, int dimension, int k) {
        return run(k == 1 ? best : top, queries, base, dimension, k);
    }

    /** The same by the calling thread alone: for as many tiles at the same time as there are cores. */
    Top topAlone(FloatBuffer queries, FloatBuffer base, int dimension, int k) {
        return run(k == 1 ? bestAlone : topAlone, queries, base, dimension, k);
    }

    private Top run(OrtSession session, FloatBuffer queries, FloatBuffer base, int dimension, int k) {
        try (OnnxTensor q = tensor(queries, dimension);
                OnnxTensor b = tensor(base, dimension);
                OnnxTensor depth = OnnxTensor.createTensor(environment, new long[] {k});
                OrtSession.Result found =
                        session.run(k == 1 ? Map.of("q", q, "b", b) : Map.of("q", q, "b", b, "k", depth))) {
            return top(found, 0);
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    /** The best of both sides of one product. */
    record Both(Top ofQueries, Top ofBase) {}

    /** The {@code k} most similar rows of the base for each query, and {@code baseK} queries for each row of the base. */
    Both both(FloatBuffer queries, FloatBuffer base, int dimension, int k, int baseK) {
        try (OnnxTensor q = tensor(queries, dimension);
                OnnxTensor b = tensor(base, dimension);
                OnnxTensor depth = OnnxTensor.createTensor(environment, new long[] {k});
                OnnxTensor baseDepth = OnnxTensor.createTensor(environment, new long[] {baseK});
                OrtSession.Result found = both.run(Map.of("q", q, "b", b, "k", depth, "kT", baseDepth))) {
            return new Both(top(found, 0), top(found, 2));
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    private static Top top(OrtSession.Result found, int at) {
        return new Top(((OnnxTensor) found.get(at)).getFloatBuffer(), ((OnnxTensor) found.get(at + 1)).getLongBuffer());
    }

    /**
     * All similarities.
     *
     * @param into {@code [query * rows of the base + row]}, a direct buffer of just this size
     */
    void product(FloatBuffer queries, FloatBuffer base, int dimension, FloatBuffer into) {
        product(product, queries, base, dimension, into);
    }

    /** The same by the calling thread alone. */
    void productAlone(FloatBuffer queries, FloatBuffer base, int dimension, FloatBuffer into) {
        product(productAlone, queries, base, dimension, into);
    }

    private void product(OrtSession session, FloatBuffer queries, FloatBuffer base, int dimension, FloatBuffer into) {
        long columns = base.remaining() / dimension;
        try (OnnxTensor q = tensor(queries, dimension);
                OnnxTensor b = tensor(base, dimension);
                OnnxTensor scores =
                        OnnxTensor.createTensor(environment, into, new long[] {into.remaining() / columns, columns})) {
            // The result lies in the buffer.
            session.run(Map.of("q", q, "b", b), Map.of("s", scores)).close();
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    private OnnxTensor tensor(FloatBuffer rows, int dimension) throws OrtException {
        return OnnxTensor.createTensor(environment, rows, new long[] {rows.remaining() / dimension, dimension});
    }

    private OrtSession session(
            int threads, List<Node> nodes, List<OnnxGraph.Value> inputs, List<OnnxGraph.Value> outputs) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (provider == ExecutionProvider.CUDA) {
                addCuda(options);
            }
            options.setIntraOpNumThreads(threads);
            // Spinning threads would burn the cores the other services of a small machine need.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // A plan of memory for each shape of tile would only hold on to memory.
            options.setMemoryPatternOptimization(false);
            return environment.createSession(OnnxGraph.model(nodes, inputs, outputs), options);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused the kernel on " + provider, e);
        }
    }

    private static @Nullable String whyNoCuda() {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            addCuda(options);
            return null;
        } catch (OrtException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void addCuda(OrtSession.SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            // TensorFloat-32 keeps ten bits of a component: fast, and no longer exact.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
        }
    }

    @Override
    public void close() {
        try {
            product.close();
            productAlone.close();
            top.close();
            topAlone.close();
            best.close();
            bestAlone.close();
            both.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing the kernel", e);
        }
    }
}
