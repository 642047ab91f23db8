package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * The one numeric kernel: exact nearest neighbours by cosine similarity, as matrix products on ONNX Runtime. All results
 * are exact and deterministic; equal similarities are ordered by row. Work is cut into tiles, so that memory beyond the
 * vectors and the results stays under {@value #TILE_FLOATS} floats a core whatever their number, and progress is reported
 * at least every few tiles.
 */
public final class Neighbours implements AutoCloseable {

    /** 64 MiB of similarities at a time: large enough to keep all cores in the matrix product. */
    private static final int TILE_FLOATS = 16 << 20;

    private static final int BASE_ROWS = 32_768;
    /**
     * Rows of either side of a tile whose similarities serve both. No power of two: the columns of such a tile would fall into
     * the same few places of the cache, and turning it around would take longer than computing it again.
     */
    private static final int JOIN_ROWS = 1_928;

    private static final int LEAST_QUERIES = 512;
    private static final int MOST_QUERIES = 8_192;
    /** The queries, the centres and their similarities stay in a core's second-level cache. */
    private static final int FEW_FLOATS = 1 << 17;

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int MOST_AT_ONCE = 128;
    /** About a second of multiplications on a small machine. */
    private static final double MOST_PRODUCTS = 5e10;

    private final Kernel kernel;

    /** On the CPU. */
    public Neighbours() {
        this(ExecutionProvider.CPU);
    }

    /**
     * @throws IllegalStateException if CUDA is demanded and not there; {@link ExecutionProvider#AUTO} falls back to the CPU
     */
    public Neighbours(ExecutionProvider wanted) {
        this.kernel = new Kernel(wanted);
    }

    /** {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}. */
    public ExecutionProvider provider() {
        return kernel.provider();
    }

    /** Why it is not CUDA, where it would have been taken. */
    public Optional<String> fallback() {
        return kernel.fallback();
    }

    /**
     * Nearest rows, best first.
     *
     * @param k how many each query has
     * @param rows {@code rows[query * k + rank]}: the row in the base
     * @param similarities the cosine similarity of the same place
     */
    public record Nearest(int k, int[] rows, float[] similarities) {

        /** Room for the nearest of so many queries. */
        static Nearest room(int queries, int k) {
            return new Nearest(k, new int[Math.multiplyExact(queries, k)], new float[queries * k]);
        }

        /** The first {@code most} of each query. */
        public Nearest first(int most) {
            if (most >= k) {
                return this;
            }
            Nearest first = room(rows.length / k, most);
            for (int i = 0; i < first.rows.length; i++) {
                first.rows[i] = rows[i / most * k + i % most];
                first.similarities[i] = similarities[i / most * k + i % most];
            }
            return first;
        }

        private float worst(int query) {
            return similarities[query * k + k - 1];
        }

        /** Puts a row in its place where it is better than the worst; of equal ones, those that were there come first. */
        private void insert(int query, int row, float similarity) {
            int at = query * k + k - 1;
            if (similarity <= similarities[at]) {
                return;
            }
            for (; at > query * k && similarity > similarities[at - 1]; at--) {
                rows[at] = rows[at - 1];
                similarities[at] = similarities[at - 1];
            }
            rows[at] = row;
            similarities[at] = similarity;
        }

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
        return nearest(queries, 0, queries.size(), base, k, progress);
    }

    /** The same for the queries of rows {@code from} to {@code to}, which are numbered from 0 in the result. */
    Nearest nearest(Vectors queries, int from, int to, Vectors base, int k, Progress progress) {
        int depth = Math.min(k, base.size());
        Nearest result = Nearest.room(to - from, depth);
        if (depth == 0) {
            return result;
        }
        int most = queriesOfTile(base.size());
        int atOnce = (int) Math.min(MOST_AT_ONCE, MOST_PRODUCTS / ((double) most * base.size() * base.dimension()));
        if (atOnce >= 2 * CORES) {
            nearestAlone(queries, tiles(queries, from, to, most), atOnce, base, result, progress);
        } else {
            for (int start = from, end; start < to; start = end) {
                end = queries.runEnd(start, to, most);
                nearestOfTile(
                        kernel::top,
                        queries.rows(start, end),
                        base,
                        result,
                        start - from,
                        progress.part((double) (start - from) / (to - from), (double) (end - from) / (to - from)));
            }
        }
        progress.at("neighbours", 1);
        return result;
    }

    /** Many small tiles, each by one core: none waits for another, and what one works on stays in its cache. */
    private void nearestAlone(
            Vectors queries, int[] starts, int atOnce, Vectors base, Nearest result, Progress progress) {
        for (int first = 0; first + 1 < starts.length; first += atOnce) {
            progress.at("neighbours", (double) first / starts.length);
            IntStream.range(first, Math.min(starts.length - 1, first + atOnce))
                    .parallel()
                    .forEach(tile -> nearestOfTile(
                            kernel::topAlone,
                            queries.rows(starts[tile], starts[tile + 1]),
                            base,
                            result,
                            starts[tile] - starts[0],
                            Progress.NONE));
        }
    }

    /** The nearest to some queries that lie side by side in a direct buffer, by this thread; k is at most the base's size. */
    Nearest nearestAlone(FloatBuffer queries, Vectors base, int k) {
        Nearest result = Nearest.room(queries.remaining() / base.dimension(), k);
        nearestOfTile(kernel::topAlone, queries, base, result, 0, Progress.NONE);
        return result;
    }

    private static int queriesOfTile(int base) {
        return base > LEAST_QUERIES
                ? Math.clamp(TILE_FLOATS / Math.min(base, BASE_ROWS), 1, LEAST_QUERIES)
                : Math.clamp(FEW_FLOATS / base, LEAST_QUERIES, MOST_QUERIES);
    }

    /** The {@code k} nearest other rows of every row; k is cut to one less than the size. */
    public Nearest join(Vectors vectors, int k, Progress progress) {
        int depth = Math.max(0, Math.min(k, vectors.size() - 1));
        Nearest withSelf = vectors.size() == 0 ? Nearest.room(0, 0) : joinWithSelf(vectors, depth + 1, progress);
        Nearest result = Nearest.room(vectors.size(), depth);
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
     * Each product is computed once: what a row is to another one, that one is to the row. Tiles are done by one core each, some
     * at the same time, and merged in their order.
     */
    private Nearest joinWithSelf(Vectors vectors, int depth, Progress progress) {
        int n = vectors.size();
        int[] starts = tiles(vectors, 0, n, JOIN_ROWS);
        Nearest result = Nearest.room(n, depth);
        int[] filled = new int[n];
        int atOnce = Math.max(CORES, (int) (MOST_PRODUCTS / ((double) JOIN_ROWS * JOIN_ROWS * vectors.dimension())));
        Queue<FloatBuffer> scratch = new ConcurrentLinkedQueue<>();
        for (int tile = 0; tile + 1 < starts.length; tile++) {
            for (int first = tile; first + 1 < starts.length; first += atOnce) {
                double left = (double) (n - starts[tile]) / n;
                progress.at("neighbours", Math.clamp(1 - left * left, 0.0, 1.0));
                int one = tile;
                int end = Math.min(starts.length - 1, first + atOnce);
                List<Runnable> merges = IntStream.range(first, end)
                        .parallel()
                        .mapToObj(other -> filled[starts[one]] == depth && filled[starts[other]] == depth
                                ? better(vectors, starts, one, other, result, scratch)
                                : best(vectors, starts, one, other, result, filled))
                        .toList();
                merges.forEach(Runnable::run);
            }
        }
        progress.at("neighbours", 1);
        return result;
    }

    /** Where tiles of at most so many rows begin, and where the last one ends. */
    private static int[] tiles(Vectors vectors, int from, int to, int most) {
        IntStream.Builder starts = IntStream.builder().add(from);
        for (int start = from; start < to; ) {
            start = vectors.runEnd(start, to, most);
            starts.add(start);
        }
        return starts.build().toArray();
    }

    /** The nearest of both sides of a tile, to be merged into those so far. */
    private Runnable best(Vectors vectors, int[] starts, int one, int other, Nearest result, int[] filled) {
        Kernel.Both both = kernel.both(
                vectors.rows(starts[one], starts[one + 1]),
                vectors.rows(starts[other], starts[other + 1]),
                vectors.dimension(),
                Math.min(result.k, starts[other + 1] - starts[other]),
                Math.min(result.k, starts[one + 1] - starts[one]));
        return () -> {
            merge(result, starts, one, other, filled, both.ofQueries());
            if (other > one) {
                merge(result, starts, other, one, filled, both.ofBase());
            }
        };
    }

    /**
     * The pairs of a tile that are better than the worst of the neighbours so far, of either side: soon these are few, and looking for
     * them takes a fraction of the time of putting all in order.
     */
    private Runnable better(
            Vectors vectors, int[] starts, int one, int other, Nearest result, Queue<FloatBuffer> scratch) {
        int rows = starts[one + 1] - starts[one];
        int columns = starts[other + 1] - starts[other];
        FloatBuffer free = scratch.poll();
        FloatBuffer room = free == null ? Vectors.allocate(JOIN_ROWS * JOIN_ROWS) : free;
        FloatBuffer tile = room.slice(0, rows * columns);
        kernel.productAlone(
                vectors.rows(starts[one], starts[one + 1]),
                vectors.rows(starts[other], starts[other + 1]),
                vectors.dimension(),
                tile);
        float[] worst = new float[columns];
        for (int column = 0; column < columns; column++) {
            // Within one tile each pair has two places, of which the row's serves it.
            worst[column] = other == one ? Float.MAX_VALUE : result.worst(starts[other] + column);
        }
        Pairs pairs = new Pairs();
        float[] similarities = new float[columns];
        for (int row = 0; row < rows; row++) {
            tile.get(row * columns, similarities);
            float least = result.worst(starts[one] + row);
            for (int column = 0; column < columns; column++) {
                if (similarities[column] > least || similarities[column] > worst[column]) {
                    pairs.add(starts[one] + row, starts[other] + column, similarities[column]);
                }
            }
        }
        scratch.add(room);
        return () -> {
            for (int i = 0; i < pairs.size; i++) {
                result.insert(pairs.rows[i], pairs.others[i], pairs.similarities[i]);
                if (other > one) {
                    result.insert(pairs.others[i], pairs.rows[i], pairs.similarities[i]);
                }
            }
        };
    }

    /** Two rows each, and how similar they are. */
    private static final class Pairs {

        private int[] rows = new int[1024];
        private int[] others = new int[1024];
        private float[] similarities = new float[1024];
        private int size;

        void add(int row, int other, float similarity) {
            if (size == rows.length) {
                rows = Arrays.copyOf(rows, 2 * size);
                others = Arrays.copyOf(others, 2 * size);
                similarities = Arrays.copyOf(similarities, 2 * size);
            }
            rows[size] = row;
            others[size] = other;
            similarities[size++] = similarity;
        }
    }

    /** Merges what the rows of one tile have found in another. */
    private static void merge(Nearest result, int[] starts, int one, int other, int[] filled, Kernel.Top found) {
        int k = Math.min(result.k, starts[other + 1] - starts[other]);
        for (int query = starts[one]; query < starts[one + 1]; query++) {
            merge(result, query, filled[query], found, (query - starts[one]) * k, k, starts[other]);
            filled[query] = Math.min(result.k, filled[query] + k);
        }
    }

    /**
     * Each vector's nearest centre.
     *
     * @param centre its row among the centres; of equally similar ones the first
     * @param similarity the cosine similarity to it
     */
    public record Assignment(int[] centre, float[] similarity) {

        /** The mean similarity: what spherical k-means maximises; 0 of nothing. */
        public double cohesion() {
            double sum = 0;
            for (float s : similarity) {
                sum += s;
            }
            return similarity.length == 0 ? 0 : sum / similarity.length;
        }
    }

    /**
     * The nearest of one or more centres for every vector; {@link #nearest} gives runners-up as well, at a higher price.
     *
     * @throws IllegalArgumentException if there is no centre
     */
    public Assignment assign(Vectors vectors, Vectors centres, Progress progress) {
        if (centres.size() == 0) {
            throw new IllegalArgumentException("expected at least one centre");
        }
        Nearest nearest = nearest(vectors, centres, 1, progress);
        return new Assignment(nearest.rows, nearest.similarities);
    }

    /**
     * The similarities of rows {@code from} to {@code to} of {@code vectors} with all its rows from {@code from} on.
     *
     * @return {@code [(row - from) * (size - from) + (other - from)]}
     */
    public float[] triangle(Vectors vectors, int from, int to) {
        int columns = vectors.size() - from;
        float[] all = new float[Math.multiplyExact(to - from, columns)];
        FloatBuffer tile = Vectors.allocate(Math.min(to - from, LEAST_QUERIES) * Math.min(columns, BASE_ROWS));
        for (int start = from, end; start < to; start = end) {
            end = vectors.runEnd(start, to, LEAST_QUERIES);
            products(vectors.rows(start, end), vectors, from, vectors.size(), tile, all, (start - from) * columns);
        }
        return all;
    }

    /**
     * The similarities of some queries, side by side in a direct buffer, with rows {@code from} to {@code to}.
     *
     * @param scratch a direct buffer with room for as many similarities as there are queries, or for several times that
     * @param into filled from {@code at} on, query by query
     */
    void products(FloatBuffer queries, Vectors base, int from, int to, FloatBuffer scratch, float[] into, int at) {
        int count = queries.remaining() / base.dimension();
        int most = Math.min(BASE_ROWS, scratch.capacity() / count);
        for (int start = from, end; start < to; start = end) {
            end = base.runEnd(start, to, most);
            int columns = end - start;
            FloatBuffer tile = scratch.slice(0, count * columns);
            kernel.product(queries.duplicate(), base.rows(start, end), base.dimension(), tile);
            for (int query = 0; query < count; query++) {
                tile.get(query * columns, into, at + query * (to - from) + start - from, columns);
            }
        }
    }

    Kernel kernel() {
        return kernel;
    }

    /** How a tile's product is made: by all cores or by one. */
    @FunctionalInterface
    private interface Tile {
        Kernel.Top top(FloatBuffer queries, FloatBuffer base, int dimension, int k);
    }

    private static void nearestOfTile(
            Tile tile, FloatBuffer queries, Vectors base, Nearest result, int at, Progress progress) {
        int count = queries.remaining() / base.dimension();
        int filled = 0;
        for (int start = 0, end; start < base.size(); start = end) {
            progress.at("neighbours", (double) start / base.size());
            end = base.runEnd(start, base.size(), BASE_ROWS);
            int k = Math.min(result.k, end - start);
            Kernel.Top found = tile.top(queries.duplicate(), base.rows(start, end), base.dimension(), k);
            if (k == result.k && filled == 0) {
                take(result, at, count, found);
            } else {
                for (int query = 0; query < count; query++) {
                    merge(result, at + query, filled, found, query * k, k, start);
                }
            }
            filled = Math.min(result.k, filled + k);
        }
    }

    /** The first tile's best are the best so far. */
    private static void take(Nearest result, int at, int queries, Kernel.Top found) {
        found.similarities().get(0, result.similarities, at * result.k, queries * result.k);
        for (int i = 0; i < queries * result.k; i++) {
            result.rows[at * result.k + i] = (int) found.rows().get(i);
        }
    }

    /** Merges a tile's best {@code k} into the best {@code filled} so far; earlier tiles hold lower rows and win ties. */
    private static void merge(Nearest result, int query, int filled, Kernel.Top found, int at, int k, int start) {
        int offset = query * result.k;
        if (filled == result.k && found.similarities().get(at) <= result.similarities[offset + filled - 1]) {
            return;
        }
        float[] oldSimilarities = Arrays.copyOfRange(result.similarities, offset, offset + filled);
        int[] oldRows = Arrays.copyOfRange(result.rows, offset, offset + filled);
        int old = 0;
        int fresh = 0;
        for (int rank = 0; rank < result.k && (old < filled || fresh < k); rank++) {
            boolean takeOld = old < filled
                    && (fresh >= k
                            || oldSimilarities[old] >= found.similarities().get(at + fresh));
            result.similarities[offset + rank] =
                    takeOld ? oldSimilarities[old] : found.similarities().get(at + fresh);
            result.rows[offset + rank] =
                    takeOld ? oldRows[old++] : start + (int) found.rows().get(at + fresh++);
        }
    }

    @Override
    public void close() {
        kernel.close();
    }
}
