package dev.winnow.curation.bench;

import dev.winnow.curation.vectors.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Seeded unit vectors as networks give them: each is one of {@value #CLUSTERS} random directions, leans to another one of
 * them by a share between none and all of its length, and has noise of 0.6 times that; so clusters are dense and have no
 * sharp edge. One in twenty is a near copy of another, at a similarity of about 0.98. The vector of a number does not depend
 * on how many there are.
 *
 * @param n how many
 */
record SyntheticVectors(int n, int dimension, long seed) {

    static final int CLUSTERS = 500;

    private static final double NOISE = 0.6;
    private static final double COPIES = 0.05;
    private static final double COPY_NOISE = 0.2;
    private static final int ROWS_AT_ONCE = 4_096;

    /** Writes all of them, float32 in the order of this machine's bytes, one after the other. */
    void write(Path file) throws IOException {
        float[][] centres = new float[CLUSTERS][];
        for (int c = 0; c < CLUSTERS; c++) {
            centres[c] = noise(-1L - c, new float[dimension], 1);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(ROWS_AT_ONCE * dimension * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        FloatBuffer floats = bytes.asFloatBuffer();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int from = 0; from < n; from += ROWS_AT_ONCE) {
                int first = from;
                int count = Math.min(ROWS_AT_ONCE, n - from);
                IntStream.range(0, count)
                        .parallel()
                        .forEach(i -> floats.put(i * dimension, vector(first + i, centres)));
                bytes.clear().limit(count * dimension * Float.BYTES);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    /** The first {@code count} of a file of them. */
    Vectors read(Path file, int count) throws IOException {
        Vectors.Builder vectors = new Vectors.Builder(dimension, count);
        ByteBuffer bytes = ByteBuffer.allocateDirect(ROWS_AT_ONCE * dimension * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        float[] row = new float[dimension];
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int from = 0; from < count; from += ROWS_AT_ONCE) {
                int rows = Math.min(ROWS_AT_ONCE, count - from);
                bytes.clear().limit(rows * dimension * Float.BYTES);
                while (bytes.hasRemaining()) {
                    if (in.read(bytes) < 0) {
                        throw new IOException(file + " ends early");
                    }
                }
                FloatBuffer floats = bytes.flip().asFloatBuffer();
                for (int i = 0; i < rows; i++) {
                    floats.get(row);
                    vectors.add(row);
                }
            }
        }
        return vectors.build();
    }

    private float[] vector(int number, float[][] centres) {
        SplittableRandom random = random(number);
        float[] vector = original(number, centres);
        if (number > 0 && random.nextDouble() < COPIES) {
            vector = noise(number, unit(original(random.nextInt(number), centres)), COPY_NOISE);
        }
        return unit(vector);
    }

    private float[] original(int number, float[][] centres) {
        SplittableRandom random = random(~(long) number << 8);
        float[] vector = unit(centres[random.nextInt(CLUSTERS)].clone());
        float[] other = unit(centres[random.nextInt(CLUSTERS)].clone());
        float share = (float) random.nextDouble();
        for (int i = 0; i < dimension; i++) {
            vector[i] += share * other[i];
        }
        return noise(((long) number << 8) + 1, vector, NOISE);
    }

    /** Adds a random vector of about this length. */
    private float[] noise(long number, float[] vector, double length) {
        SplittableRandom random = random(number);
        double scale = length / Math.sqrt(dimension);
        for (int i = 0; i < dimension; i++) {
            vector[i] += (float) (scale * random.nextGaussian());
        }
        return vector;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        double scale = 1 / Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= (float) scale;
        }
        return vector;
    }

    private SplittableRandom random(long number) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number * 0xD1B54A32D192ED03L);
    }
}
