package dev.winnow.curation.vectors;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.OnnxGraph.IntAttribute;
import dev.winnow.curation.vectors.OnnxGraph.Node;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The one numeric kernel: exact nearest neighbours by cosine similarity, as matrix products on ONNX Runtime. All results
 * are exact and deterministic; equal similarities are ordered by row. Work is cut into tiles, so that memory beyond the
 * vectors themselves stays under {@value #TILE_FLOATS} floats a call whatever their number.
 */
public final class Neighbours implements AutoCloseable {

    /** 32 MiB of similarities at a time: large enough to keep all cores in the matrix product. */
    private static final int TILE_FLOATS = 8 << 20;

    private static final int TILE_ROWS = 32_768;

    private final OrtEnvironment environment;
    private final OrtSession product;
    private final OrtSession nearest;

    public Neighbours() {
        Node gemm = new Node("Gemm", List.of("q", "b"), List.of("s"), List.of(new IntAttribute("transB", 1)));
        Node topK = new Node("TopK", List.of("s", "k"), List.of("top", "row"), List.of());
        OnnxGraph.Value queries = new OnnxGraph.Value("q", OnnxGraph.Type.FLOAT, 2);
        OnnxGraph.Value base = new OnnxGraph.Value("b", OnnxGraph.Type.FLOAT, 2);
        this.environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
            // Spinning threads would burn the cores the other services of a small machine need.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            this.product = environment.createSession(
                    OnnxGraph.model(
                            List.of(gemm),
                            List.of(queries, base),
                            List.of(new OnnxGraph.Value("s", OnnxGraph.Type.FLOAT, 2))),
                    options);
            this.nearest = environment.createSession(
                    OnnxGraph.model(
                            List.of(gemm, topK),
                            List.of(queries, base, new OnnxGraph.Value("k", OnnxGraph.Type.INT64, 1)),
                            List.of(
                                    new OnnxGraph.Value("top", OnnxGraph.Type.FLOAT, 2),
                                    new OnnxGraph.Value("row", OnnxGraph.Type.INT64, 2))),
                    options);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused the kernel", e);
        }
    }

    /**
     * Nearest rows, best first.
     *
     * @param k how many each query has
     * @param rows {@code rows[query * k + rank]}: the row in the base
     * @param similarities the cosine similarity of the same place
     */
    public record Nearest(int k, int[] rows, float[] similarities) {

        /** The row of the base at {@code rank}, from 0, for {@code query}. */
        public int row(int query, int rank) {
            return rows[query * k + rank];
        }

        /** The similarity at {@code rank}, from 0, for {@code query}. */
        public float similarity(int query, int rank) {
            return similarities[query * k + rank];
        }
    }

    /** The {@code k} nearest rows of {@code base} for every row of {@code queries}; k is cut to the size of the base. */
    public Nearest nearest(Vectors queries, Vectors base, int k, Progress progress) {
        int depth = Math.min(k, base.size());
        Nearest result = new Nearest(depth, new int[queries.size() * depth], new float[queries.size() * depth]);
        if (depth == 0) {
            return result;
        }
        int baseTile = Math.min(base.size(), TILE_ROWS);
        int queryTile = Math.max(1, Math.min(512, TILE_FLOATS / baseTile));
        for (int from = 0; from < queries.size(); from += queryTile) {
            progress.at("neighbours", (double) from / queries.size());
            int to = Math.min(queries.size(), from + queryTile);
            nearestOfTile(queries, from, to, base, baseTile, result);
        }
        progress.at("neighbours", 1);
        return result;
    }

    /** The {@code k} nearest other rows of every row; k is cut to one less than the size. */
    public Nearest join(Vectors vectors, int k, Progress progress) {
        int depth = Math.max(0, Math.min(k, vectors.size() - 1));
        Nearest withSelf = nearest(vectors, vectors, depth + 1, progress);
        Nearest result = new Nearest(depth, new int[vectors.size() * depth], new float[vectors.size() * depth]);
        for (int query = 0; query < vectors.size(); query++) {
            // Among many equal vectors a row need not be among its own nearest: then the last one is dropped.
            for (int rank = 0, from = 0; rank < depth; rank++, from++) {
                if (withSelf.row(query, from) == query) {
                    from++;
                }
                result.rows[query * depth + rank] = withSelf.row(query, from);
                result.similarities[query * depth + rank] = withSelf.similarity(query, from);
            }
        }
        return result;
    }

    /**
     * The similarities of rows {@code from} to {@code to} of {@code vectors} with all its rows from {@code from} on.
     *
     * @return {@code [(row - from) * (size - from) + (other - from)]}
     */
    public float[] triangle(Vectors vectors, int from, int to) {
        try (OnnxTensor q = tensor(vectors, from, to);
                OnnxTensor b = tensor(vectors, from, vectors.size());
                OrtSession.Result result = product.run(Map.of("q", q, "b", b))) {
            FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] copy = new float[scores.remaining()];
            scores.get(copy);
            return copy;
        } catch (OrtException e) {
            throw new IllegalStateException("matrix product failed", e);
        }
    }

    private void nearestOfTile(Vectors queries, int from, int to, Vectors base, int baseTile, Nearest result) {
        int filled = 0;
        for (int start = 0; start < base.size(); start += baseTile) {
            int end = Math.min(base.size(), start + baseTile);
            int k = Math.min(result.k, end - start);
            try (OnnxTensor q = tensor(queries, from, to);
                    OnnxTensor b = tensor(base, start, end);
                    OnnxTensor depth = OnnxTensor.createTensor(environment, new long[] {k});
                    OrtSession.Result found = nearest.run(Map.of("q", q, "b", b, "k", depth))) {
                FloatBuffer similarities = ((OnnxTensor) found.get(0)).getFloatBuffer();
                LongBuffer rows = ((OnnxTensor) found.get(1)).getLongBuffer();
                for (int query = from; query < to; query++) {
                    merge(result, query, filled, similarities, rows, (query - from) * k, k, start);
                }
                filled = Math.min(result.k, filled + k);
            } catch (OrtException e) {
                throw new IllegalStateException("matrix product failed", e);
            }
        }
    }

    /** Merges a tile's best {@code k} into the best {@code filled} so far; earlier tiles hold lower rows and win ties. */
    private static void merge(
            Nearest result,
            int query,
            int filled,
            FloatBuffer similarities,
            LongBuffer rows,
            int at,
            int k,
            int start) {
        int offset = query * result.k;
        float[] oldSimilarities = Arrays.copyOfRange(result.similarities, offset, offset + filled);
        int[] oldRows = Arrays.copyOfRange(result.rows, offset, offset + filled);
        int old = 0;
        int fresh = 0;
        for (int rank = 0; rank < result.k && (old < filled || fresh < k); rank++) {
            boolean takeOld = old < filled && (fresh >= k || oldSimilarities[old] >= similarities.get(at + fresh));
            result.similarities[offset + rank] = takeOld ? oldSimilarities[old] : similarities.get(at + fresh);
            result.rows[offset + rank] = takeOld ? oldRows[old++] : start + (int) rows.get(at + fresh++);
        }
    }

    private OnnxTensor tensor(Vectors vectors, int from, int to) throws OrtException {
        return OnnxTensor.createTensor(
                environment, vectors.rows(from, to), new long[] {to - from, vectors.dimension()});
    }

    @Override
    public void close() {
        try {
            product.close();
            nearest.close();
        } catch (OrtException e) {
            throw new IllegalStateException("closing the kernel", e);
        }
    }

    /** Takes two rows and their cosine similarity. */
    @FunctionalInterface
    public interface PairConsumer {
        void accept(int row, int other, float similarity);
    }

    /**
     * Hands over each pair of a row from {@code from} to {@code to} and a row after it whose similarity is at least
     * {@code least}. Looks at a tile of at most 4 MiB of similarities at a time: of one row the others come in their order.
     */
    public void pairs(Vectors vectors, int from, int to, double least, PairConsumer consumer) {
        int width = Math.max(1, PAIR_TILE_FLOATS / Math.max(1, to - from));
        for (int start = from; start < vectors.size(); start += width) {
            int end = Math.min(vectors.size(), start + width);
            try (OnnxTensor q = tensor(vectors, from, to);
                    OnnxTensor b = tensor(vectors, start, end);
                    OrtSession.Result result = product.run(Map.of("q", q, "b", b))) {
                FloatBuffer tile = ((OnnxTensor) result.get(0)).getFloatBuffer();
                for (int row = from; row < to; row++) {
                    int at = (row - from) * (end - start) - start;
                    for (int other = Math.max(row + 1, start); other < end; other++) {
                        if (tile.get(at + other) >= least) {
                            consumer.accept(row, other, tile.get(at + other));
                        }
                    }
                }
            } catch (OrtException e) {
                throw new IllegalStateException("matrix product failed", e);
            }
        }
    }

    private static final int PAIR_TILE_FLOATS = 1 << 20;
}
