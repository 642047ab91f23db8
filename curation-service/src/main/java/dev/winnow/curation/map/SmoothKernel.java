package dev.winnow.curation.map;

/**
 * How strongly a row belongs to each of its neighbours: exp(−max(0, d − ρ) / σ), where ρ is the distance to the nearest
 * that is apart, and σ makes the k memberships sum up to log₂ k (McInnes, Healy and Melville, "UMAP", 2018, algorithm 3).
 * So each image measures distances by its own surroundings.
 */
final class SmoothKernel {

    private static final int BISECTIONS = 64;
    private static final double CLOSE_ENOUGH = 1e-5;
    /** Keeps σ from vanishing among copies, as a share of the mean distance. */
    private static final double LEAST_SIGMA = 1e-3;

    /** Rounding leaves equal vectors about 1e-7 apart. */
    private static final double SAME = 1e-6;

    private SmoothKernel() {}

    /**
     * The membership of each neighbour, above 0 to 1.
     *
     * @param distances to the neighbours, ascending, at least one
     */
    static double[] memberships(double[] distances) {
        double nearest = 0;
        double mean = 0;
        for (int i = distances.length - 1; i >= 0; i--) {
            nearest = distances[i] > SAME ? distances[i] : nearest;
            mean += distances[i] / distances.length;
        }
        double target = Math.log(distances.length) / Math.log(2);
        double low = 0;
        double high = Double.POSITIVE_INFINITY;
        double sigma = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double sum = 0;
            for (double distance : distances) {
                sum += membership(distance, nearest, sigma);
            }
            if (Math.abs(sum - target) < CLOSE_ENOUGH) {
                break;
            }
            if (sum > target) {
                high = sigma;
                sigma = (low + high) / 2;
            } else {
                low = sigma;
                sigma = high == Double.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2;
            }
        }
        sigma = Math.max(sigma, LEAST_SIGMA * mean);
        double[] memberships = new double[distances.length];
        for (int i = 0; i < distances.length; i++) {
            memberships[i] = membership(distances[i], nearest, sigma);
        }
        return memberships;
    }

    private static double membership(double distance, double nearest, double sigma) {
        return distance <= nearest ? 1 : Math.exp((nearest - distance) / sigma);
    }
}
