package dev.winnow.curation.vectors;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Different rows chosen at random, each with the same chance: the beginning of a shuffle by Fisher and Yates. */
public final class RandomRows {

    private RandomRows() {}

    /**
     * {@code count} different rows in random order.
     *
     * @param size rows are numbered below it
     * @param count at most {@code size}
     */
    public static int[] drawn(int size, int count, RandomGenerator random) {
        int[] rows = IntStream.range(0, size).toArray();
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(size - i);
            int row = rows[i];
            rows[i] = rows[other];
            rows[other] = row;
        }
        return Arrays.copyOf(rows, count);
    }

    /** The same in ascending order. */
    public static int[] ascending(int size, int count, RandomGenerator random) {
        int[] rows = drawn(size, count, random);
        Arrays.sort(rows);
        return rows;
    }
}
