package dev.winnow.curation.clusters.density;

import dev.winnow.curation.Progress;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.vectors.Components;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Connects components by the shortest mutual reachability edges between them, found by comparing all pairs of vectors of
 * different components once, tile by tile. Up to {@link #MATRIX_UP_TO} components, the shortest edge of each two is kept, 12
 * bytes a pair of components (50 MB), and one pass connects everything; of more components, the shortest edge out of each is kept, one
 * pass at least halves their number, and the caller passes again (Borůvka).
 */
final class Bridges {

    static final int MATRIX_UP_TO = 2048;

    /** 32 MiB of similarities a tile. */
    private static final int TILE_FLOATS = 8 << 20;

    /** The columns of a tile are cut into so many parts whatever the number of cores, so that ties fall alike anywhere. */
    private static final int PARTS = 16;

    private final Neighbours neighbours;
    private final int matrixUpTo;

    Bridges(Neighbours neighbours, int matrixUpTo) {
        this.neighbours = neighbours;
        this.matrixUpTo = matrixUpTo;
    }

    /**
     * Connects the components, or at least halves their number, and adds the edges taken to {@code pairs}.
     *
     * @param reach the similarity of each vector to its core neighbour
     */
    void connect(Vectors vectors, float[] reach, Components components, List<int[]> pairs, Progress progress) {
        int n = vectors.size();
        int count = components.count();
        int[] labels = largestFirst(components.labels(), count);
        int[] begin = new int[count + 1];
        for (int label : labels) {
            begin[label + 1]++;
        }
        Arrays.parallelPrefix(begin, Integer::sum);
        int[] next = Arrays.copyOf(begin, count);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[next[labels[i]]++] = i;
        }
        Pass pass = new Pass(
                vectors.select(order),
                gather(reach, order),
                gather(labels, order),
                begin,
                count <= matrixUpTo ? new Matrix(count) : new Outgoing(count));
        pass.run(neighbours, progress);
        for (int[] pair : pass.best.tree()) {
            if (components.union(order[pair[0]], order[pair[1]])) {
                pairs.add(new int[] {order[pair[0]], order[pair[1]]});
            }
        }
    }

    /** Numbered anew by size: then a component of most vectors is no single part of the columns, which one core would do alone. */
    private static int[] largestFirst(int[] labels, int count) {
        int[] order = Clustering.largestFirst(labels, count);
        int[] rank = new int[count];
        for (int i = 0; i < count; i++) {
            rank[order[i]] = i;
        }
        return Arrays.stream(labels).map(label -> rank[label]).toArray();
    }

    /** One comparison of all pairs, with the vectors in the order of their components. */
    private record Pass(Vectors vectors, float[] reach, int[] component, int[] begin, Best best) {

        void run(Neighbours neighbours, Progress progress) {
            int n = vectors.size();
            int lastBegin = begin[begin.length - 2];
            for (int from = 0; from < lastBegin; ) {
                progress.at("spanning tree", (double) from / lastBegin);
                int to = Math.min(n, from + Math.clamp(TILE_FLOATS / (n - from), 1, 1024));
                float[] similarities = neighbours.triangle(vectors, from, to);
                int first = from;
                int end = to;
                IntStream.range(0, PARTS).parallel().forEach(part -> compare(similarities, first, end, part));
                from = to;
            }
        }

        /** The rows of a tile with the components that begin in one part of the columns. */
        private void compare(float[] similarities, int from, int to, int part) {
            int n = vectors.size();
            int low = firstFrom((int) ((long) n * part / PARTS));
            int high = firstFrom((int) ((long) n * (part + 1) / PARTS));
            for (int i = from; i < to; i++) {
                int a = component[i];
                int offset = (i - from) * (n - from) - from;
                for (int b = Math.max(low, a + 1); b < high; b++) {
                    float floor = best.of(part, a, b);
                    if (reach[i] <= floor) {
                        continue;
                    }
                    int found = -1;
                    float highest = floor;
                    for (int j = begin[b]; j < begin[b + 1]; j++) {
                        float s = similarities[offset + j];
                        float mutual = s < reach[j] ? s : reach[j];
                        if (mutual > highest) {
                            highest = mutual;
                            found = j;
                        }
                    }
                    if (found >= 0) {
                        best.offer(part, a, b, Math.min(highest, reach[i]), i, found);
                    }
                }
            }
        }

        /** The first component that begins at a row or after it. */
        private int firstFrom(int row) {
            int at = Arrays.binarySearch(begin, 0, begin.length - 1, row);
            return at >= 0 ? at : -at - 1;
        }
    }

    /** The shortest edges found so far, by their ends' rows. Different parts are offered edges at the same time. */
    private interface Best {

        /** Only an edge of higher similarity is worth an offer. */
        float of(int part, int a, int b);

        void offer(int part, int a, int b, float similarity, int from, int to);

        /** Edges of a minimum spanning tree, the shortest first. */
        List<int[]> tree();
    }

    /** The shortest edge between each two components; each component is the second end for one part only. */
    private static final class Matrix implements Best {

        private final int count;
        private final float[] best;
        private final int[] from;
        private final int[] to;

        Matrix(int count) {
            this.count = count;
            this.best = new float[count * count];
            Arrays.fill(best, Float.NEGATIVE_INFINITY);
            this.from = new int[count * count];
            this.to = new int[count * count];
        }

        @Override
        public float of(int part, int a, int b) {
            return best[a * count + b];
        }

        @Override
        public void offer(int part, int a, int b, float similarity, int i, int j) {
            best[a * count + b] = similarity;
            from[a * count + b] = i;
            to[a * count + b] = j;
        }

        /** Prim's algorithm on the components. */
        @Override
        public List<int[]> tree() {
            boolean[] inside = new boolean[count];
            int[] nearest = new int[count];
            inside[0] = true;
            return IntStream.range(1, count)
                    .mapToObj(edge -> {
                        int next = -1;
                        for (int c = 0; c < count; c++) {
                            if (!inside[c] && (next < 0 || best[at(nearest[c], c)] > best[at(nearest[next], next)])) {
                                next = c;
                            }
                        }
                        int taken = at(nearest[next], next);
                        inside[next] = true;
                        for (int c = 0; c < count; c++) {
                            if (!inside[c] && best[at(next, c)] > best[at(nearest[c], c)]) {
                                nearest[c] = next;
                            }
                        }
                        return new int[] {from[taken], to[taken]};
                    })
                    .toList();
        }

        private int at(int one, int other) {
            return Math.min(one, other) * count + Math.max(one, other);
        }
    }

    /** The shortest edge out of each component, part by part. */
    private static final class Outgoing implements Best {

        private final int count;
        private final float[][] best = new float[PARTS][];
        private final int[][] from = new int[PARTS][];
        private final int[][] to = new int[PARTS][];

        Outgoing(int count) {
            this.count = count;
            for (int part = 0; part < PARTS; part++) {
                best[part] = new float[count];
                Arrays.fill(best[part], Float.NEGATIVE_INFINITY);
                from[part] = new int[count];
                to[part] = new int[count];
            }
        }

        @Override
        public float of(int part, int a, int b) {
            return Math.min(best[part][a], best[part][b]);
        }

        @Override
        public void offer(int part, int a, int b, float similarity, int i, int j) {
            for (int c : new int[] {a, b}) {
                if (similarity > best[part][c]) {
                    best[part][c] = similarity;
                    from[part][c] = i;
                    to[part][c] = j;
                }
            }
        }

        @Override
        public List<int[]> tree() {
            int[] winner = new int[count];
            for (int c = 0; c < count; c++) {
                for (int part = 1; part < PARTS; part++) {
                    winner[c] = best[part][c] > best[winner[c]][c] ? part : winner[c];
                }
            }
            return IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> -best[winner[c]][c])
                            .thenComparing(Comparator.naturalOrder()))
                    .map(c -> new int[] {from[winner[c]][c], to[winner[c]][c]})
                    .toList();
        }
    }

    private static float[] gather(float[] values, int[] order) {
        float[] gathered = new float[order.length];
        for (int i = 0; i < order.length; i++) {
            gathered[i] = values[order[i]];
        }
        return gathered;
    }

    private static int[] gather(int[] values, int[] order) {
        return Arrays.stream(order).map(i -> values[i]).toArray();
    }
}
