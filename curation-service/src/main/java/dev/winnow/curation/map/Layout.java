package dev.winnow.curation.map;

/**
 * Places on a plane, one a row.
 *
 * @param x of each row, of no unit
 * @param y of each row, of no unit
 */
public record Layout(double[] x, double[] y) {

    /** Room for {@code size} rows, all at the origin. */
    static Layout of(int size) {
        return new Layout(new double[size], new double[size]);
    }

    public int size() {
        return x.length;
    }

    /** The square of the distance between two rows. */
    double squaredDistance(int one, int other) {
        double dx = x[one] - x[other];
        double dy = y[one] - y[other];
        return dx * dx + dy * dy;
    }
}
