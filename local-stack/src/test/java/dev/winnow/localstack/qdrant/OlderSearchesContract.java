package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.RecommendPointGroups;
import io.qdrant.client.grpc.Points.RecommendPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchPointGroups;
import io.qdrant.client.grpc.Points.SearchPoints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The searches from before {@code Query}, which most libraries still use. */
abstract class OlderSearchesContract extends QdrantContract {

    @BeforeEach
    void createWithThreePoints() throws Exception {
        create(Distance.Dot, 2);
        upsert(
                point(id(1), Map.of("kind", value("a")), 1, 0),
                point(id(2), Map.of("kind", value("b")), 2, 0),
                point(id(3), Map.of("kind", value("a")), 3, 0));
    }

    private SearchPoints.Builder search() {
        return SearchPoints.newBuilder()
                .setCollectionName(name)
                .addAllVector(List.of(1f, 0f))
                .setLimit(10);
    }

    @Test
    void search_finds_what_a_query_finds() throws Exception {
        List<ScoredPoint> found = get(client().searchAsync(search().setOffset(1)
                .setLimit(1)
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .build()));

        assertThat(numbers(found)).containsExactly(2L);
        assertThat(found.getFirst().getScore()).isEqualTo(2f);
        assertThat(found.getFirst().getPayloadMap()).containsEntry("kind", value("b"));
    }

    @Test
    void search_takes_a_filter_and_a_threshold() throws Exception {
        Filter filter = Filter.newBuilder().addMust(matchKeyword("kind", "a")).build();

        assertThat(numbers(get(client().searchAsync(search().setFilter(filter).build()))))
                .containsExactly(3L, 1L);
        assertThat(numbers(get(
                        client().searchAsync(search().setScoreThreshold(1.5f).build()))))
                .containsExactly(3L, 2L);
    }

    @Test
    void a_batch_of_searches_is_answered_in_its_order() throws Exception {
        var found = get(client().searchBatchAsync(
                        name,
                        List.of(
                                search().setLimit(1).build(),
                                search().setOffset(2).build()),
                        null));

        assertThat(found).extracting(batch -> numbers(batch.getResultList())).containsExactly(List.of(3L), List.of(1L));
    }

    @Test
    void recommendations_are_made_without_their_examples() throws Exception {
        RecommendPoints like = RecommendPoints.newBuilder()
                .setCollectionName(name)
                .addPositive(id(3))
                .addNegative(id(1))
                .setLimit(10)
                .build();

        assertThat(numbers(get(client().recommendAsync(like)))).containsExactly(2L);
        assertThat(get(client().recommendBatchAsync(name, List.of(like, like), null)))
                .extracting(batch -> numbers(batch.getResultList()))
                .containsExactly(List.of(2L), List.of(2L));
    }

    @Test
    void found_points_are_put_into_groups() throws Exception {
        var found = get(client().searchGroupsAsync(SearchPointGroups.newBuilder()
                .setCollectionName(name)
                .addAllVector(List.of(1f, 0f))
                .setGroupBy("kind")
                .setGroupSize(2)
                .setLimit(2)
                .build()));
        var recommended = get(client().recommendGroupsAsync(RecommendPointGroups.newBuilder()
                .setCollectionName(name)
                .addPositive(id(3))
                .setGroupBy("kind")
                .setGroupSize(1)
                .setLimit(2)
                .build()));

        assertThat(found)
                .extracting(group -> group.getId().getStringValue(), group -> numbers(group.getHitsList()))
                .containsExactly(tuple("a", List.of(3L, 1L)), tuple("b", List.of(2L)));
        assertThat(recommended)
                .extracting(group -> group.getId().getStringValue(), group -> numbers(group.getHitsList()))
                .containsExactly(tuple("b", List.of(2L)), tuple("a", List.of(1L)));
    }

    @Test
    void a_search_is_refused_as_a_query_is() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "expected dim: 2, got 3",
                client().searchAsync(search().addVector(1f).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: other",
                client().searchAsync(search().setVectorName("other").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "must be 1 or larger",
                client().searchAsync(search().setLimit(0).build()));
    }
}
