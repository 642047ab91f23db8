package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours.Assignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A partition of vectors by the nearest of some centres, in which the rows of each cell lie side by side: an inverted file
 * (Sivic and Zisserman, "Video Google", 2003; Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search",
 * 2011, without the quantisation). Centres are those of spherical k-means on a sample. A cell of more than
 * {@value #MOST_TIMES_MEAN} times the mean size, as many copies of one picture make it, is cut into several that have the
 * same centre. Memory: a second copy of the vectors, and 8 bytes a vector.
 *
 * @param centres one a cell, unit vectors
 * @param vectors the rows, cell by cell, within a cell in their order
 * @param rows the row of the dataset at each place of {@code vectors}
 * @param starts where each cell begins in {@code vectors}; one more at the end
 * @param least the similarity to its centre of the row of each cell that is farthest from it
 */
record Cells(Vectors centres, Vectors vectors, int[] rows, int[] starts, float[] least) {

    private static final int MOST_TIMES_MEAN = 4;
    private static final int SAMPLE_A_CELL = 64;
    private static final int ROUNDS = 8;

    /** As many as make the search for the nearest cells and the search in them equally dear: the root of the size. */
    static int usualCount(int size) {
        return Math.max(1, (int) Math.sqrt(size));
    }

    /** All in one cell, without a copy: where comparing all is as cheap as partitioning. */
    static Cells whole(Vectors vectors) {
        return new Cells(
                vectors.select(new int[] {0}),
                vectors,
                sequence(vectors.size()),
                new int[] {0, vectors.size()},
                new float[] {-1});
    }

    /** Partitions into about {@code count} cells, deterministically given the seed. */
    static Cells of(Neighbours neighbours, Vectors vectors, int count, long seed, Progress progress) {
        int[] sample = RandomRows.drawn(
                vectors.size(), Math.min(vectors.size(), count * SAMPLE_A_CELL), new SplittableRandom(seed));
        Vectors training = vectors.select(sample);
        // The sample is in random order: its first rows are random ones.
        Vectors first = training.select(sequence(Math.min(count, training.size())));
        Vectors centres = new Lloyd(neighbours)
                .run(training, first, ROUNDS, named("partitioning", progress.part(0, 0.5)))
                .centres();
        return gather(
                vectors, centres, neighbours.assign(vectors, centres, named("partitioning", progress.part(0.5, 1))));
    }

    private static Cells gather(Vectors vectors, Vectors centres, Assignment assignment) {
        int[] cell = assignment.centre();
        int[] starts = new int[centres.size() + 1];
        for (int c : cell) {
            starts[c + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        int[] rows = new int[cell.length];
        for (int row = 0; row < cell.length; row++) {
            rows[next[cell[row]]++] = row;
        }
        int most = Math.max(1, MOST_TIMES_MEAN * cell.length / centres.size());
        List<Integer> centreOf = new ArrayList<>();
        List<Integer> cut = new ArrayList<>();
        for (int c = 0; c < centres.size(); c++) {
            for (int start = starts[c]; start < starts[c + 1]; start += most) {
                centreOf.add(c);
                cut.add(start);
            }
        }
        cut.add(cell.length);
        float[] least = new float[centreOf.size()];
        for (int c = 0; c < least.length; c++) {
            least[c] = 1;
            for (int place = cut.get(c); place < cut.get(c + 1); place++) {
                least[c] = Math.min(least[c], assignment.similarity()[rows[place]]);
            }
        }
        return new Cells(
                centres.select(centreOf.stream().mapToInt(Integer::intValue).toArray()),
                vectors.select(rows),
                rows,
                cut.stream().mapToInt(Integer::intValue).toArray(),
                least);
    }

    /** How many cells there are; none is empty. */
    int count() {
        return centres.size();
    }

    int size(int cell) {
        return starts[cell + 1] - starts[cell];
    }

    private static int[] sequence(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static Progress named(String stage, Progress progress) {
        return (within, fraction) -> progress.at(stage, fraction);
    }
}
