package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * All pairs that are at least so similar, exactly, without comparing all pairs. Vectors are partitioned into {@link Cells}; a
 * row x in the cell of centre c has nothing within the angle θ in the cell of another centre c′ where
 *
 * <pre>  (x · c − x · c′) / |c − c′| &gt; sin θ</pre>
 *
 * for that is how far it lies from the plane between the two, on whose other side all of that cell is; nor where its angle to
 * c′ is larger by θ than that of any row of the cell. The more alike pairs have to be, the fewer cells are left: time is about
 * O(n · √n · d) where they are few, and never more than comparing all pairs. Up to {@value #FEW} rows all are compared.
 *
 * <p>Memory: a second copy of the vectors, 12 bytes a vector, and {@value #MOST_PAIRS} pairs or as many as there are rows;
 * where a block has more, it is cut in half and done again.
 */
public final class NearPairs {

    /** So many are compared with each other sooner than they are partitioned. */
    private static final int FEW = 4_096;

    private static final int BLOCK = 32_768;
    private static final int GATHERED_ROWS = 4_096;
    private static final int TILE_FLOATS = 4 << 20;
    private static final int MOST_PAIRS = 4 << 20;
    /** Products in single precision, by which rows were given to cells, are off by less. */
    private static final double ROUNDING = 1e-4;

    private final Neighbours neighbours;
    private final int mostPairs;
    private final int few;

    public NearPairs(Neighbours neighbours) {
        this(neighbours, MOST_PAIRS, FEW);
    }

    NearPairs(Neighbours neighbours, int mostPairs, int few) {
        this.neighbours = neighbours;
        this.mostPairs = mostPairs;
        this.few = few;
    }

    /** Whom rows are shown to, from the first to the last. */
    public interface Visitor {

        /** Whether the row still takes part: as the first of pairs, or as the other one. */
        boolean wants(int row);

        /**
         * What is near to a row, and wanted when it was looked for.
         *
         * @param others later rows, ascending
         * @param similarities of each, at least that asked for
         */
        void near(int row, int[] others, float[] similarities);
    }

    /**
     * Shows each wanted row, in order, all later wanted rows that are at least so similar.
     *
     * @param similarity the least cosine similarity, −1 to 1
     * @param seed where partitioning begins; the pairs do not depend on it
     */
    public void visit(Vectors vectors, double similarity, long seed, Visitor visitor, Progress progress) {
        if (vectors.size() < 2) {
            return;
        }
        Cells cells = vectors.size() <= few
                ? Cells.whole(vectors)
                : Cells.of(neighbours, vectors, Cells.usualCount(vectors.size()), seed, progress.part(0, 0.1));
        Search search = new Search(cells, similarity, visitor);
        for (int from = 0; from < vectors.size(); from += BLOCK) {
            int to = Math.min(vectors.size(), from + BLOCK);
            search.visit(from, to, progress.part(0.1 + 0.9 * from / vectors.size(), 0.1 + 0.9 * to / vectors.size()));
        }
    }

    private final class Search {

        private final Cells cells;
        private final float least;
        private final Visitor visitor;
        private final double reach;
        private final float[] leastToCentre;
        private final float[] betweenCentres;
        private final int[] placeOf;
        private final FloatBuffer gathered;
        private final FloatBuffer tile;
        private final Pairs pairs;

        Search(Cells cells, double similarity, Visitor visitor) {
            this.cells = cells;
            this.least = (float) similarity;
            this.visitor = visitor;
            // Beyond a right angle, every cell is within reach.
            this.reach = similarity <= 0 ? Double.MAX_VALUE : Math.sqrt(1 - similarity * similarity) + ROUNDING;
            this.leastToCentre = leastToCentre(cells, similarity);
            this.placeOf = new int[cells.rows().length];
            for (int place = 0; place < placeOf.length; place++) {
                placeOf[cells.rows()[place]] = place;
            }
            int most = Math.min(GATHERED_ROWS, placeOf.length);
            this.gathered = Vectors.allocate(most * cells.vectors().dimension());
            this.tile = Vectors.allocate((int) Math.min(TILE_FLOATS, (long) most * placeOf.length));
            this.betweenCentres = products(cells.centres(), 0, cells.count());
            this.pairs = new Pairs(Math.max(mostPairs, placeOf.length));
        }

        /** How similar to each centre a row has to be at least, to have something near in that cell. */
        private static float[] leastToCentre(Cells cells, double similarity) {
            float[] least = new float[cells.count()];
            for (int cell = 0; cell < least.length; cell++) {
                double widest = Math.acos(Math.clamp(cells.least()[cell], -1.0, 1.0))
                        + Math.acos(Math.clamp(similarity, -1.0, 1.0));
                least[cell] = (float) (widest >= Math.PI ? -2 : Math.cos(widest) - ROUNDING);
            }
            return least;
        }

        private float[] products(Vectors queries, int from, int to) {
            float[] all = new float[Math.multiplyExact(to - from, cells.count())];
            for (int start = from, end; start < to; start = end) {
                end = queries.runEnd(start, to, GATHERED_ROWS);
                neighbours.products(
                        queries.rows(start, end),
                        cells.centres(),
                        0,
                        cells.count(),
                        tile,
                        all,
                        (start - from) * cells.count());
            }
            return all;
        }

        void visit(int from, int to, Progress progress) {
            int[] rows = IntStream.range(from, to).filter(visitor::wants).toArray();
            pairs.clear();
            if (collect(rows, progress)) {
                pairs.show(rows, visitor);
            } else {
                int middle = (from + to) >>> 1;
                visit(from, middle, progress);
                visit(middle, to, progress);
            }
        }

        /** Whether there was room for all pairs of these rows. */
        private boolean collect(int[] rows, Progress progress) {
            int[][] visitors = visitors(rows, progress.part(0, 0.2));
            for (int cell = 0; cell < visitors.length; cell++) {
                progress.at("comparing", 0.2 + 0.8 * cell / visitors.length);
                int size = cells.size(cell);
                int atOnce = Math.clamp(TILE_FLOATS / size, 1, GATHERED_ROWS);
                for (int at = 0; at < visitors[cell].length; at += atOnce) {
                    int[] some = Arrays.copyOfRange(visitors[cell], at, Math.min(visitors[cell].length, at + atOnce));
                    if (!compare(rows, some, cell)) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** For each cell, the numbers of the rows that may have near ones in it. */
        private int[][] visitors(int[] rows, Progress progress) {
            Lists lists = new Lists(cells.count());
            for (int from = 0; from < rows.length; from += GATHERED_ROWS) {
                progress.at("comparing", (double) from / rows.length);
                int count = Math.min(GATHERED_ROWS, rows.length - from);
                float[] similarity = new float[count * cells.count()];
                neighbours.products(gather(rows, from, count), cells.centres(), 0, cells.count(), tile, similarity, 0);
                for (int i = 0; i < count; i++) {
                    int own = cellOf(placeOf[rows[from + i]]);
                    double toOwn = similarity[i * cells.count() + own];
                    for (int cell = 0; cell < cells.count(); cell++) {
                        if (similarity[i * cells.count() + cell] < leastToCentre[cell]) {
                            continue;
                        }
                        double beyond = toOwn - similarity[i * cells.count() + cell];
                        double squared = 2 - 2 * betweenCentres[own * cells.count() + cell];
                        if (beyond <= 0 || beyond * beyond <= reach * reach * squared) {
                            lists.add(cell, from + i);
                        }
                    }
                }
            }
            return lists.all();
        }

        private int cellOf(int place) {
            int found = Arrays.binarySearch(cells.starts(), place);
            return found >= 0 ? found : -found - 2;
        }

        private FloatBuffer gather(int[] rows, int from, int count) {
            int[] places = new int[count];
            for (int i = 0; i < count; i++) {
                places[i] = placeOf[rows[from + i]];
            }
            return cells.vectors().gather(places, 0, count, gathered);
        }

        private boolean compare(int[] rows, int[] numbers, int cell) {
            int start = cells.starts()[cell];
            int size = cells.size(cell);
            int[] theirs = Arrays.stream(numbers).map(number -> rows[number]).toArray();
            float[] similarity = new float[theirs.length * size];
            neighbours.products(
                    gather(theirs, 0, theirs.length), cells.vectors(), start, start + size, tile, similarity, 0);
            for (int i = 0; i < theirs.length; i++) {
                for (int j = 0; j < size; j++) {
                    if (similarity[i * size + j] >= least) {
                        int other = cells.rows()[start + j];
                        if (other > theirs[i]
                                && visitor.wants(other)
                                && !pairs.add(numbers[i], other, similarity[i * size + j])) {
                            return false;
                        }
                    }
                }
            }
            return true;
        }
    }

    /** Growing lists of numbers. */
    private static final class Lists {

        private final int[][] numbers;
        private final int[] sizes;

        Lists(int count) {
            this.numbers = new int[count][0];
            this.sizes = new int[count];
        }

        void add(int list, int number) {
            if (sizes[list] == numbers[list].length) {
                numbers[list] = Arrays.copyOf(numbers[list], Math.max(8, 2 * sizes[list]));
            }
            numbers[list][sizes[list]++] = number;
        }

        int[][] all() {
            for (int list = 0; list < numbers.length; list++) {
                numbers[list] = Arrays.copyOf(numbers[list], sizes[list]);
            }
            return numbers;
        }
    }

    /** Pairs of one block, in the order they were found. */
    private static final class Pairs {

        private final int most;
        private int[] numbers = new int[1024];
        private int[] others = new int[1024];
        private float[] similarities = new float[1024];
        private int size;

        Pairs(int most) {
            this.most = most;
        }

        void clear() {
            size = 0;
        }

        boolean add(int number, int other, float similarity) {
            if (size == most) {
                return false;
            }
            if (size == others.length) {
                int more = Math.min(most, 2 * size);
                numbers = Arrays.copyOf(numbers, more);
                others = Arrays.copyOf(others, more);
                similarities = Arrays.copyOf(similarities, more);
            }
            numbers[size] = number;
            others[size] = other;
            similarities[size++] = similarity;
            return true;
        }

        void show(int[] rows, Visitor visitor) {
            int[] starts = new int[rows.length + 1];
            for (int i = 0; i < size; i++) {
                starts[numbers[i] + 1]++;
            }
            Arrays.parallelPrefix(starts, Integer::sum);
            int[] next = starts.clone();
            // The row above, the place below: sorting by the one carries the other along.
            long[] found = new long[size];
            for (int i = 0; i < size; i++) {
                found[next[numbers[i]]++] = ((long) others[i] << 32) | i;
            }
            for (int number = 0; number < rows.length; number++) {
                if (starts[number] == starts[number + 1] || !visitor.wants(rows[number])) {
                    continue;
                }
                Arrays.sort(found, starts[number], starts[number + 1]);
                int[] theirs = new int[starts[number + 1] - starts[number]];
                float[] similar = new float[theirs.length];
                for (int i = 0; i < theirs.length; i++) {
                    theirs[i] = (int) (found[starts[number] + i] >>> 32);
                    similar[i] = similarities[(int) found[starts[number] + i]];
                }
                visitor.near(rows[number], theirs, similar);
            }
        }
    }
}
