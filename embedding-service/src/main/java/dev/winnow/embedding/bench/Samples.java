package dev.winnow.embedding.bench;

import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Order statistics. */
final class Samples {

    private Samples() {}

    /** The middle value; of an even number of them the mean of the two in the middle. */
    static <T> double median(Collection<T> of, ToDoubleFunction<T> value) {
        List<Double> sorted = of.stream().map(value::applyAsDouble).sorted().toList();
        int size = sorted.size();
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /**
     * The smallest value that is not below a share of all.
     *
     * @param share above 0, at most 1
     */
    static double percentile(Collection<Double> of, double share) {
        List<Double> sorted = of.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
