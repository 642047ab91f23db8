package dev.winnow.curation.probe;

/**
 * A share that was seen, and where the true one lies with a confidence of 95 % (Wilson, "Probable Inference, the Law of
 * Succession, and Statistical Inference", 1927): few images say little.
 *
 * @param value hits / trials, 0 to 1; 0 of none
 */
public record Proportion(int hits, int trials, double value, double low, double high) {

    private static final double Z = 1.959963984540054;

    public static Proportion of(int hits, int trials) {
        if (trials == 0) {
            return new Proportion(0, 0, 0, 0, 1);
        }
        double share = (double) hits / trials;
        double z2 = Z * Z;
        double middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
        double half = Z / (1 + z2 / trials) * Math.sqrt(share * (1 - share) / trials + z2 / (4.0 * trials * trials));
        return new Proportion(hits, trials, share, Math.max(0, middle - half), Math.min(1, middle + half));
    }
}
