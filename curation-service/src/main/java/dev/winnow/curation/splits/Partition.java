package dev.winnow.curation.splits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in groups that grow together: union–find (Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm", 1975),
 * with path halving and union by size.
 */
public final class Partition {

    private final int[] parent;
    private final int[] size;

    /** Each of so many rows alone. */
    public Partition(int rows) {
        this.parent = IntStream.range(0, rows).toArray();
        this.size = new int[rows];
        Arrays.fill(size, 1);
    }

    /** Puts the groups of two rows together. */
    public void join(int one, int other) {
        int a = root(one);
        int b = root(other);
        if (a != b) {
            int larger = size[a] >= size[b] ? a : b;
            int smaller = larger == a ? b : a;
            parent[smaller] = larger;
            size[larger] += size[smaller];
        }
    }

    /** The groups, in the order of their first rows; rows ascend. */
    public List<int[]> groups() {
        int[] numberOf = new int[parent.length];
        Arrays.fill(numberOf, -1);
        List<int[]> groups = new ArrayList<>();
        int[] filled = new int[parent.length];
        for (int row = 0; row < parent.length; row++) {
            int root = root(row);
            if (numberOf[root] < 0) {
                numberOf[root] = groups.size();
                groups.add(new int[size[root]]);
            }
            groups.get(numberOf[root])[filled[root]++] = row;
        }
        return groups;
    }

    private int root(int row) {
        int at = row;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
