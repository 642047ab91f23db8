package dev.winnow.curation.duplicates;

import dev.winnow.curation.vectors.Neighbours;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pairs that a list of nearest neighbours holds, from either side: the rows a row has among its nearest, and those that
 * have it among theirs. Memory: the neighbours that are similar enough, turned round, 8 bytes each.
 */
final class ListedPairs {

    private final Neighbours.@Nullable Nearest join;
    private final double least;
    private final int[] reversedAt;
    private final int[] reversedRows;
    private final float[] reversedSimilarities;

    /** Takes a row and its similarity. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(int row, float similarity);
    }

    /**
     * @param join the nearest of each row, best first; null for none
     * @param size how many rows there are
     * @param least the least cosine similarity of a pair
     */
    ListedPairs(Neighbours.@Nullable Nearest join, int size, double least) {
        this.join = join;
        this.least = least;
        this.reversedAt = new int[size + 1];
        int k = join == null ? 0 : join.k();
        float[] similarities = join == null ? new float[0] : join.similarities();
        int[] rows = join == null ? new int[0] : join.rows();
        for (int i = 0; i < size * k; i++) {
            if (similarities[i] >= least) {
                reversedAt[rows[i] + 1]++;
            }
        }
        Arrays.parallelPrefix(reversedAt, Integer::sum);
        this.reversedRows = new int[reversedAt[size]];
        this.reversedSimilarities = new float[reversedAt[size]];
        int[] next = Arrays.copyOf(reversedAt, size);
        for (int i = 0; i < size * k; i++) {
            if (similarities[i] >= least) {
                int at = next[rows[i]]++;
                reversedRows[at] = i / k;
                reversedSimilarities[at] = similarities[i];
            }
        }
    }

    /** The other rows of all pairs of {@code row}; one may come twice. */
    void of(int row, RowConsumer consumer) {
        for (int rank = 0; join != null && rank < join.k() && join.similarity(row, rank) >= least; rank++) {
            consumer.accept(join.row(row, rank), join.similarity(row, rank));
        }
        for (int i = reversedAt[row]; i < reversedAt[row + 1]; i++) {
            consumer.accept(reversedRows[i], reversedSimilarities[i]);
        }
    }
}
