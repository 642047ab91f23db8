package dev.winnow.curation.adapter;

import dev.winnow.curation.vectors.Vectors;
import java.util.stream.IntStream;

/**
 * A matrix that takes vectors to shorter or equally long ones: {@code z = Pᵀx / |Pᵀx|}.
 *
 * @param weights {@code [i * to + j]}
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and shared.
public record Projection(float[] weights, int from, int to) {

    private static final int CHUNK = 1_024;

    static Projection of(double[] weights, int from, int to) {
        float[] single = new float[weights.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) weights[i];
        }
        return new Projection(single, from, to);
    }

    /** Where the vectors go, each scaled to length 1. */
    Vectors of(Vectors vectors) {
        Vectors.Builder projected = new Vectors.Builder(to, vectors.size());
        float[][] chunk = new float[CHUNK][];
        for (int first = 0; first < vectors.size(); first += CHUNK) {
            int start = first;
            int rows = Math.min(CHUNK, vectors.size() - first);
            IntStream.range(0, rows).parallel().forEach(i -> chunk[i] = of(vectors.get(start + i)));
            for (int i = 0; i < rows; i++) {
                projected.add(chunk[i]);
            }
        }
        return projected.build();
    }

    /** {@code Pᵀx}, of any length. */
    float[] of(float[] vector) {
        double[] sums = new double[to];
        for (int i = 0; i < from; i++) {
            double x = vector[i];
            for (int j = 0, at = i * to; j < to; j++, at++) {
                sums[j] += x * weights[at];
            }
        }
        float[] projected = new float[to];
        for (int j = 0; j < to; j++) {
            projected[j] = (float) sums[j];
        }
        return projected;
    }
}
