package dev.winnow.curation.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Picks from a pool, one after the other, what is like the query and unlike what was picked before (Carbonell and
 * Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries", 1998):
 *
 * <pre>argmax over i not picked of (1 − diversity) · cos(i, query) − diversity · max over j picked of cos(i, j)</pre>
 *
 * The first one is the most similar to the query. Of equal ones the earlier in the pool is picked. Time O(picks · pool ·
 * d), memory of two numbers a pool member beyond the vectors.
 */
final class MaximalMarginalRelevance {

    private final double diversity;

    /** @param diversity what unlikeness weighs, 0 (by similarity alone) to 1 (by unlikeness alone) */
    MaximalMarginalRelevance(double diversity) {
        this.diversity = diversity;
    }

    /**
     * The places in the pool that were picked, in their order.
     *
     * @param similarity of each of the pool to the query, −1 to 1
     * @param pool their unit vectors
     */
    List<Integer> pick(float[] similarity, List<float[]> pool, int limit) {
        double[] nearestPicked = new double[pool.size()];
        Arrays.fill(nearestPicked, Double.NEGATIVE_INFINITY);
        boolean[] taken = new boolean[pool.size()];
        List<Integer> picked = new ArrayList<>();
        while (picked.size() < Math.min(limit, pool.size())) {
            int best = -1;
            double bestScore = 0;
            for (int i = 0; i < taken.length; i++) {
                double score = picked.isEmpty()
                        ? similarity[i]
                        : (1 - diversity) * similarity[i] - diversity * nearestPicked[i];
                if (!taken[i] && (best < 0 || score > bestScore)) {
                    best = i;
                    bestScore = score;
                }
            }
            taken[best] = true;
            picked.add(best);
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i]) {
                    nearestPicked[i] = Math.max(nearestPicked[i], UnitVectors.dot(pool.get(i), pool.get(best)));
                }
            }
        }
        return picked;
    }
}
