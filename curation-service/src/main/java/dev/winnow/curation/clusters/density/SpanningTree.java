package dev.winnow.curation.clusters.density;

import java.util.Comparator;
import java.util.List;

/**
 * A minimum spanning tree.
 *
 * @param size how many vertices
 * @param edges one fewer, the shortest first
 */
record SpanningTree(int size, List<Edge> edges) {

    /** @param distance cosine distance, 0 to 2 */
    record Edge(int from, int to, double distance) {}

    SpanningTree {
        edges = edges.stream()
                .sorted(Comparator.comparingDouble(Edge::distance)
                        .thenComparingInt(Edge::from)
                        .thenComparingInt(Edge::to))
                .toList();
        if (edges.size() != Math.max(0, size - 1)) {
            throw new IllegalArgumentException(edges.size() + " edges for " + size + " vertices");
        }
    }
}
