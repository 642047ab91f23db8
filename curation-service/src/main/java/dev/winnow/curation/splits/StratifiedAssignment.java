package dev.winnow.curation.splits;

import dev.winnow.curation.strata.Strata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives groups of images to splits so that every stratum has its share in each. Large groups come first, of equal ones that of
 * the rarest stratum, since there are few ways to make up for them later (iterative stratification: Sechidis, Tsoumakas and
 * Vlahavas, "On the Stratification of Multi-Label Data", 2011, here of groups); the rest is drawn. Each goes where the sum of
 *
 * <pre>  (count − fraction · placed so far)² / total     over the group's strata, and over the images as a whole</pre>
 *
 * grows least, of equal ones where most images are missing. Cost O(images · strata of an image · splits).
 */
public final class StratifiedAssignment {

    private final double[] fractions;
    private final int[][] strataOf;
    private final int[] totals;
    private final int[] placed;
    private final double[][] counts;

    private StratifiedAssignment(List<Strata> strata, int rows, double[] fractions) {
        this.fractions = fractions;
        Map<String, Integer> numbers = new HashMap<>();
        this.strataOf = new int[rows][];
        List<Integer> sizes = new ArrayList<>(List.of(rows));
        for (int row = 0; row < rows; row++) {
            IntStream.Builder own = IntStream.builder().add(0);
            for (Strata by : strata) {
                for (String value : by.values().get(row)) {
                    int number = numbers.computeIfAbsent(by.name() + '\0' + value, key -> {
                        sizes.add(0);
                        return sizes.size() - 1;
                    });
                    sizes.set(number, sizes.get(number) + 1);
                    own.add(number);
                }
            }
            strataOf[row] = own.build().toArray();
        }
        this.totals = sizes.stream().mapToInt(Integer::intValue).toArray();
        this.placed = new int[totals.length];
        this.counts = new double[totals.length][fractions.length];
    }

    /**
     * The split of each row.
     *
     * @param groups of rows that stay together; every row is in one
     * @param fractions of the images that each split shall have, of a sum of 1
     */
    public static int[] assign(List<int[]> groups, List<Strata> strata, double[] fractions, long seed) {
        int rows = groups.stream().mapToInt(group -> group.length).sum();
        return new StratifiedAssignment(strata, rows, fractions).assign(groups, seed);
    }

    private record Drawn(int[] rows, int rarest, long place) {}

    private int[] assign(List<int[]> groups, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Drawn> drawn = new ArrayList<>();
        for (int[] group : groups) {
            int rarest = Integer.MAX_VALUE;
            for (int row : group) {
                for (int stratum : strataOf[row]) {
                    rarest = Math.min(rarest, totals[stratum]);
                }
            }
            drawn.add(new Drawn(group, rarest, random.nextLong()));
        }
        drawn.sort(Comparator.comparingInt((Drawn group) -> -group.rows.length)
                .thenComparingInt(Drawn::rarest)
                .thenComparingLong(Drawn::place));
        int[] splitOf = new int[strataOf.length];
        int[] added = new int[totals.length];
        for (Drawn group : drawn) {
            int[] touched = touched(group.rows, added);
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int split = 0; split < fractions.length; split++) {
                double growth = growth(touched, added, split);
                if (growth < least - 1e-12 || (growth < least + 1e-12 && missing(split) > missing(best))) {
                    least = growth;
                    best = split;
                }
            }
            for (int row : group.rows) {
                splitOf[row] = best;
            }
            for (int stratum : touched) {
                counts[stratum][best] += added[stratum];
                placed[stratum] += added[stratum];
                added[stratum] = 0;
            }
        }
        return splitOf;
    }

    /** The strata of a group, each once; {@code added} says how many images of it are in each. */
    private int[] touched(int[] rows, int[] added) {
        IntStream.Builder touched = IntStream.builder();
        for (int row : rows) {
            for (int stratum : strataOf[row]) {
                if (added[stratum]++ == 0) {
                    touched.add(stratum);
                }
            }
        }
        return touched.build().toArray();
    }

    private double growth(int[] touched, int[] added, int split) {
        if (fractions[split] == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double growth = 0;
        for (int stratum : touched) {
            double over = counts[stratum][split] - fractions[split] * (placed[stratum] + added[stratum]);
            growth += added[stratum] * (2 * over + added[stratum]) / totals[stratum];
        }
        return growth;
    }

    private double missing(int split) {
        return fractions[split] * totals[0] - counts[0][split];
    }
}
