package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Points.GroupId;
import io.qdrant.client.grpc.Points.PointGroup;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.RecommendBatchPoints;
import io.qdrant.client.grpc.Points.RecommendPointGroups;
import io.qdrant.client.grpc.Points.RecommendPoints;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.SearchBatchPoints;
import io.qdrant.client.grpc.Points.SearchPointGroups;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.WithLookup;
import io.qdrant.client.grpc.PointsGrpc;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups of points by a field, and the calls from before the query. */
abstract class GroupsContract extends QdrantContract {

    private static final String UUID = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26";

    @BeforeEach
    void createPoints() throws Exception {
        create(Distance.Dot, 1);
        upsert(
                point(id(1), Map.of("g", value("a")), 9),
                point(id(2), Map.of("g", value("a")), 8),
                point(id(3), Map.of("g", value("a")), 7),
                point(id(4), Map.of("g", value("a")), 6),
                point(id(5), Map.of("g", list(List.of(value("a"), value("b")))), 5),
                point(id(6), Map.of("g", value(7)), 4),
                point(id(7), Map.of("g", value(-7)), 3),
                point(id(8), Map.of("g", value(true)), 1),
                point(id(9), Map.of("g", value(1.5)), 1),
                point(id(10), Map.of(), 20),
                point(id(11), Map.of("g", list(List.of())), 20),
                point(id(12), Map.of("g", value(UUID), "n", value(1)), 2));
    }

    private QueryPointGroups.Builder request() {
        return QueryPointGroups.newBuilder()
                .setCollectionName(name)
                .setQuery(nearest(1f))
                .setGroupBy("g");
    }

    private List<String> groups(QueryPointGroups.Builder request) throws Exception {
        return get(client().queryGroupsAsync(request.build())).stream()
                .map(GroupsContract::text)
                .toList();
    }

    private static String text(PointGroup group) {
        return text(group.getId()) + numbers(group.getHitsList());
    }

    private static String text(GroupId id) {
        return switch (id.getKindCase()) {
            case UNSIGNED_VALUE -> "+" + id.getUnsignedValue();
            case INTEGER_VALUE -> Long.toString(id.getIntegerValue());
            case STRING_VALUE -> id.getStringValue();
            case KIND_NOT_SET -> "none";
        };
    }

    private PointsGrpc.PointsFutureStub calls() {
        return client().grpcClient().points();
    }

    @Test
    void points_are_gathered_by_texts_and_integers() throws Exception {
        assertThat(groups(request())).containsExactly("a[1, 2, 3]", "b[5]", "+7[6]", "-7[7]", UUID + "[12]");
        assertThat(groups(request().setGroupSize(1).setLimit(2))).containsExactly("a[1]", "b[5]");
        assertThat(groups(request().setGroupSize(9).setLimit(1))).containsExactly("a[1, 2, 3, 4, 5]");
        assertThat(groups(request().setScoreThreshold(4))).containsExactly("a[1, 2, 3]", "b[5]");
        assertThat(groups(request().setFilter(must(hasId(List.of(id(2), id(6)))))))
                .containsExactly("a[2]", "+7[6]");
    }

    @Test
    void groups_hold_what_was_asked_for() throws Exception {
        List<PointGroup> bare = get(client().queryGroupsAsync(request().build()));
        List<PointGroup> full = get(client().queryGroupsAsync(request()
                .setWithPayload(WithPayloadSelectorFactory.include(List.of("n")))
                .build()));

        assertThat(bare.getFirst().getHits(0).getScore()).isEqualTo(9f);
        assertThat(bare.getFirst().getHits(0).getPayloadMap()).isEmpty();
        assertThat(bare.getFirst().getHits(0).hasVectors()).isFalse();
        assertThat(full.getLast().getHits(0).getPayloadMap()).isEqualTo(Map.of("n", value(1)));
    }

    @Test
    void many_points_of_one_group_hide_no_other() throws Exception {
        upsert(IntStream.range(100, 400)
                .mapToObj(i -> point(id(i), Map.of("g", value("crowd")), i))
                .toArray(PointStruct[]::new));

        assertThat(groups(request().setLimit(3).setGroupSize(2))).containsExactly("crowd[399, 398]", "a[1, 2]", "b[5]");
    }

    @Test
    void groups_are_looked_up_as_points_of_another_collection() throws Exception {
        String other = name + "-groups";
        get(client().createCollectionAsync(
                        other,
                        io.qdrant.client.grpc.Collections.VectorParams.newBuilder()
                                .setSize(1)
                                .setDistance(Distance.Dot)
                                .build()));
        get(client().upsertAsync(
                        other,
                        List.of(
                                point(id(7), Map.of("of", value("seven")), 1),
                                point(id(java.util.UUID.fromString(UUID)), Map.of("of", value("uuid")), 1))));

        List<PointGroup> found = get(client().queryGroupsAsync(request()
                .setWithLookup(WithLookup.newBuilder().setCollection(other))
                .build()));

        assertThat(found).extracting(group -> group.hasLookup()).containsExactly(false, false, true, false, true);
        assertThat(found.get(2).getLookup().getPayloadMap()).isEqualTo(Map.of("of", value("seven")));
        assertThat(found.get(2).getLookup().hasVectors()).isFalse();
        get(client().deleteCollectionAsync(other));
    }

    @Test
    void groups_need_a_field_and_a_size() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "group_size",
                client().queryGroupsAsync(request().setGroupSize(0).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "limit",
                client().queryGroupsAsync(request().setLimit(0).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "",
                client().queryGroupsAsync(request().setGroupBy("").build()));
    }

    @Test
    void searches_of_old_are_answered_like_queries() throws Exception {
        SearchPoints search = SearchPoints.newBuilder()
                .setCollectionName(name)
                .addVector(1)
                .setScoreThreshold(10)
                .setOffset(1)
                .setLimit(2)
                .setFilter(must(hasId(List.of(id(10), id(11), id(1)))))
                .build();

        assertThat(numbers(get(calls().search(search)).getResultList()))
                .hasSize(1)
                .isSubsetOf(10L, 11L);
        assertThat(get(calls().searchBatch(SearchBatchPoints.newBuilder()
                                .setCollectionName(name)
                                .addSearchPoints(search)
                                .addSearchPoints(search)
                                .build()))
                        .getResultCount())
                .isEqualTo(2);
        assertThat(get(calls().searchGroups(SearchPointGroups.newBuilder()
                                .setCollectionName(name)
                                .addVector(1)
                                .setGroupBy("g")
                                .setGroupSize(2)
                                .setLimit(2)
                                .build()))
                        .getResult()
                        .getGroupsList())
                .extracting(GroupsContract::text)
                .containsExactly("a[1, 2]", "b[5]");
    }

    @Test
    void recommendations_of_old_are_answered_like_queries() throws Exception {
        RecommendPoints recommend = RecommendPoints.newBuilder()
                .setCollectionName(name)
                .addPositive(id(1))
                .addNegativeVectors(Vector.newBuilder()
                        .setDense(io.qdrant.client.grpc.Points.DenseVector.newBuilder()
                                .addData(1)))
                .setLimit(3)
                .setFilter(must(hasId(List.of(id(1), id(2), id(3)))))
                .build();

        var found = get(calls().recommend(recommend)).getResultList();
        assertThat(numbers(found)).containsExactly(2L, 3L);
        // 9 + 9 - 1
        assertThat(found.getFirst().getScore()).isEqualTo(8f * 17);
        assertThat(get(calls().recommendBatch(RecommendBatchPoints.newBuilder()
                                .setCollectionName(name)
                                .addRecommendPoints(recommend.toBuilder().setStrategy(RecommendStrategy.SumScores))
                                .build()))
                        .getResult(0)
                        .getResult(0)
                        .getScore())
                .isEqualTo(8f * 9 - 8);
        assertThat(get(calls().recommendGroups(RecommendPointGroups.newBuilder()
                                .setCollectionName(name)
                                .addPositive(id(1))
                                .setGroupBy("g")
                                .setGroupSize(1)
                                .setLimit(1)
                                .build()))
                        .getResult()
                        .getGroupsList())
                .extracting(GroupsContract::text)
                .containsExactly("a[2]");
        refused(
                Status.Code.INVALID_ARGUMENT,
                "At least one positive vector ID required with this strategy",
                calls().recommend(recommend.toBuilder().clearPositive().build()));
    }
}
