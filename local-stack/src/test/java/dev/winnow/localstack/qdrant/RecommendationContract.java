package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.QueryFactory.recommend;
import static io.qdrant.client.VectorInputFactory.vectorInput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Points.RecommendInput;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queries for points like some examples and unlike others. */
abstract class RecommendationContract extends FivePointsContract {

    private static RecommendInput.Builder examples(RecommendStrategy strategy) {
        return RecommendInput.newBuilder().setStrategy(strategy);
    }

    private static void scores(List<ScoredPoint> points, double... expected) {
        assertThat(points).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) points.get(i).getScore()).isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void the_average_of_examples_is_searched_without_them() throws Exception {
        List<ScoredPoint> found = query(recommend(RecommendInput.newBuilder()
                .addPositive(vectorInput(id(1)))
                .addPositive(vectorInput(1f, 2f))
                .addNegative(vectorInput(id(5)))
                .build()));

        // (1, 1) + (1, 1) - (-4, 0) = (6, 2)
        assertThat(numbers(found)).containsExactly(2L, 3L, 4L);
        scores(found, 14, 6, -2);
    }

    @Test
    void the_best_score_is_that_of_the_closest_example() throws Exception {
        List<ScoredPoint> found = query(recommend(examples(RecommendStrategy.BestScore)
                .addPositive(vectorInput(id(1)))
                .addNegative(vectorInput(id(4)))
                .build()));

        // Dot products with 1 and 4: 2: 2, 0; 3: 0, 6; 5: -4, 4.
        assertThat(numbers(found)).containsExactly(2L, 5L, 3L);
        scores(found, 0.5 * (2 / 3.0 + 1), -0.5 * (4 / 5.0 + 1), -0.5 * (6 / 7.0 + 1));
    }

    @Test
    void scores_are_summed_up() throws Exception {
        List<ScoredPoint> found = query(request(recommend(examples(RecommendStrategy.SumScores)
                        .addPositive(vectorInput(id(1)))
                        .addPositive(vectorInput(0f, 1f))
                        .addNegative(vectorInput(id(4)))
                        .build()))
                .setFilter(must(matchKeyword("kind", "a"))));

        assertThat(numbers(found)).containsExactly(2L);
        scores(found, 2 + 1 - 0);
    }

    @Test
    void distances_are_reckoned_with_as_negative_numbers() throws Exception {
        String distances = name;
        name = name + "-euclid";
        create(Distance.Euclid, 1);
        upsert(point(id(1), Map.of(), 0), point(id(2), Map.of(), 1.5f), point(id(3), Map.of(), 5));

        List<ScoredPoint> best = query(recommend(examples(RecommendStrategy.BestScore)
                .addPositive(vectorInput(1f))
                .addNegative(vectorInput(4f))
                .build()));
        List<ScoredPoint> sum = query(recommend(examples(RecommendStrategy.SumScores)
                .addPositive(vectorInput(1f))
                .build()));

        assertThat(numbers(best)).containsExactly(2L, 1L, 3L);
        scores(best, 0.4, 0.25, -0.25);
        scores(sum, -0.25, -1, -16);
        get(client().deleteCollectionAsync(name));
        name = distances;
    }

    @Test
    void examples_are_needed() {
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "Positive vectors should not be empty",
                request(recommend(RecommendInput.newBuilder()
                        .addNegative(vectorInput(id(1)))
                        .build())));
        refusedQuery(
                Status.Code.NOT_FOUND,
                "No point with id 404 found",
                request(recommend(RecommendInput.newBuilder()
                        .addPositive(vectorInput(id(404)))
                        .build())));
        refusedQuery(Status.Code.NOT_FOUND, "No point with id 404 found", request(nearest(id(404))));
        refusedQuery(Status.Code.INVALID_ARGUMENT, "expected dim: 2, got 1", request(nearest(1f)));
    }
}
