package dev.winnow.curation.clusters.density;

import dev.winnow.curation.vectors.Components;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * Single linkage: the edges of a spanning tree, the shortest first, join its vertices two by two. Vertices are the nodes 0
 * to n − 1, the i-th edge makes node n + i, the last one is the root.
 */
final class Dendrogram {

    private final int vertices;
    private final int[] left;
    private final int[] right;
    private final int[] size;
    private final double[] distance;

    Dendrogram(SpanningTree tree) {
        this.vertices = tree.size();
        int joins = tree.edges().size();
        this.left = new int[joins];
        this.right = new int[joins];
        this.size = new int[joins];
        this.distance = new double[joins];
        Components components = new Components(vertices);
        int[] nodeOf = new int[vertices];
        for (int v = 0; v < vertices; v++) {
            nodeOf[v] = v;
        }
        for (int i = 0; i < joins; i++) {
            SpanningTree.Edge edge = tree.edges().get(i);
            left[i] = nodeOf[components.find(edge.from())];
            right[i] = nodeOf[components.find(edge.to())];
            size[i] = size(left[i]) + size(right[i]);
            distance[i] = edge.distance();
            components.union(edge.from(), edge.to());
            nodeOf[components.find(edge.from())] = vertices + i;
        }
    }

    int left(int node) {
        return left[node - vertices];
    }

    int right(int node) {
        return right[node - vertices];
    }

    /** The cosine distance at which the two parts of a node are joined. */
    double distance(int node) {
        return distance[node - vertices];
    }

    /** How many vertices a node has; a vertex itself has one. */
    int size(int node) {
        return node < vertices ? 1 : size[node - vertices];
    }

    /** All vertices of a node. */
    void leaves(int node, IntConsumer consumer) {
        Deque<Integer> open = new ArrayDeque<>();
        open.push(node);
        while (!open.isEmpty()) {
            int at = open.pop();
            if (at < vertices) {
                consumer.accept(at);
            } else {
                open.push(right(at));
                open.push(left(at));
            }
        }
    }
}
