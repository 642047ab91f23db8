package dev.winnow.curation.vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Disjoint sets of vertices that grow together: union–find (Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm",
 * 1975), with path halving and union by size.
 */
public final class Components {

    private final int[] parent;
    private final int[] size;
    private int count;

    /** Each of so many vertices alone. */
    public Components(int vertices) {
        this.parent = IntStream.range(0, vertices).toArray();
        this.size = IntStream.range(0, vertices).map(i -> 1).toArray();
        this.count = vertices;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The vertex that stands for the component of {@code vertex}. */
    public int find(int vertex) {
        int v = vertex;
        while (parent[v] != v) {
            parent[v] = parent[parent[v]];
            v = parent[v];
        }
        return v;
    }

    /** Joins two components; false if they are one already. */
    public boolean union(int one, int other) {
        int a = find(one);
        int b = find(other);
        if (a == b) {
            return false;
        }
        int larger = size[a] >= size[b] ? a : b;
        int smaller = larger == a ? b : a;
        parent[smaller] = larger;
        size[larger] += size[smaller];
        count--;
        return true;
    }

    /** The component of each vertex, numbered from 0 in the order of their first vertices. */
    public int[] labels() {
        int[] labelOf = new int[parent.length];
        int[] labels = new int[parent.length];
        int next = 0;
        for (int v = 0; v < parent.length; v++) {
            int root = find(v);
            if (labelOf[root] == 0) {
                labelOf[root] = ++next;
            }
            labels[v] = labelOf[root] - 1;
        }
        return labels;
    }

    /** The vertices of each component, in the order of their first ones; vertices ascend. */
    public List<int[]> groups() {
        int[] labels = labels();
        List<int[]> groups = new ArrayList<>();
        int[] filled = new int[count];
        for (int v = 0; v < labels.length; v++) {
            int label = labels[v];
            if (label == groups.size()) {
                groups.add(new int[size[find(v)]]);
            }
            groups.get(label)[filled[label]++] = v;
        }
        return groups;
    }
}
