package dev.winnow.localstack.bench;

import java.util.Random;

/**
 * Unit vectors in clusters, as networks give them: a centre drawn from a normal distribution, and around it noise of
 * nearly the same length. The vector of a number is always the same.
 */
final class SyntheticVectors {

    private static final int CLUSTERS = 2000;
    private static final float NOISE = 0.8f;

    private final float[][] centres;
    private final int dimension;
    private final long seed;

    SyntheticVectors(int dimension, long seed) {
        this.dimension = dimension;
        this.seed = seed;
        this.centres = new float[CLUSTERS][dimension];
        Random random = new Random(seed);
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
    }

    float[] vector(long number) {
        Random random = new Random(seed * 31 + number * 0x9E3779B97F4A7C15L);
        float[] centre = centres[random.nextInt(CLUSTERS)];
        float[] vector = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            vector[i] = centre[i] + NOISE * (float) random.nextGaussian();
            squares += (double) vector[i] * vector[i];
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < dimension; i++) {
            vector[i] *= scale;
        }
        return vector;
    }
}
