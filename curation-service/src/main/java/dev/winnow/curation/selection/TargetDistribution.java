package dev.winnow.curation.selection;

import java.util.Arrays;
import java.util.List;

/**
 * How near the distribution of an identifier comes to a wanted one. With c(b) images of bin b chosen and q(b) = share(b) · n
 * wanted, the value is Σ min(c(b), q(b)) / n: at n images 1 − ½ Σ |c(b) / n − share(b)|, one minus the total variation
 * distance. It is concave in each count, hence submodular.
 */
final class TargetDistribution implements Objective {

    private final String name;
    private final int[] bin;
    private final double[] wanted;
    private final int[] counts;
    private final double unit;

    /**
     * @param bin of each candidate; −1 for none
     * @param initial the bins of what is chosen already
     * @param shares of each bin, adding up to 1
     * @param n how many shall be chosen
     */
    TargetDistribution(String name, int[] bin, int[] initial, double[] shares, int n) {
        this.name = name;
        this.bin = bin;
        this.wanted =
                Arrays.stream(shares).map(share -> share * (n + initial.length)).toArray();
        this.counts = new int[shares.length];
        for (int b : initial) {
            if (b >= 0) {
                counts[b]++;
            }
        }
        this.unit = Arrays.stream(bin)
                .filter(b -> b >= 0)
                .distinct()
                .mapToDouble(this::added)
                .max()
                .orElse(0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double gain(int candidate) {
        return bin[candidate] < 0 || unit == 0 ? 0 : added(bin[candidate]) / unit;
    }

    private double added(int b) {
        return Math.clamp(wanted[b] - counts[b], 0.0, 1.0);
    }

    @Override
    public void choose(int candidate) {
        if (bin[candidate] >= 0) {
            counts[bin[candidate]]++;
        }
    }

    /** ½ Σ |counts(b) / all − share(b)|, all including what is in no bin; 0 of nothing. */
    static double totalVariation(List<Integer> counts, double[] shares, int all) {
        double sum = 0;
        int inBins = 0;
        for (int b = 0; b < shares.length; b++) {
            sum += Math.abs((double) counts.get(b) / Math.max(1, all) - shares[b]);
            inBins += counts.get(b);
        }
        return all == 0 ? 0 : (sum + (double) (all - inBins) / all) / 2;
    }
}
