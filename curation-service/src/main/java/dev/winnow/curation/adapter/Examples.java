package dev.winnow.curation.adapter;

import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;

/**
 * Labelled vectors.
 *
 * @param given the class of each row
 * @param classes how many there are; a class may have no row
 */
@SuppressWarnings("ArrayRecordComponent")
record Examples(Vectors vectors, int[] given, int classes) {

    int size() {
        return given.length;
    }

    int dimension() {
        return vectors.dimension();
    }

    /** Some of them, by their places. */
    Examples select(int[] places) {
        return new Examples(
                vectors.select(places),
                Arrays.stream(places).map(place -> given[place]).toArray(),
                classes);
    }

    /** The same classes, other vectors. */
    Examples with(Vectors others) {
        return new Examples(others, given, classes);
    }

    /** How many rows each class has. */
    int[] support() {
        int[] support = new int[classes];
        for (int c : given) {
            support[c]++;
        }
        return support;
    }
}
