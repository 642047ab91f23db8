package dev.winnow.curation.map;

/**
 * How near on the map belonging together is: 1 / (1 + a·d^(2b)), the smooth curve fitted by least squares to 1 below the
 * least distance and exp(−(d − least distance) / spread) beyond it (McInnes, Healy and Melville, 2018, definition 11).
 *
 * @param a above 0
 * @param b above 0
 */
public record UmapCurve(double a, double b) {

    private static final int SAMPLES = 300;
    private static final int ROUNDS = 200;

    /**
     * Fits the curve over 0 to 3 spreads, by the method of Levenberg and Marquardt.
     *
     * @param leastDistance how near two images may come on the map, 0 to {@code spread}
     * @param spread how far apart groups are, above 0
     */
    public static UmapCurve fit(double leastDistance, double spread) {
        UmapCurve curve = new UmapCurve(1, 1);
        double error = curve.error(leastDistance, spread);
        double damping = 1e-3;
        for (int round = 0; round < ROUNDS && damping < 1e12; round++) {
            UmapCurve next = curve.step(leastDistance, spread, damping);
            double nextError = next.a > 0 && next.b > 0 ? next.error(leastDistance, spread) : Double.POSITIVE_INFINITY;
            if (nextError < error) {
                curve = next;
                error = nextError;
                damping /= 10;
            } else {
                damping *= 10;
            }
        }
        return curve;
    }

    private double at(double distance) {
        return 1 / (1 + a * Math.pow(distance, 2 * b));
    }

    private static double target(double distance, double leastDistance, double spread) {
        return distance < leastDistance ? 1 : Math.exp(-(distance - leastDistance) / spread);
    }

    private double error(double leastDistance, double spread) {
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double x = 3 * spread * i / (SAMPLES - 1);
            double residual = target(x, leastDistance, spread) - at(x);
            sum += residual * residual;
        }
        return sum;
    }

    /** One damped step: solves (JᵀJ + damping · diag JᵀJ) step = Jᵀ residual for the two unknowns. */
    private UmapCurve step(double leastDistance, double spread, double damping) {
        double aa = 0;
        double ab = 0;
        double bb = 0;
        double ar = 0;
        double br = 0;
        // At 0 the curve is 1 whatever a and b.
        for (int i = 1; i < SAMPLES; i++) {
            double x = 3 * spread * i / (SAMPLES - 1);
            double value = at(x);
            double power = Math.pow(x, 2 * b);
            double da = -value * value * power;
            double db = -value * value * a * power * 2 * Math.log(x);
            double residual = target(x, leastDistance, spread) - value;
            aa += da * da;
            ab += da * db;
            bb += db * db;
            ar += da * residual;
            br += db * residual;
        }
        aa *= 1 + damping;
        bb *= 1 + damping;
        double determinant = aa * bb - ab * ab;
        return new UmapCurve(a + (ar * bb - br * ab) / determinant, b + (br * aa - ar * ab) / determinant);
    }
}
