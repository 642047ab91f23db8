package dev.winnow.curation.balance;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How unequal the counts of classes are; p = count / total. Classes without a member are not counted.
 *
 * @param classes how many have a member, K
 * @param total of the counts
 * @param ratio the largest count over the smallest; 1 is balanced, null of no class
 * @param normalisedEntropy −Σ p ln p / ln K (Shannon, 1948; as evenness: Pielou, 1966): 0 to 1, 1 balanced; 1 of one class or none
 * @param effectiveClasses exp(−Σ p ln p) (Hill, 1973): as many equal classes would be as diverse; 0 to K
 * @param gini Σ over pairs of classes |count − count′| / (K · total) (Gini, 1912): 0 balanced, at most 1 − 1/K
 */
public record Imbalance(
        int classes,
        long total,
        @Nullable Double ratio,
        double normalisedEntropy,
        double effectiveClasses,
        double gini) {

    /** Of the counts of all classes. */
    public static Imbalance of(Collection<Integer> counts) {
        long[] sorted = counts.stream()
                .filter(count -> count > 0)
                .mapToLong(Integer::longValue)
                .sorted()
                .toArray();
        long total = 0;
        for (long count : sorted) {
            total += count;
        }
        if (sorted.length == 0) {
            return new Imbalance(0, 0, null, 1, 0, 0);
        }
        double entropy = 0;
        double weighted = 0;
        for (int i = 0; i < sorted.length; i++) {
            double p = (double) sorted[i] / total;
            entropy -= p * Math.log(p);
            // In ascending order a count is the larger one of i pairs, and the smaller one of all that follow.
            weighted += (2.0 * i + 1 - sorted.length) * sorted[i];
        }
        return new Imbalance(
                sorted.length,
                total,
                (double) sorted[sorted.length - 1] / sorted[0],
                sorted.length == 1 ? 1 : Math.clamp(entropy / Math.log(sorted.length), 0.0, 1.0),
                Math.exp(entropy),
                weighted / (sorted.length * (double) total));
    }
}
