package dev.winnow.curation.search;

import java.util.List;

/** Arithmetic of single vectors. */
final class UnitVectors {

    /** Squared length below which a combination of unit vectors is rounding, and points nowhere. */
    private static final double NOWHERE = 1e-12;

    private UnitVectors() {}

    /** The vector at length 1; empty where it has no direction, because it is zero or not finite. */
    static float[] unit(float[] vector) {
        double[] exact = new double[vector.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = vector[i];
        }
        return scaled(exact, 0);
    }

    /**
     * What to look for with examples of what it shall be like and unlike: the mean of the positive ones, and as far again
     * away from the mean of the negative ones, 2 · mean(P) − mean(N); without negative ones the mean. This is Qdrant's
     * recommendation by average vector, and a case of Rocchio's relevance feedback (1971).
     *
     * @param positive unit vectors, at least one
     * @param negative unit vectors
     * @return at length 1; empty where they cancel out
     */
    static float[] average(List<float[]> positive, List<float[]> negative) {
        double[] target = mean(positive);
        if (!negative.isEmpty()) {
            double[] away = mean(negative);
            for (int i = 0; i < target.length; i++) {
                target[i] = 2 * target[i] - away[i];
            }
        }
        return scaled(target, NOWHERE);
    }

    static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    private static double[] mean(List<float[]> vectors) {
        double[] mean = new double[vectors.getFirst().length];
        for (float[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) vector[i] / vectors.size();
            }
        }
        return mean;
    }

    private static float[] scaled(double[] vector, double nowhere) {
        double squares = 0;
        for (double x : vector) {
            squares += x * x;
        }
        if (!Double.isFinite(squares) || squares <= nowhere) {
            return new float[0];
        }
        double length = Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
