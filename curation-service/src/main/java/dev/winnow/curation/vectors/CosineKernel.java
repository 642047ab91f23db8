package dev.winnow.curation.vectors;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.winnow.curation.vectors.OnnxGraph.IntAttribute;
import dev.winnow.curation.vectors.OnnxGraph.Node;
import dev.winnow.curation.vectors.SoftmaxKernel.Rows;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cross entropy of the softmax over the products of class directions with projected vectors of length 1,
 *
 * <pre>  −log softmax(U z)[given],   z = Pᵀx / |Pᵀx|</pre>
 *
 * and its gradient by P and U, on ONNX Runtime. Tiles are done by one core each and summed in their order, so that a result does
 * not depend on how many cores there are. Memory: 4 · (d + classes) · k bytes for each of at most
 * {@value SoftmaxKernel#TILES_AT_ONCE} tiles.
 */
public final class CosineKernel implements AutoCloseable {

    private static final OnnxGraph.Value X = new OnnxGraph.Value("x", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value P = new OnnxGraph.Value("p", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value U = new OnnxGraph.Value("u", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value Y = new OnnxGraph.Value("y", OnnxGraph.Type.INT64, 2);
    private static final OnnxGraph.Value ONE = new OnnxGraph.Value("one", OnnxGraph.Type.FLOAT, 1);
    private static final OnnxGraph.Value TINY = new OnnxGraph.Value("tiny", OnnxGraph.Type.FLOAT, 1);
    private static final OnnxGraph.Value AXIS = new OnnxGraph.Value("axis", OnnxGraph.Type.INT64, 1);
    private static final OnnxGraph.Value LOG_GIVEN = new OnnxGraph.Value("ly", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value BY_P = new OnnxGraph.Value("gp", OnnxGraph.Type.FLOAT, 2);
    private static final OnnxGraph.Value BY_U = new OnnxGraph.Value("gu", OnnxGraph.Type.FLOAT, 2);

    /** Keeps a vector that the projection takes to nothing from becoming no number. */
    private static final float SMALLEST = 1e-12f;

    private static final List<Node> NODES = List.of(
            node("MatMul", "h", "x", "p"),
            node("Mul", "hh", "h", "h"),
            node("ReduceSum", "h2", "hh", "axis"),
            node("Add", "h2e", "h2", "tiny"),
            node("Sqrt", "hn", "h2e"),
            node("Div", "z", "h", "hn"),
            new Node("Gemm", List.of("z", "u"), List.of("s"), List.of(new IntAttribute("transB", 1))),
            node("LogSoftmax", "ls", "s"),
            gather("ls", "ly"),
            node("Exp", "e", "ls"),
            gather("e", "ey"),
            node("Sub", "eo", "ey", "one"),
            new Node("ScatterElements", List.of("e", "y", "eo"), List.of("d"), List.of(new IntAttribute("axis", 1))),
            node("MatMul", "gz", "d", "u"),
            node("Mul", "gzz", "gz", "z"),
            node("ReduceSum", "dot", "gzz", "axis"),
            node("Mul", "along", "z", "dot"),
            node("Sub", "across", "gz", "along"),
            node("Div", "gh", "across", "hn"),
            new Node("Gemm", List.of("x", "gh"), List.of("gp"), List.of(new IntAttribute("transA", 1))),
            new Node("Gemm", List.of("d", "z"), List.of("gu"), List.of(new IntAttribute("transA", 1))));

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Vectors vectors;
    private final int classes;
    private final int dimension;

    /** @param dimension k, of the projected vectors */
    public CosineKernel(Neighbours neighbours, Vectors vectors, int classes, int dimension) {
        this.vectors = vectors;
        this.classes = classes;
        this.dimension = dimension;
        this.session = neighbours
                .kernel()
                .session(1, NODES, List.of(X, P, U, Y, ONE, TINY, AXIS), List.of(LOG_GIVEN, BY_P, BY_U));
    }

    private static Node node(String operator, String output, String... inputs) {
        return new Node(operator, List.of(inputs), List.of(output), List.of());
    }

    private static Node gather(String from, String to) {
        return new Node("GatherElements", List.of(from, "y"), List.of(to), List.of(new IntAttribute("axis", 1)));
    }

    private record Part(double loss, FloatBuffer byProjection, FloatBuffer byDirection) {}

    /**
     * The sum of −log p(given class) over all rows.
     *
     * @param given the class of each row of the matrix
     * @param projection {@code [i * k + j]}
     * @param directions {@code [class * k + j]}
     * @param byProjection the sum's gradient, overwritten
     * @param byDirection likewise
     */
    public double crossEntropy(
            int[] given, double[] projection, double[] directions, double[] byProjection, double[] byDirection) {
        Arrays.fill(byProjection, 0);
        Arrays.fill(byDirection, 0);
        List<Rows> tiles = SoftmaxKernel.tiles(vectors, List.of(new Rows(0, vectors.size())));
        double loss = 0;
        try (OnnxTensor p = SoftmaxKernel.tensor(
                        projection, 0, projection.length, new long[] {vectors.dimension(), dimension});
                OnnxTensor u = SoftmaxKernel.tensor(directions, 0, directions.length, new long[] {classes, dimension});
                OnnxTensor one = OnnxTensor.createTensor(environment, new float[] {1});
                OnnxTensor tiny = OnnxTensor.createTensor(environment, new float[] {SMALLEST});
                OnnxTensor axis = OnnxTensor.createTensor(environment, new long[] {1})) {
            Map<String, OnnxTensor> shared = Map.of("p", p, "u", u, "one", one, "tiny", tiny, "axis", axis);
            for (int first = 0; first < tiles.size(); first += SoftmaxKernel.TILES_AT_ONCE) {
                List<Part> parts =
                        tiles.subList(first, Math.min(tiles.size(), first + SoftmaxKernel.TILES_AT_ONCE)).stream()
                                .parallel()
                                .map(tile -> part(tile, given, shared))
                                .toList();
                for (Part part : parts) {
                    loss += part.loss;
                    add(part.byProjection, byProjection);
                    add(part.byDirection, byDirection);
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
        return loss;
    }

    private static void add(FloatBuffer part, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += part.get(i);
        }
    }

    private Part part(Rows tile, int[] given, Map<String, OnnxTensor> shared) {
        try (OnnxTensor x = SoftmaxKernel.x(vectors, tile);
                OnnxTensor y = SoftmaxKernel.y(given, tile)) {
            Map<String, OnnxTensor> inputs = new HashMap<>(shared);
            inputs.put("x", x);
            inputs.put("y", y);
            try (OrtSession.Result result = session.run(inputs)) {
                return new Part(
                        SoftmaxKernel.loss(result), SoftmaxKernel.floats(result, 1), SoftmaxKernel.floats(result, 2));
            }
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing the kernel", e);
        }
    }
}
