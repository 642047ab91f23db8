package dev.winnow.curation.selection;

import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;

/**
 * Who can be chosen, and what is chosen already.
 *
 * @param vectors of all images
 * @param rows of those that can be chosen, ascending
 * @param initial rows that count as chosen from the beginning, such as the labelled ones; none of them is in {@code rows}
 */
public record Candidates(Vectors vectors, int[] rows, int[] initial) {

    /** All rows, and nothing chosen before. */
    public static Candidates all(Vectors vectors) {
        int[] rows = new int[vectors.size()];
        Arrays.setAll(rows, row -> row);
        return new Candidates(vectors, rows, new int[0]);
    }

    /** How many can be chosen. */
    public int size() {
        return rows.length;
    }

    /** The vectors of those that can be chosen, a copy unless that is all. */
    Vectors own() {
        return rows.length == vectors.size() ? vectors : vectors.select(rows);
    }
}
