package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The nearest neighbours of all rows, without comparing all pairs: vectors are partitioned into {@link Cells}, and each row is
 * compared with those in the cells whose centres are nearest to it. How many cells that takes is measured: on a seeded sample
 * of {@value #SAMPLE} rows, whose exact neighbours are computed, the least number with which {@link #AIMED_RECALL} of
 * them are found. How many are in fact found is measured on another sample, and is part of the result. Rows whose cells hold too
 * few others are compared with all.
 *
 * <p>Deterministic given vectors, k and seed; equal similarities are ordered by row. Cost: O(n · √n · p · d) for p cells of
 * √n; memory: a second copy of the vectors, and 8 · n · k bytes of results.
 */
public final class ApproximateNeighbours {

    /** The share of the exact neighbours that the number of cells is chosen for, with a reserve for the other sample. */
    static final double AIMED_RECALL = 0.97;

    private static final int SAMPLE = 500;
    private static final int GATHERED_ROWS = 4_096;
    /** Rounding leaves the similarity of the same two vectors about 1e-7 apart. */
    private static final float ROUNDING = 1e-5f;

    private final Neighbours neighbours;

    public ApproximateNeighbours(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * How neighbours were approximated.
     *
     * @param cells how many parts the dataset was cut into
     * @param probed how many of them each row was compared with
     * @param sampled for how many rows all neighbours were computed as well
     * @param recall the share of those rows' exact neighbours that was found, 0 to 1; one that is as similar counts as found
     */
    public record Approximation(int cells, int probed, int sampled, double recall) {}

    /** Neighbours, and how good they are. */
    public record Approximate(Nearest nearest, Approximation approximation) {}

    /** The about {@code k} nearest other rows of every row; k is cut to one less than the size. */
    public Approximate join(Vectors vectors, int k, long seed, Progress progress) {
        int depth = Math.max(0, Math.min(k, vectors.size() - 1));
        if (depth == 0) {
            return new Approximate(Nearest.room(vectors.size(), 0), new Approximation(0, 0, 0, 1));
        }
        Cells cells = Cells.of(neighbours, vectors, Cells.usualCount(vectors.size()), seed, progress.part(0, 0.1));
        int[] sample =
                RandomRows.drawn(vectors.size(), Math.min(vectors.size(), 2 * SAMPLE), new SplittableRandom(seed));
        Nearest exact = neighbours.nearest(vectors.select(sample), vectors, depth + 1, progress.part(0.1, 0.2));
        // A dataset too small for two samples has one, twice.
        int half = sample.length < 2 * SAMPLE ? sample.length : SAMPLE;
        int probes = probes(vectors, cells, sample, half, exact);
        Nearest found = search(vectors, cells, probes, depth, progress.part(0.2, 1));
        int first = sample.length - half;
        double recall = recall(sample, first, exact, found);
        return new Approximate(found, new Approximation(cells.count(), probes, half, recall));
    }

    /** The least number of cells with which the share aimed at of the first samples' neighbours is found. */
    private int probes(Vectors vectors, Cells cells, int[] sample, int count, Nearest exact) {
        int[] cellOf = new int[vectors.size()];
        for (int cell = 0; cell < cells.count(); cell++) {
            for (int place = cells.starts()[cell]; place < cells.starts()[cell + 1]; place++) {
                cellOf[cells.rows()[place]] = cell;
            }
        }
        Vectors queries = vectors.select(Arrays.copyOf(sample, count));
        Nearest order = neighbours.nearest(queries, cells.centres(), cells.count(), Progress.NONE);
        int[] inCell = new int[cells.count()];
        int[] rankOf = new int[cells.count()];
        long all = 0;
        for (int query = 0; query < count; query++) {
            for (int rank = 0; rank < order.k(); rank++) {
                rankOf[order.row(query, rank)] = rank;
            }
            for (int rank = 0; rank < exact.k(); rank++) {
                if (exact.row(query, rank) != sample[query]) {
                    inCell[rankOf[cellOf[exact.row(query, rank)]]]++;
                    all++;
                }
            }
        }
        long found = 0;
        for (int probes = 1; probes < inCell.length; probes++) {
            found += inCell[probes - 1];
            if (found >= AIMED_RECALL * all) {
                return probes;
            }
        }
        return inCell.length;
    }

    private Nearest search(Vectors vectors, Cells cells, int probes, int depth, Progress progress) {
        Best best = new Best(vectors.size(), depth);
        FloatBuffer gathered = Vectors.allocate(GATHERED_ROWS * vectors.dimension());
        for (int cell = 0; cell < cells.count(); cell++) {
            Progress part = progress.part((double) cell / cells.count(), (cell + 1.0) / cells.count());
            int from = cells.starts()[cell];
            int size = cells.size(cell);
            Nearest nearest =
                    neighbours.nearest(cells.vectors(), from, from + size, cells.centres(), probes, part.part(0, 0.1));
            int[][] visitors = visitors(nearest, size, from, cells.count());
            for (int probed = 0; probed < visitors.length; probed++) {
                part.at("neighbours", 0.1 + 0.9 * probed / visitors.length);
                int[] places = visitors[probed];
                for (int at = 0; at < places.length; at += GATHERED_ROWS) {
                    int[] some = Arrays.copyOfRange(places, at, Math.min(places.length, at + GATHERED_ROWS));
                    compare(cells, some, cells.vectors().gather(some, 0, some.length, gathered), probed, best);
                }
            }
        }
        complete(vectors, best, progress);
        return best.nearest;
    }

    /** For each cell, the places of the rows that look into it. */
    private static int[][] visitors(Nearest nearest, int size, int from, int cells) {
        int[] counts = new int[cells];
        for (int i = 0; i < size * nearest.k(); i++) {
            counts[nearest.rows()[i]]++;
        }
        int[][] visitors = new int[cells][];
        for (int cell = 0; cell < cells; cell++) {
            visitors[cell] = new int[counts[cell]];
        }
        for (int query = 0; query < size; query++) {
            for (int rank = 0; rank < nearest.k(); rank++) {
                int cell = nearest.row(query, rank);
                visitors[cell][visitors[cell].length - counts[cell]--] = from + query;
            }
        }
        return visitors;
    }

    private void compare(Cells cells, int[] places, FloatBuffer queries, int probed, Best best) {
        int end = cells.starts()[probed + 1];
        for (int start = cells.starts()[probed], next; start < end; start = next) {
            next = cells.vectors().runEnd(start, end, Integer.MAX_VALUE);
            // One more than wanted: the row itself may be among them.
            int k = Math.min(best.nearest.k() + 1, next - start);
            Kernel.Top top = neighbours
                    .kernel()
                    .top(
                            queries.duplicate(),
                            cells.vectors().rows(start, next),
                            cells.vectors().dimension(),
                            k);
            for (int query = 0; query < places.length; query++) {
                int row = cells.rows()[places[query]];
                for (int rank = 0; rank < k; rank++) {
                    int other = cells.rows()[start + (int) top.rows().get(query * k + rank)];
                    if (other != row
                            && !best.offer(row, other, top.similarities().get(query * k + rank))) {
                        break;
                    }
                }
            }
        }
    }

    /** Rows that met fewer others than they have neighbours are compared with all. */
    private void complete(Vectors vectors, Best best, Progress progress) {
        int depth = best.nearest.k();
        int[] rows = best.incomplete();
        Nearest exact = neighbours.nearest(vectors.select(rows), vectors, depth + 1, progress.part(1, 1));
        for (int i = 0; i < rows.length; i++) {
            best.filled[rows[i]] = 0;
            for (int rank = 0; rank < exact.k(); rank++) {
                if (exact.row(i, rank) != rows[i]) {
                    best.offer(rows[i], exact.row(i, rank), exact.similarity(i, rank));
                }
            }
        }
    }

    private static double recall(int[] sample, int first, Nearest exact, Nearest found) {
        long hits = 0;
        for (int i = first; i < sample.length; i++) {
            // The k-th of the others: the row itself is one of the k + 1, or so are k + 1 copies of it.
            float least = exact.similarity(i, exact.k() - 1) - ROUNDING;
            for (int rank = 0; rank < found.k(); rank++) {
                hits += found.similarity(sample[i], rank) >= least ? 1 : 0;
            }
        }
        return (double) hits / Math.max(1, (sample.length - first) * (long) found.k());
    }

    /** The best neighbours met so far, in order, for each row. */
    private static final class Best {

        private final Nearest nearest;
        private final int[] filled;

        Best(int size, int depth) {
            this.nearest = Nearest.room(size, depth);
            this.filled = new int[size];
        }

        /** Whether it is one of the best; of equally similar ones the lower row is. */
        boolean offer(int row, int other, float similarity) {
            int k = nearest.k();
            int offset = row * k;
            int at = filled[row];
            while (at > 0 && before(other, similarity, offset + at - 1)) {
                at--;
            }
            if (at == k) {
                return false;
            }
            int moved = Math.min(filled[row], k - 1) - at;
            System.arraycopy(nearest.rows(), offset + at, nearest.rows(), offset + at + 1, moved);
            System.arraycopy(nearest.similarities(), offset + at, nearest.similarities(), offset + at + 1, moved);
            nearest.rows()[offset + at] = other;
            nearest.similarities()[offset + at] = similarity;
            filled[row] = Math.min(k, filled[row] + 1);
            return true;
        }

        private boolean before(int other, float similarity, int place) {
            return similarity > nearest.similarities()[place]
                    || (similarity == nearest.similarities()[place] && other < nearest.rows()[place]);
        }

        int[] incomplete() {
            int[] rows = new int[filled.length];
            int count = 0;
            for (int row = 0; row < filled.length; row++) {
                if (filled[row] < nearest.k()) {
                    rows[count++] = row;
                }
            }
            return Arrays.copyOf(rows, count);
        }
    }
}
