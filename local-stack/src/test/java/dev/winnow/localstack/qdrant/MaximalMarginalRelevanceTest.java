package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Points.Mmr;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaximalMarginalRelevanceTest {

    private static final List<Float> DIVERSITIES = List.of(0f, 0.3f, 0.8f, 1f);

    /** Picks as the definition says, with every similarity reckoned anew. */
    private static List<Integer> byDefinition(
            float[] query, List<float[]> vectors, Metric metric, float relevance, int limit) {
        List<Integer> picked = new ArrayList<>();
        while (picked.size() < Math.min(limit, vectors.size())) {
            int best = -1;
            double bestScore = 0;
            for (int i = 0; i < vectors.size(); i++) {
                if (picked.contains(i)) {
                    continue;
                }
                float[] each = vectors.get(i);
                double like = metric.similarity(query, each);
                double score = picked.isEmpty()
                        ? like
                        : relevance * like
                                - (1 - relevance)
                                        * picked.stream()
                                                .mapToDouble(other -> metric.similarity(each, vectors.get(other)))
                                                .max()
                                                .orElseThrow();
                if (best < 0 || score > bestScore) {
                    best = i;
                    bestScore = score;
                }
            }
            picked.add(best);
        }
        return picked;
    }

    @ParameterizedTest
    @EnumSource
    void it_picks_as_the_definition_says(Metric metric) {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            float[] query = vector(random, metric);
            List<float[]> vectors = new ArrayList<>();
            for (int j = random.nextInt(30); j >= 0; j--) {
                vectors.add(vector(random, metric));
            }
            // Not a half: then distances of Manhattan make equals of many.
            float diversity = DIVERSITIES.get(random.nextInt(DIVERSITIES.size()));
            int limit = 1 + random.nextInt(20);

            assertThat(MaximalMarginalRelevance.of(
                                    Mmr.newBuilder().setDiversity(diversity).build(), limit)
                            .pick(query, vectors, metric, limit))
                    .isEqualTo(byDefinition(query, vectors, metric, 1 - diversity, limit));
        }
    }

    private static float[] vector(Random random, Metric metric) {
        float[] vector = new float[4];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return metric.prepared(vector);
    }
}
