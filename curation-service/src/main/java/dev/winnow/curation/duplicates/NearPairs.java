package dev.winnow.curation.duplicates;

import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands out, for one row after another in the order of a {@link Pairing}, the rows not yet taken that are at least so
 * similar. Cells are compared as matrix products, a block of rows with the rest of their cell, and what is taken falls
 * out as the work goes on. Memory: the neighbours turned round, 8 bytes each; the vectors of the cells a second time, and once
 * more while one of them shrinks; and the pairs of the blocks at hand, 8 bytes each, at most 4 million or 16 for each row.
 */
final class NearPairs {

    private static final int BLOCK_PAIRS = 4 << 20;

    private final Neighbours neighbours;
    private final Vectors vectors;
    private final double least;
    private final boolean[] taken;
    private final Pairing pairing;
    private final Map<Integer, Cell> cells = new HashMap<>();
    private final int blockRows;
    private final int[] reversedAt;
    private final int[] reversedRows;
    private final float[] reversedSimilarities;

    /** Takes a row and its similarity. A row may come twice. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(int row, float similarity);
    }

    /** @param taken rows to pass over, as the caller goes on marking them */
    NearPairs(Neighbours neighbours, Vectors vectors, Pairing pairing, double least, boolean[] taken) {
        this.neighbours = neighbours;
        this.vectors = vectors;
        this.pairing = pairing;
        this.least = least;
        this.taken = taken;
        int inCells = 0;
        for (int row : pairing.order()) {
            inCells += pairing.cell()[row] >= 0 ? 1 : 0;
        }
        this.blockRows = Math.clamp(BLOCK_PAIRS / Math.max(1, inCells), 16, 256);
        Neighbours.Nearest join = pairing.join();
        int n = vectors.size();
        this.reversedAt = new int[n + 1];
        int k = join == null ? 0 : join.k();
        for (int i = 0; i < n * k; i++) {
            if (Objects.requireNonNull(join).similarities()[i] >= least) {
                reversedAt[join.rows()[i] + 1]++;
            }
        }
        Arrays.parallelPrefix(reversedAt, Integer::sum);
        this.reversedRows = new int[reversedAt[n]];
        this.reversedSimilarities = new float[reversedAt[n]];
        int[] next = Arrays.copyOf(reversedAt, n);
        for (int i = 0; i < n * k; i++) {
            if (Objects.requireNonNull(join).similarities()[i] >= least) {
                int at = next[join.rows()[i]]++;
                reversedRows[at] = i / k;
                reversedSimilarities[at] = join.similarities()[i];
            }
        }
        for (int row : pairing.order()) {
            int cell = pairing.cell()[row];
            if (cell >= 0 && !taken[row]) {
                cells.computeIfAbsent(cell, c -> new Cell()).expect(row);
            }
        }
    }

    /** The rows not yet taken that may be near to {@code row}; rows are asked for in the order of the pairing. */
    void of(int row, RowConsumer consumer) {
        Neighbours.Nearest join = pairing.join();
        for (int rank = 0; join != null && rank < join.k() && join.similarity(row, rank) >= least; rank++) {
            offer(join.row(row, rank), join.similarity(row, rank), consumer);
        }
        for (int i = reversedAt[row]; i < reversedAt[row + 1]; i++) {
            offer(reversedRows[i], reversedSimilarities[i], consumer);
        }
        Cell cell = cells.get(pairing.cell()[row]);
        if (cell != null) {
            cell.of(row, consumer);
        }
    }

    private void offer(int row, float similarity, RowConsumer consumer) {
        if (!taken[row]) {
            consumer.accept(row, similarity);
        }
    }

    /** Rows compared with each other, in the order of the pairing. */
    private final class Cell {

        private int[] rows = new int[16];
        private int size;
        private @Nullable Vectors matrix;
        private int at;
        private int blockFrom;
        private int blockEnd;
        private Found[] block = new Found[0];

        void expect(int row) {
            if (size == rows.length) {
                rows = Arrays.copyOf(rows, 2 * size);
            }
            rows[size++] = row;
        }

        void of(int row, RowConsumer consumer) {
            while (at < size && rows[at] != row) {
                at++;
            }
            if (at >= blockEnd) {
                compare();
            }
            Found found = block[at - blockFrom];
            for (int i = 0; i < found.size; i++) {
                offer(rows[found.others[i]], found.similarities[i], consumer);
            }
        }

        /** Compares the next rows with all that follow them; first drops the taken ones, where they are the most. */
        private void compare() {
            int left = 0;
            for (int i = at; i < size; i++) {
                left += taken[rows[i]] && i > at ? 0 : 1;
            }
            Vectors current = matrix;
            if (current == null || 2 * left < current.size() - at) {
                int[] rest = new int[left];
                int filled = 0;
                for (int i = at; i < size; i++) {
                    if (i == at || !taken[rows[i]]) {
                        rest[filled++] = rows[i];
                    }
                }
                rows = rest;
                size = left;
                at = 0;
                current = vectors.select(rest);
                matrix = current;
            }
            blockFrom = at;
            blockEnd = Math.min(size, at + blockRows);
            block = new Found[blockEnd - blockFrom];
            Arrays.setAll(block, i -> new Found());
            neighbours.pairs(current, blockFrom, blockEnd, least, (one, other, similarity) -> {
                // The first one is the row that was asked for, a survivor: taken, but to be answered.
                if ((one == blockFrom || !taken[rows[one]]) && !taken[rows[other]]) {
                    block[one - blockFrom].add(other, similarity);
                }
            });
            if (blockEnd == size) {
                matrix = null;
            }
        }
    }

    /** What one row of a block was found to be similar to. */
    private static final class Found {

        private int[] others = new int[4];
        private float[] similarities = new float[4];
        private int size;

        void add(int other, float similarity) {
            if (size == others.length) {
                others = Arrays.copyOf(others, 2 * size);
                similarities = Arrays.copyOf(similarities, 2 * size);
            }
            others[size] = other;
            similarities[size++] = similarity;
        }
    }
}
