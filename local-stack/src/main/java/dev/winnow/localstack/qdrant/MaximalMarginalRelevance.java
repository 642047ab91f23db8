package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Points.Mmr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Picks among candidates, one after the other, what is close to the query and unlike what was picked before.
 *
 * @param relevance what closeness to the query weighs, in [0, 1]; unlikeness weighs the rest
 * @param candidates among how many to pick
 */
record MaximalMarginalRelevance(float relevance, int candidates) {

    private static final float DEFAULT_DIVERSITY = 0.5f;
    private static final int MOST_CANDIDATES = 16_384;

    static MaximalMarginalRelevance of(Mmr mmr, int limit) {
        float diversity = mmr.hasDiversity() ? mmr.getDiversity() : DEFAULT_DIVERSITY;
        if (!(diversity >= 0 && diversity <= 1)) {
            throw QdrantErrors.invalid("diversity", "value " + diversity + " invalid, must be from 0.0 to 1.0");
        }
        int candidates = mmr.hasCandidatesLimit() ? mmr.getCandidatesLimit() : limit;
        if (mmr.hasCandidatesLimit() && (candidates < 0 || candidates > MOST_CANDIDATES)) {
            throw QdrantErrors.invalid(
                    "candidates_limit",
                    "value " + Integer.toUnsignedString(candidates) + " invalid, must be " + MOST_CANDIDATES
                            + " or smaller");
        }
        return new MaximalMarginalRelevance(1 - diversity, candidates);
    }

    /**
     * The positions of the picked vectors, in the order they were picked.
     *
     * @param query as {@link Metric#prepared}, like the vectors
     */
    List<Integer> pick(float[] query, List<float[]> vectors, Metric metric, int limit) {
        List<Integer> remaining = new ArrayList<>();
        float[] relevances = new float[vectors.size()];
        float[] closestPicked = new float[vectors.size()];
        Arrays.fill(closestPicked, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < vectors.size(); i++) {
            remaining.add(i);
            relevances[i] = metric.similarity(query, vectors.get(i));
        }
        List<Integer> picked = new ArrayList<>();
        while (picked.size() < limit && !remaining.isEmpty()) {
            int best = 0;
            float bestScore = Float.NEGATIVE_INFINITY;
            for (int place = 0; place < remaining.size(); place++) {
                int each = remaining.get(place);
                float score = picked.isEmpty()
                        ? relevances[each]
                        : relevance * relevances[each] - (1 - relevance) * closestPicked[each];
                // Of equals Qdrant takes the last.
                if (score >= bestScore) {
                    best = place;
                    bestScore = score;
                }
            }
            int taken = remaining.get(best);
            // As Qdrant closes the gap, on which the order of equals depends.
            remaining.set(best, remaining.getLast());
            remaining.removeLast();
            picked.add(taken);
            for (int each : remaining) {
                closestPicked[each] =
                        Math.max(closestPicked[each], metric.similarity(vectors.get(each), vectors.get(taken)));
            }
        }
        return picked;
    }
}
