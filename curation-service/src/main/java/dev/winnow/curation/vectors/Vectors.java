package dev.winnow.curation.vectors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Unit vectors as the rows of one off-heap float32 matrix, size × dimension, row-major. Each row is scaled to length 1
 * when it is added, so that a dot product is a cosine similarity. Memory: 4 · size · dimension bytes, in pieces of at most
 * {@value #PIECE_BYTES} bytes, for a buffer of Java ends at 2 GiB. How much there may be is the JVM's limit of direct
 * memory; beyond it, an {@link OutOfMemoryError} says so.
 */
public final class Vectors {

    /** 64 MiB: what is allocated in vain at the end of a matrix, or copied when it grows, stays small beside the rest. */
    private static final int PIECE_BYTES = 64 << 20;

    private final FloatBuffer[] pieces;
    private final int shift;
    private final int dimension;
    private final int size;

    private Vectors(FloatBuffer[] pieces, int shift, int dimension, int size) {
        this.pieces = pieces;
        this.shift = shift;
        this.dimension = dimension;
        this.size = size;
    }

    /** The vectors of {@code rows}, each of the same length. */
    public static Vectors of(int dimension, List<float[]> rows) {
        Builder builder = new Builder(dimension, rows.size());
        rows.forEach(builder::add);
        return builder.build();
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** How long each is. */
    public int dimension() {
        return dimension;
    }

    /** The memory of all rows. */
    public long bytes() {
        return (long) Float.BYTES * size * dimension;
    }

    /** Row {@code row}, as a copy. */
    public float[] get(int row) {
        float[] vector = new float[dimension];
        read(row, vector);
        return vector;
    }

    /** Copies row {@code row} to the beginning of {@code into}. */
    public void read(int row, float[] into) {
        piece(row).get(offset(row), into, 0, dimension);
    }

    /** The cosine similarity of two rows, −1 to 1, summed in double precision. */
    public double similarity(int one, int other) {
        return similarity(one, this, other);
    }

    /** The cosine similarity of a row with one of another matrix, −1 to 1, summed in double precision. */
    public double similarity(int one, Vectors others, int other) {
        FloatBuffer a = piece(one);
        FloatBuffer b = others.piece(other);
        int fromA = offset(one);
        int fromB = others.offset(other);
        // Four sums side by side: one alone would wait for each of its additions.
        double sum = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i < dimension - 3; i += 4) {
            sum += (double) a.get(fromA + i) * b.get(fromB + i);
            second += (double) a.get(fromA + i + 1) * b.get(fromB + i + 1);
            third += (double) a.get(fromA + i + 2) * b.get(fromB + i + 2);
            fourth += (double) a.get(fromA + i + 3) * b.get(fromB + i + 3);
        }
        for (; i < dimension; i++) {
            sum += (double) a.get(fromA + i) * b.get(fromB + i);
        }
        return Math.clamp(sum + second + (third + fourth), -1.0, 1.0);
    }

    /** The given rows, in the given order, as a copy. */
    public Vectors select(int[] rows) {
        Builder copy = new Builder(dimension, rows.length, shift);
        for (int row : rows) {
            copy.addRow(this, row);
        }
        return copy.build();
    }

    /**
     * The end of the longest run of rows from {@code from} that lie in one piece of memory, at most {@code to} and at most
     * {@code most} rows on.
     */
    int runEnd(int from, int to, int most) {
        long piece = ((long) (from >>> shift) + 1) << shift;
        return (int) Math.min(Math.min(to, piece), (long) from + most);
    }

    /** Rows {@code from} to {@code to} of one piece, a view of this memory, positioned at its beginning. */
    FloatBuffer rows(int from, int to) {
        return piece(from).slice(offset(from), (to - from) * dimension);
    }

    /** Copies {@code count} of the given rows, from number {@code from} on, side by side into a direct buffer; a view of them. */
    FloatBuffer gather(int[] rows, int from, int count, FloatBuffer into) {
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            into.put(i * dimension, piece(row), offset(row), dimension);
        }
        return into.slice(0, count * dimension);
    }

    private FloatBuffer piece(int row) {
        return pieces[row >>> shift];
    }

    private int offset(int row) {
        return (row & ((1 << shift) - 1)) * dimension;
    }

    static FloatBuffer allocate(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Grows a matrix row by row. */
    public static final class Builder {

        private final int dimension;
        private final int expected;
        private final int shift;
        private final List<FloatBuffer> pieces = new ArrayList<>();
        private final float[] scaled;
        private int size;

        /** Expects about {@code expected} rows; more are no error. */
        public Builder(int dimension, int expected) {
            this(
                    dimension,
                    expected,
                    31 - Integer.numberOfLeadingZeros(Math.max(1, PIECE_BYTES / Float.BYTES / dimension)));
        }

        /** With pieces of 2 to the power of {@code shift} rows. */
        Builder(int dimension, int expected, int shift) {
            this.dimension = dimension;
            this.expected = expected;
            this.shift = shift;
            this.scaled = new float[dimension];
        }

        /**
         * Adds a row, scaled to length 1. A zero vector stays zero: it is similar to nothing.
         *
         * @throws IllegalArgumentException if it has another dimension, or a component that is not finite
         */
        public void add(float[] vector) {
            if (vector.length != dimension) {
                throw new IllegalArgumentException("expected dimension " + dimension + ", got " + vector.length);
            }
            double squares = 0;
            for (float x : vector) {
                squares += (double) x * x;
            }
            if (!Double.isFinite(squares)) {
                throw new IllegalArgumentException("expected finite components");
            }
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int i = 0; i < dimension; i++) {
                scaled[i] = vector[i] * scale;
            }
            room().put(offset(size), scaled, 0, dimension);
            size++;
        }

        /** Adds a row of another matrix of this dimension as it is, to the last bit. */
        public void addRow(Vectors other, int row) {
            if (other.dimension != dimension) {
                throw new IllegalArgumentException("expected dimension " + dimension + ", got " + other.dimension);
            }
            room().put(offset(size), other.piece(row), other.offset(row), dimension);
            size++;
        }

        /** The piece that the next row belongs to, with room for it. */
        private FloatBuffer room() {
            int number = size >>> shift;
            int inPiece = size & ((1 << shift) - 1);
            if (number == pieces.size()) {
                pieces.add(allocate(Math.clamp((long) expected - size, 1, 1 << shift) * dimension));
            } else if ((inPiece + 1) * (long) dimension > pieces.get(number).capacity()) {
                int rows = Math.min(inPiece + inPiece / 2 + 1, 1 << shift);
                FloatBuffer full = pieces.get(number);
                pieces.set(number, allocate(rows * dimension).put(0, full, 0, inPiece * dimension));
            }
            return pieces.get(number);
        }

        private int offset(int row) {
            return (row & ((1 << shift) - 1)) * dimension;
        }

        /** The matrix of all rows added; nothing more is added afterwards. */
        public Vectors build() {
            return new Vectors(pieces.toArray(FloatBuffer[]::new), shift, dimension, size);
        }
    }
}
