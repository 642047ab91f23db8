package dev.winnow.curation.map;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;

/**
 * The fuzzy union of what rows think of their neighbours, a + b − a·b of the two memberships (McInnes, Healy and
 * Melville, 2018): a symmetric graph, each edge in both directions. The edges of row r are those from {@code start[r]} to
 * {@code start[r + 1]}, each with its other end and its weight, above 0 to 1.
 *
 * <p>Memory: 24 bytes for each neighbour of each row, and as much again while it is built.
 */
record FuzzyGraph(int[] start, int[] end, float[] weight) {

    private static final int REPORT_EVERY = 1 << 14;

    /** @param join the k nearest others of each row */
    static FuzzyGraph of(Neighbours.Nearest join, Progress progress) {
        int k = join.k();
        int size = k == 0 ? 0 : join.rows().length / k;
        float[] membership = new float[size * k];
        double[] distances = new double[k];
        for (int row = 0; row < size; row++) {
            report(progress, row, 0, size);
            for (int rank = 0; rank < k; rank++) {
                distances[rank] = Math.max(0, 1 - join.similarity(row, rank));
            }
            double[] of = SmoothKernel.memberships(distances);
            for (int rank = 0; rank < k; rank++) {
                membership[row * k + rank] = (float) of[rank];
            }
        }
        return union(join, membership, size, k, progress);
    }

    private static FuzzyGraph union(Neighbours.Nearest join, float[] membership, int size, int k, Progress progress) {
        // A row's edges: to all of its own neighbours, and to those that name it without being named by it.
        int[] start = new int[size + 1];
        for (int row = 0; row < size; row++) {
            report(progress, row, 1, size);
            start[row + 1] += k;
            for (int rank = 0; rank < k; rank++) {
                int other = join.row(row, rank);
                if (rank(join, other, row) < 0) {
                    start[other + 1]++;
                }
            }
        }
        for (int row = 0; row < size; row++) {
            start[row + 1] += start[row];
        }
        int[] end = new int[start[size]];
        float[] weight = new float[start[size]];
        int[] filled = new int[size];
        for (int row = 0; row < size; row++) {
            report(progress, row, 2, size);
            for (int rank = 0; rank < k; rank++) {
                int other = join.row(row, rank);
                float there = membership[row * k + rank];
                int back = rank(join, other, row);
                float here = back < 0 ? 0 : membership[other * k + back];
                float both = there + here - there * here;
                set(end, weight, start[row] + filled[row]++, other, both);
                if (back < 0) {
                    set(end, weight, start[other] + filled[other]++, row, both);
                }
            }
        }
        return new FuzzyGraph(start, end, weight);
    }

    /** Of three passes over all rows. */
    private static void report(Progress progress, int row, int pass, int size) {
        if (row % REPORT_EVERY == 0) {
            progress.at("graph", (pass + (double) row / size) / 3);
        }
    }

    private static void set(int[] end, float[] weight, int edge, int other, float value) {
        end[edge] = other;
        weight[edge] = value;
    }

    /** At which rank {@code from} has {@code to} for a neighbour; −1 if it has not. */
    private static int rank(Neighbours.Nearest join, int from, int to) {
        for (int rank = 0; rank < join.k(); rank++) {
            if (join.row(from, rank) == to) {
                return rank;
            }
        }
        return -1;
    }
}
