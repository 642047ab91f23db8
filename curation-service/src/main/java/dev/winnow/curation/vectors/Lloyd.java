package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours.Assignment;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rounds of spherical k-means from given centres (Lloyd, "Least Squares Quantization in PCM", 1982; Dhillon and Modha,
 * 2001): each vector goes to its nearest centre, each centre becomes the normalised mean of its vectors.
 *
 * <p>A vector whose centre is the nearest by more than all centres have moved meanwhile is not compared again: the
 * triangle inequality of chords, √(2 − 2 · similarity), says that it stays (Hamerly, "Making k-means Even Faster", 2010). The
 * result is that of comparing all, of which vectors in clusters soon need little.
 *
 * <p>Memory: the centres twice and in double precision, 32 bytes a vector, and one tile a core. Cost: O(n · k · d) a round at most.
 */
public final class Lloyd {

    private static final int GATHERED_ROWS = 16_384;
    private static final int ROWS_A_TILE = 512;
    private static final int ROWS_A_THREAD = 1_024;
    /** Where more than this share may have moved, as in the first rounds, picking them out costs more than it saves. */
    private static final double MOST_SUSPECTS = 0.6;
    /** What rounding a similarity to single precision does to the chord of nearly equal vectors. */
    private static final double ROUNDING = 2e-3;
    /** The square of what rounding leaves of vectors that cancel out. */
    private static final double NOTHING = 1e-20;

    private final Neighbours neighbours;

    public Lloyd(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * @param centres unit vectors
     * @param assignment to these centres
     * @param rounds how often the centres were moved
     */
    public record Fit(Vectors centres, Assignment assignment, int rounds) {}

    /**
     * At most so many rounds; fewer where no vector changes its centre any more. A centre without vectors goes to the vector that
     * is farthest from its own; it stays where none is away from its own, and so does a centre whose vectors cancel out.
     */
    public Fit run(Vectors vectors, Vectors centres, int rounds, Progress progress) {
        if (rounds == 0 || vectors.size() == 0) {
            return new Fit(centres, neighbours.assign(vectors, centres, progress), 0);
        }
        Bounds bounds = new Bounds(neighbours.nearest(vectors, centres, 2, progress.part(0, 1.0 / (rounds + 1))));
        Means means = new Means(vectors, bounds.centre, centres);
        FloatBuffer gathered = Vectors.allocate(Math.min(vectors.size(), GATHERED_ROWS) * vectors.dimension());
        Vectors current = centres;
        for (int round = 1; ; round++) {
            Vectors moved = means.centres();
            int[] empty = means.empty();
            if (empty.length > 0) {
                moved = means.replace(empty, bounds.farthest(vectors, moved, empty.length));
            }
            Progress part = progress.part(round / (rounds + 1.0), (round + 1) / (rounds + 1.0));
            if (round == rounds) {
                return new Fit(moved, neighbours.assign(vectors, moved, part), round);
            }
            int[] before = bounds.centre.clone();
            bounds.move(current, moved);
            compare(vectors, moved, bounds, gathered, part);
            if (Arrays.equals(before, bounds.centre)) {
                return new Fit(moved, neighbours.assign(vectors, moved, part), round);
            }
            means.move(before, bounds.centre);
            current = moved;
        }
    }

    /** Compares the vectors that may have another nearest centre now with all of them. */
    private void compare(Vectors vectors, Vectors centres, Bounds bounds, FloatBuffer gathered, Progress progress) {
        if (bounds.suspects() > MOST_SUSPECTS * vectors.size()) {
            bounds.set(neighbours.nearest(vectors, centres, 2, progress));
            return;
        }
        int[] rows = bounds.undecided(vectors, centres);
        int d = vectors.dimension();
        int atOnce = gathered.capacity() / d;
        for (int from = 0; from < rows.length; from += atOnce) {
            progress.at("k-means", (double) from / rows.length);
            int first = from;
            int end = Math.min(rows.length, from + atOnce);
            IntStream.range(0, Math.ceilDiv(end - from, ROWS_A_TILE)).parallel().forEach(tile -> {
                int start = first + tile * ROWS_A_TILE;
                int count = Math.min(ROWS_A_TILE, end - start);
                FloatBuffer own = gathered.slice(tile * ROWS_A_TILE * d, count * d);
                Nearest nearest = neighbours.nearestAlone(
                        vectors.gather(rows, start, count, own), centres, Math.min(2, centres.size()));
                for (int i = 0; i < count; i++) {
                    bounds.set(rows[start + i], nearest, i);
                }
            });
        }
        progress.at("k-means", 1);
    }

    /** Each vector's centre, how far it is at most, and how far every other one is at least. */
    private static final class Bounds {

        private final int[] centre;
        private final float[] own;
        private final float[] others;

        Bounds(Nearest nearest) {
            int n = nearest.k() == 0 ? 0 : nearest.rows().length / nearest.k();
            this.centre = new int[n];
            this.own = new float[n];
            this.others = new float[n];
            set(nearest);
        }

        void set(Nearest nearest) {
            for (int row = 0; row < centre.length; row++) {
                set(row, nearest, row);
            }
        }

        void set(int row, Nearest nearest, int query) {
            centre[row] = nearest.row(query, 0);
            own[row] = (float) chord(nearest.similarity(query, 0));
            others[row] = nearest.k() == 1 ? Float.MAX_VALUE : (float) chord(nearest.similarity(query, 1));
        }

        /** Centres have moved: a vector is farther from its own by that at most, and nearer to others. */
        void move(Vectors before, Vectors after) {
            double[] way = new double[before.size()];
            int farthest = 0;
            for (int c = 0; c < way.length; c++) {
                way[c] = chord(before.similarity(c, after, c));
                farthest = way[c] > way[farthest] ? c : farthest;
            }
            double second = 0;
            for (int c = 0; c < way.length; c++) {
                second = c == farthest ? second : Math.max(second, way[c]);
            }
            for (int row = 0; row < centre.length; row++) {
                own[row] += (float) way[centre[row]];
                others[row] -= (float) (centre[row] == farthest ? second : way[farthest]);
            }
        }

        /** How many rows have bounds that do not say that their centre is the nearest. */
        int suspects() {
            int count = 0;
            for (int row = 0; row < centre.length; row++) {
                count += own[row] + ROUNDING >= others[row] ? 1 : 0;
            }
            return count;
        }

        /** The rows whose bounds do not say that their centre is the nearest, also after their own is known exactly. */
        int[] undecided(Vectors vectors, Vectors centres) {
            float[][] units = new float[centres.size()][];
            Arrays.setAll(units, centres::get);
            boolean[] open = new boolean[centre.length];
            IntStream.range(0, Math.ceilDiv(centre.length, ROWS_A_THREAD))
                    .parallel()
                    .forEach(part -> {
                        float[] vector = new float[vectors.dimension()];
                        int end = Math.min(centre.length, (part + 1) * ROWS_A_THREAD);
                        for (int row = part * ROWS_A_THREAD; row < end; row++) {
                            if (own[row] + ROUNDING >= others[row]) {
                                vectors.read(row, vector);
                                own[row] = (float) chord(dot(vector, units[centre[row]]));
                                open[row] = own[row] + ROUNDING >= others[row];
                            }
                        }
                    });
            return IntStream.range(0, open.length).filter(row -> open[row]).toArray();
        }

        /** Up to {@code count} rows that are away from their centres, those that are the farthest. */
        int[] farthest(Vectors vectors, Vectors centres, int count) {
            // Distance and row in one number each, so that a plain sort puts the farthest, then the lowest row, first.
            return IntStream.range(0, centre.length)
                    .parallel()
                    .mapToLong(row -> (((1L << 31) - Math.round(apart(vectors, row, centres) * (1 << 29))) << 32) | row)
                    .filter(key -> (1L << 31) - (key >>> 32) > ROUNDING * (1 << 29))
                    .sorted()
                    .limit(count)
                    .mapToInt(key -> (int) key)
                    .toArray();
        }

        private double apart(Vectors vectors, int row, Vectors centres) {
            return chord(vectors.similarity(row, centres, centre[row]));
        }

        private static double chord(double similarity) {
            return Math.sqrt(Math.max(0, 2 - 2 * similarity));
        }

        /** In four sums, which a processor adds up at the same time. */
        private static double dot(float[] one, float[] other) {
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            int i = 0;
            for (; i + 3 < one.length; i += 4) {
                a += one[i] * other[i];
                b += one[i + 1] * other[i + 1];
                c += one[i + 2] * other[i + 2];
                d += one[i + 3] * other[i + 3];
            }
            for (; i < one.length; i++) {
                a += one[i] * other[i];
            }
            return (double) a + b + c + d;
        }
    }

    /** Sums in double precision, in the order of rows: the same whatever the number of cores. */
    private static final class Means {

        private final Vectors vectors;
        private final double[][] sums;
        private final int[] sizes;
        private Vectors last;

        Means(Vectors vectors, int[] assignment, Vectors centres) {
            this.vectors = vectors;
            this.last = centres;
            this.sums = new double[centres.size()][vectors.dimension()];
            this.sizes = new int[centres.size()];
            int[] none = new int[assignment.length];
            Arrays.fill(none, -1);
            move(none, assignment);
        }

        /** Takes vectors away from the centres they had, and adds them to those they have. */
        void move(int[] before, int[] after) {
            int[] rows = IntStream.range(0, after.length)
                    .filter(row -> before[row] != after[row])
                    .toArray();
            int[][] leaving = byCentre(rows, before);
            int[][] coming = byCentre(rows, after);
            IntStream.range(0, sums.length).parallel().forEach(centre -> {
                float[] vector = new float[vectors.dimension()];
                double[] sum = sums[centre];
                for (int row : leaving[centre]) {
                    vectors.read(row, vector);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] -= vector[j];
                    }
                }
                for (int row : coming[centre]) {
                    vectors.read(row, vector);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] += vector[j];
                    }
                }
                sizes[centre] += coming[centre].length - leaving[centre].length;
                if (sizes[centre] == 0) {
                    // Adding and taking away leaves a trace.
                    Arrays.fill(sum, 0);
                }
            });
        }

        /** The centres without vectors. */
        int[] empty() {
            return IntStream.range(0, sizes.length).filter(c -> sizes[c] == 0).toArray();
        }

        /** The last centres, of which the first ones of {@code places} give way to vectors. */
        Vectors replace(int[] places, int[] rows) {
            Vectors.Builder centres = new Vectors.Builder(vectors.dimension(), sums.length);
            for (int centre = 0, taken = 0; centre < sums.length; centre++) {
                if (taken < rows.length && places[taken] == centre) {
                    centres.addRow(vectors, rows[taken++]);
                } else {
                    centres.addRow(last, centre);
                }
            }
            last = centres.build();
            return last;
        }

        /** The normalised means; where there is none, what was there before. */
        Vectors centres() {
            Vectors.Builder centres = new Vectors.Builder(vectors.dimension(), sums.length);
            for (int centre = 0; centre < sums.length; centre++) {
                double squares = 0;
                for (double x : sums[centre]) {
                    squares += x * x;
                }
                if (squares < NOTHING) {
                    centres.addRow(last, centre);
                } else {
                    float[] unit = new float[vectors.dimension()];
                    for (int j = 0; j < unit.length; j++) {
                        unit[j] = (float) (sums[centre][j] / Math.sqrt(squares));
                    }
                    centres.add(unit);
                }
            }
            last = centres.build();
            return last;
        }

        private int[][] byCentre(int[] rows, int[] centreOf) {
            int[] counts = new int[sums.length];
            for (int row : rows) {
                if (centreOf[row] >= 0) {
                    counts[centreOf[row]]++;
                }
            }
            int[][] members = new int[sums.length][];
            for (int centre = 0; centre < members.length; centre++) {
                members[centre] = new int[counts[centre]];
            }
            for (int row : rows) {
                int centre = centreOf[row];
                if (centre >= 0) {
                    members[centre][members[centre].length - counts[centre]--] = row;
                }
            }
            return members;
        }
    }
}
