package dev.winnow.curation.vectors;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.winnow.curation.vectors.OnnxGraph.IntAttribute;
import dev.winnow.curation.vectors.OnnxGraph.Node;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores of a linear model over vectors, and the cross entropy of their softmax with its gradient, on ONNX Runtime. Tiles of
 * {@value #TILE_ROWS} rows are done by one core each and summed in their order, so that a result does not depend on how many
 * cores there are. Memory: 4 · classes · dimension bytes for each of at most {@value #TILES_AT_ONCE} tiles.
 */
public final class SoftmaxKernel implements AutoCloseable {

    private static final int TILE_ROWS = 1_024;
    static final int TILES_AT_ONCE = 16;

    private static final OnnxGraph.Value X = new OnnxGraph.Value("x", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value W = new OnnxGraph.Value("w", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value B = new OnnxGraph.Value("b", OnnxGraph.Type.FLOAT, 1);
    private static final OnnxGraph.Value Y = new OnnxGraph.Value("y", OnnxGraph.Type.INT64, 2);
    private static final OnnxGraph.Value ONE = new OnnxGraph.Value("one", OnnxGraph.Type.FLOAT, 1);
    private static final OnnxGraph.Value AXES = new OnnxGraph.Value("axes", OnnxGraph.Type.INT64, 1);
    private static final OnnxGraph.Value SCORES = new OnnxGraph.Value("s", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value LOG_GIVEN = new OnnxGraph.Value("ly", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value BY_WEIGHT = new OnnxGraph.Value("gw", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value BY_BIAS = new OnnxGraph.Value("gb", OnnxGraph.Type.FLOAT, 1);
    private static final Node GEMM =
            new Node("Gemm", List.of("x", "w", "b"), List.of("s"), List.of(new IntAttribute("transB", 1)));

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession scores;
    private final OrtSession entropy;
    private final Vectors vectors;
    private final int classes;

    /** @param classes how many rows the weights have, at least 1 */
    public SoftmaxKernel(Neighbours neighbours, Vectors vectors, int classes) {
        this.vectors = vectors;
        this.classes = classes;
        this.scores = neighbours.kernel().session(1, List.of(GEMM), List.of(X, W, B), List.of(SCORES));
        this.entropy = neighbours
                .kernel()
                .session(
                        1,
                        List.of(
                                GEMM,
                                new Node("LogSoftmax", List.of("s"), List.of("ls"), List.of()),
                                gather("ls", "ly"),
                                new Node("Exp", List.of("ls"), List.of("p"), List.of()),
                                gather("p", "py"),
                                new Node("Sub", List.of("py", "one"), List.of("u"), List.of()),
                                new Node(
                                        "ScatterElements",
                                        List.of("p", "y", "u"),
                                        List.of("d"),
                                        List.of(new IntAttribute("axis", 1))),
                                new Node(
                                        "Gemm",
                                        List.of("d", "x"),
                                        List.of("gw"),
                                        List.of(new IntAttribute("transA", 1))),
                                new Node(
                                        "ReduceSum",
                                        List.of("d", "axes"),
                                        List.of("gb"),
                                        List.of(new IntAttribute("keepdims", 0)))),
                        List.of(X, W, B, Y, ONE, AXES),
                        List.of(LOG_GIVEN, BY_WEIGHT, BY_BIAS));
    }

    private static Node gather(String from, String to) {
        return new Node("GatherElements", List.of(from, "y"), List.of(to), List.of(new IntAttribute("axis", 1)));
    }

    /** A run of rows, {@code from} to {@code to}. */
    public record Rows(int from, int to) {}

    private record Part(double loss, FloatBuffer byWeight, FloatBuffer byBias) {}

    /**
     * The sum of −log p(given class) over some rows.
     *
     * @param given the class of each row of the matrix
     * @param model weights, {@code [class * dimension + i]}, and after them a bias for each class
     * @param gradient of the sum by the model, overwritten
     */
    public double crossEntropy(List<Rows> runs, int[] given, double[] model, double[] gradient) {
        Arrays.fill(gradient, 0);
        List<Rows> tiles = tiles(runs);
        double loss = 0;
        try (OnnxTensor w = weights(model);
                OnnxTensor b = bias(model);
                OnnxTensor one = OnnxTensor.createTensor(environment, new float[] {1});
                OnnxTensor axes = OnnxTensor.createTensor(environment, new long[] {0})) {
            for (int first = 0; first < tiles.size(); first += TILES_AT_ONCE) {
                List<Part> parts = tiles.subList(first, Math.min(tiles.size(), first + TILES_AT_ONCE)).stream()
                        .parallel()
                        .map(tile -> part(tile, given, w, b, one, axes))
                        .toList();
                int biases = classes * vectors.dimension();
                for (Part part : parts) {
                    loss += part.loss;
                    for (int i = 0; i < biases; i++) {
                        gradient[i] += part.byWeight.get(i);
                    }
                    for (int c = 0; c < classes; c++) {
                        gradient[biases + c] += part.byBias.get(c);
                    }
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
        return loss;
    }

    private Part part(Rows tile, int[] given, OnnxTensor w, OnnxTensor b, OnnxTensor one, OnnxTensor axes) {
        try (OnnxTensor x = x(tile);
                OnnxTensor y = y(given, tile);
                OrtSession.Result result =
                        entropy.run(Map.of("x", x, "w", w, "b", b, "y", y, "one", one, "axes", axes))) {
            return new Part(loss(result), floats(result, 1), floats(result, 2));
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    /** The scores of some rows under a model: {@code [row - from][class]}. */
    public float[][] scores(Rows run, double[] model) {
        float[][] all = new float[run.to - run.from][];
        List<Rows> tiles = tiles(List.of(run));
        try (OnnxTensor w = weights(model);
                OnnxTensor b = bias(model)) {
            tiles.stream().parallel().forEach(tile -> {
                FloatBuffer found = scores(tile, w, b);
                for (int row = tile.from; row < tile.to; row++) {
                    float[] scoresOfRow = new float[classes];
                    found.get((row - tile.from) * classes, scoresOfRow);
                    all[row - run.from] = scoresOfRow;
                }
            });
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
        return all;
    }

    private FloatBuffer scores(Rows tile, OnnxTensor w, OnnxTensor b) {
        try (OnnxTensor x = x(tile);
                OrtSession.Result result = scores.run(Map.of("x", x, "w", w, "b", b))) {
            return floats(result, 0);
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    private List<Rows> tiles(List<Rows> runs) {
        return tiles(vectors, runs);
    }

    /** Runs of rows cut into pieces that one product takes. */
    static List<Rows> tiles(Vectors vectors, List<Rows> runs) {
        List<Rows> tiles = new ArrayList<>();
        for (Rows run : runs) {
            for (int from = run.from, end; from < run.to; from = end) {
                end = vectors.runEnd(from, run.to, TILE_ROWS);
                tiles.add(new Rows(from, end));
            }
        }
        return tiles;
    }

    private OnnxTensor x(Rows tile) throws OrtException {
        return x(vectors, tile);
    }

    /** The rows of a tile, in place. */
    static OnnxTensor x(Vectors vectors, Rows tile) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), vectors.rows(tile.from, tile.to), new long[] {
            tile.to - tile.from, vectors.dimension()
        });
    }

    /** The classes of some rows, as a column. */
    static OnnxTensor y(int[] given, Rows tile) throws OrtException {
        long[] classes = Arrays.stream(given, tile.from, tile.to).asLongStream().toArray();
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), LongBuffer.wrap(classes), new long[] {classes.length, 1});
    }

    /** Minus the sum of the first output, the log-probabilities of the classes given. */
    static double loss(OrtSession.Result result) {
        FloatBuffer logGiven = floats(result, 0);
        double loss = 0;
        for (int i = 0; i < logGiven.limit(); i++) {
            loss -= logGiven.get(i);
        }
        return loss;
    }

    private OnnxTensor weights(double[] model) throws OrtException {
        return tensor(model, 0, classes * vectors.dimension(), new long[] {classes, vectors.dimension()});
    }

    private OnnxTensor bias(double[] model) throws OrtException {
        return tensor(model, classes * vectors.dimension(), classes, new long[] {classes});
    }

    /** A part of a model in single precision. */
    static OnnxTensor tensor(double[] model, int from, int count, long[] shape) throws OrtException {
        FloatBuffer floats = Vectors.allocate(count);
        IntStream.range(0, count).forEach(i -> floats.put(i, (float) model[from + i]));
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), floats, shape);
    }

    static FloatBuffer floats(OrtSession.Result result, int at) {
        return ((OnnxTensor) result.get(at)).getFloatBuffer();
    }

    @Override
    public void close() {
        try {
            scores.close();
            entropy.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing the kernel", e);
        }
    }
}
