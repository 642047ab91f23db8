package dev.winnow.curation.clusters.density;

import dev.winnow.curation.Progress;
import dev.winnow.curation.clusters.density.SpanningTree.Edge;
import dev.winnow.curation.vectors.Components;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The minimum spanning tree of the mutual reachability distance (Campello, Moulavi and Sander, 2013),
 *
 * <pre>max(core(a), core(b), d(a, b))    core(x) = distance to x's {@code minSamples}-th nearest, itself counted</pre>
 *
 * <p>in two parts. First Borůvka's algorithm on the lists of nearest neighbours, as far as these are proof: what is not in
 * a list is at least as far as its last entry, so a component's shortest listed edge is its shortest of all wherever it is
 * no longer than the last entries of its members' lists; only such edges are taken. Then every pair of vectors of
 * different components is compared, and the rest of the tree found among the shortest edges between components ({@link
 * Bridges}). The tree is a minimum one up to the float32 rounding of similarities, some 10⁻⁷; its lengths are
 * computed anew in double precision.
 *
 * <p>Works on similarities, where the longest distance is the lowest. Cost O(n² · d), two passes over all pairs. Memory: n ·
 * (max({@value #LISTED}, minSamples + {@value #BEYOND_CORE})) · 8 bytes of lists, a second copy of the vectors, and what Bridges
 * states.
 */
final class MutualReachability {

    /** How long the lists are: components of about as many vectors can grow on their proof. */
    private static final int LISTED = 32;

    /** Entries past the core distance: without any, few edges are known to be shorter than what is not listed. */
    private static final int BEYOND_CORE = 16;

    /** Rounding leaves equal vectors about 1e-7 apart: that is no distance. */
    private static final double NO_DISTANCE = 1e-6;

    private final Neighbours neighbours;
    private final int listed;
    private final int matrixUpTo;

    MutualReachability(Neighbours neighbours) {
        this(neighbours, LISTED, Bridges.MATRIX_UP_TO);
    }

    /** With other sizes than usual, so that a test of few vectors takes every path. */
    MutualReachability(Neighbours neighbours, int listed, int matrixUpTo) {
        this.neighbours = neighbours;
        this.listed = listed;
        this.matrixUpTo = matrixUpTo;
    }

    /** @param minSamples 1 to the number of vectors */
    SpanningTree tree(Vectors vectors, int minSamples, Progress progress) {
        int n = vectors.size();
        if (n < 2) {
            return new SpanningTree(n, List.of());
        }
        int beyond = listed == LISTED ? BEYOND_CORE : 0;
        Neighbours.Nearest lists =
                neighbours.join(vectors, Math.max(listed, minSamples - 1 + beyond), progress.part(0, 0.55));
        int core = minSamples - 2;
        float[] reach = new float[n];
        for (int i = 0; i < n; i++) {
            reach[i] = core < 0 ? 1 : lists.similarity(i, core);
        }
        Components components = new Components(n);
        List<int[]> pairs = new ArrayList<>();
        growByLists(lists, reach, components, pairs);
        Bridges bridges = new Bridges(neighbours, matrixUpTo);
        while (components.count() > 1) {
            bridges.connect(vectors, reach, components, pairs, progress.part(0.55, 0.95));
        }
        progress.at("spanning tree", 0.95);
        double[] cores = IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> core < 0 ? 0 : distance(vectors, i, lists.row(i, core)))
                .toArray();
        return new SpanningTree(
                n,
                pairs.parallelStream()
                        .map(pair -> new Edge(
                                pair[0],
                                pair[1],
                                Math.max(
                                        distance(vectors, pair[0], pair[1]), Math.max(cores[pair[0]], cores[pair[1]]))))
                        .toList());
    }

    private static void growByLists(Neighbours.Nearest lists, float[] reach, Components components, List<int[]> pairs) {
        int n = reach.length;
        int depth = lists.k();
        boolean merged = true;
        while (merged && components.count() > 1) {
            float[] best = new float[n];
            Arrays.fill(best, Float.NEGATIVE_INFINITY);
            int[] from = new int[n];
            int[] to = new int[n];
            float[] unlisted = new float[n];
            Arrays.fill(unlisted, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < n; i++) {
                int own = components.find(i);
                if (depth < n - 1) {
                    unlisted[own] = Math.max(unlisted[own], lists.similarity(i, depth - 1));
                }
                for (int rank = 0; rank < depth; rank++) {
                    int j = lists.row(i, rank);
                    int other = components.find(j);
                    if (own != other) {
                        float s = Math.min(lists.similarity(i, rank), Math.min(reach[i], reach[j]));
                        for (int c : new int[] {own, other}) {
                            if (s > best[c]) {
                                best[c] = s;
                                from[c] = i;
                                to[c] = j;
                            }
                        }
                    }
                }
            }
            // The shortest first: then equal ones cannot close a circle with a longer edge in it.
            int[] proven = IntStream.range(0, n)
                    .filter(c -> best[c] > Float.NEGATIVE_INFINITY && best[c] >= unlisted[c])
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> -best[c])
                            .thenComparing(Comparator.naturalOrder()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            merged = false;
            for (int c : proven) {
                if (components.union(from[c], to[c])) {
                    pairs.add(new int[] {from[c], to[c]});
                    merged = true;
                }
            }
        }
    }

    private static double distance(Vectors vectors, int one, int other) {
        double distance = 1 - vectors.similarity(one, other);
        return distance < NO_DISTANCE ? 0 : distance;
    }
}
