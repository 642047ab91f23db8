package dev.winnow.curation.vectors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Unit vectors as the rows of one off-heap float32 matrix, size × dimension, row-major. Each row is scaled to length 1
 * when it is added, so that a dot product is a cosine similarity. Memory: 4 · size · dimension bytes, at most 2 GiB.
 */
public final class Vectors {

    private final FloatBuffer data;
    private final int dimension;
    private final int size;

    private Vectors(FloatBuffer data, int dimension, int size) {
        this.data = data;
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

    /** Row {@code row}, as a copy. */
    public float[] get(int row) {
        float[] vector = new float[dimension];
        data.get(row * dimension, vector);
        return vector;
    }

    /** The cosine similarity of two rows, −1 to 1, summed in double precision. */
    public double similarity(int one, int other) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += (double) data.get(one * dimension + i) * data.get(other * dimension + i);
        }
        return Math.clamp(sum, -1.0, 1.0);
    }

    /** The given rows, in the given order, as a copy. */
    public Vectors select(int[] rows) {
        FloatBuffer copy = allocate(rows.length, dimension);
        for (int i = 0; i < rows.length; i++) {
            copy.put(i * dimension, data, rows[i] * dimension, dimension);
        }
        return new Vectors(copy, dimension, rows.length);
    }

    /** Rows {@code from} to {@code to}, a view of this memory, positioned at its beginning. */
    FloatBuffer rows(int from, int to) {
        return data.slice(from * dimension, (to - from) * dimension);
    }

    private static FloatBuffer allocate(int size, int dimension) {
        long bytes = 4L * size * dimension;
        if (bytes > Integer.MAX_VALUE) {
            throw new TooManyVectorsException(size, dimension);
        }
        return ByteBuffer.allocateDirect((int) bytes)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Grows a matrix row by row. */
    public static final class Builder {

        private final int dimension;
        private FloatBuffer data;
        private int size;

        /** Expects about {@code expected} rows; more are no error. */
        public Builder(int dimension, int expected) {
            this.dimension = dimension;
            this.data = allocate(Math.max(expected, 1), dimension);
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
            if ((size + 1) * (long) dimension > data.capacity()) {
                data = allocate(size + size / 2 + 1, dimension).put(0, data, 0, size * dimension);
            }
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int i = 0; i < dimension; i++) {
                data.put(size * dimension + i, vector[i] * scale);
            }
            size++;
        }

        /** The matrix of all rows added. */
        public Vectors build() {
            return new Vectors(data, dimension, size);
        }
    }
}
