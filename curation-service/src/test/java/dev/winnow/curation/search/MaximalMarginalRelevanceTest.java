package dev.winnow.curation.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.TestVectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaximalMarginalRelevanceTest {

    private static float[] similarities(float[] query, List<float[]> pool) {
        float[] similarities = new float[pool.size()];
        IntStream.range(0, similarities.length)
                .forEach(i -> similarities[i] = (float) UnitVectors.dot(query, pool.get(i)));
        return similarities;
    }

    private static List<float[]> units(List<float[]> rows) {
        return rows.stream().map(UnitVectors::unit).toList();
    }

    /** The formula as it is written, every maximum anew. */
    private static List<Integer> reference(float[] similarity, List<float[]> pool, int limit, double diversity) {
        List<Integer> picked = new ArrayList<>();
        while (picked.size() < Math.min(limit, pool.size())) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < pool.size(); i++) {
                if (picked.contains(i)) {
                    continue;
                }
                double nearest = Double.NEGATIVE_INFINITY;
                for (int j : picked) {
                    nearest = Math.max(nearest, UnitVectors.dot(pool.get(i), pool.get(j)));
                }
                double score = picked.isEmpty() ? similarity[i] : (1 - diversity) * similarity[i] - diversity * nearest;
                if (score > bestScore) {
                    best = i;
                    bestScore = score;
                }
            }
            picked.add(best);
        }
        return picked;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 1})
    void picksWhatTheFormulaSays(double diversity) {
        Random random = new Random(11);
        for (int trial = 0; trial < 30; trial++) {
            List<float[]> pool = units(TestVectors.random(1 + random.nextInt(40), 6, trial));
            float[] similarity =
                    similarities(units(TestVectors.random(1, 6, 100 + trial)).getFirst(), pool);
            for (int limit : new int[] {1, 5, 100}) {
                assertThat(new MaximalMarginalRelevance(diversity).pick(similarity, pool, limit))
                        .isEqualTo(reference(similarity, pool, limit, diversity));
            }
        }
    }

    @Test
    void withoutDiversityItIsTheRanking() {
        List<float[]> pool = units(TestVectors.random(30, 6, 2));
        float[] similarity = similarities(pool.get(7), pool);
        assertThat(new MaximalMarginalRelevance(0).pick(similarity, pool, 30))
                .isSortedAccordingTo((a, b) -> Float.compare(similarity[b], similarity[a]));
    }

    @Test
    void withDiversityEveryClusterComesBeforeASecondOfOne() {
        List<float[]> pool = units(TestVectors.clustered(new int[] {20, 20, 20}, 16, 0.05, 3));
        float[] similarity = similarities(pool.getFirst(), pool);
        List<Integer> picked = new MaximalMarginalRelevance(0.9).pick(similarity, pool, 3);
        assertThat(picked.stream().map(i -> i / 20).distinct()).hasSize(3);
    }

    @Test
    void nothingOneAndEqualOnes() {
        assertThat(new MaximalMarginalRelevance(0.5).pick(new float[0], List.of(), 5))
                .isEmpty();
        float[] one = {1, 0};
        assertThat(new MaximalMarginalRelevance(0.5).pick(new float[] {0.3f}, List.of(one), 5))
                .containsExactly(0);
        assertThat(new MaximalMarginalRelevance(1).pick(new float[] {1, 1, 1, 1}, Collections.nCopies(4, one), 3))
                .containsExactly(0, 1, 2);
    }
}
