package dev.winnow.curation.duplicates;

import dev.winnow.curation.vectors.Neighbours;
import org.jspecify.annotations.Nullable;

/**
 * Which pairs of images are looked at, and in which order images may become survivors.
 *
 * @param order all rows, the best survivor first
 * @param cell of each row: rows of one cell are compared with each other, pair by pair; −1 for none
 * @param join the nearest neighbours of each row, which are looked at besides; null for none
 */
@SuppressWarnings("ArrayRecordComponent")
record Pairing(int[] order, int[] cell, Neighbours.@Nullable Nearest join) {

    /**
     * Every pair that can be near, exactly: the ten nearest of each row, and all pairs of crowded rows. In a dataset with
     * few bursts that leaves out almost all of the n² pairs, which finding the neighbours has already looked at.
     */
    static Pairing exact(int[] order, Nearness nearness) {
        int[] cell = new int[order.length];
        for (int row = 0; row < cell.length; row++) {
            cell[row] = nearness.isCrowded(row) ? 0 : -1;
        }
        return new Pairing(order, cell, nearness.join());
    }
}
