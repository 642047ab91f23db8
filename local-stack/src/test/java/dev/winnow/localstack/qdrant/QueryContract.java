package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorInputFactory.vectorInput;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.LookupLocation;
import io.qdrant.client.grpc.Points.Mmr;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.Sample;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queries for near points, for diverse ones, at random, and what a query may not ask. */
abstract class QueryContract extends FivePointsContract {

    @Test
    void a_score_has_to_be_closer_than_the_threshold() throws Exception {
        assertThat(numbers(query(request(nearest(0f, 1f)).setScoreThreshold(1))))
                .containsExactly(3L, 4L);
    }

    @Test
    void diverse_points_are_near_and_unlike_each_other() throws Exception {
        Query diverse = nearest(
                vectorInput(1f, 1f),
                Mmr.newBuilder().setDiversity(0.9f).setCandidatesLimit(4).build());
        Query near =
                nearest(vectorInput(1f, 1f), Mmr.newBuilder().setDiversity(0).build());

        List<ScoredPoint> found = query(diverse);

        // Of the equal ones either may be first: it is the one that decides for what is like it.
        assertThat(numbers(found)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(numbers(found).getFirst()).isIn(2L, 3L);
        assertThat(found.getFirst().getScore()).isEqualTo(3f);
        assertThat(numbers(query(request(near).setLimit(4))).subList(2, 4)).containsExactlyInAnyOrder(1L, 4L);
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "diversity",
                request(nearest(
                        vectorInput(1f, 1f), Mmr.newBuilder().setDiversity(2).build())));
    }

    @Test
    void points_are_sampled() throws Exception {
        List<ScoredPoint> found = query(request(QueryFactory.sample(Sample.Random))
                .setLimit(2)
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setFilter(must(matchKeyword("kind", "a"))));

        assertThat(numbers(found)).containsExactlyInAnyOrder(1L, 2L);
        assertThat(found.getFirst().getPayloadMap()).containsOnlyKeys("kind");
        assertThat(numbers(query(request(QueryFactory.sample(Sample.Random)).setLimit(3))))
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    @Test
    void without_a_query_points_come_in_the_order_of_ids() throws Exception {
        assertThat(numbers(query(QueryPoints.newBuilder().setOffset(1).setLimit(2))))
                .containsExactly(2L, 3L);
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "Can't have score_threshold without defining a query",
                QueryPoints.newBuilder().setScoreThreshold(1));
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "value 0 invalid, must be 1 or larger",
                QueryPoints.newBuilder().setLimit(0));
    }

    @Test
    void vectors_are_looked_up_in_other_collections() throws Exception {
        String other = name + "-other";
        get(client().createCollectionAsync(
                        other,
                        Map.of(
                                "fits",
                                VectorParams.newBuilder()
                                        .setSize(2)
                                        .setDistance(Distance.Dot)
                                        .build(),
                                "wide",
                                VectorParams.newBuilder()
                                        .setSize(3)
                                        .setDistance(Distance.Dot)
                                        .build())));
        get(client().upsertAsync(
                        other,
                        List.of(
                                PointStruct.newBuilder()
                                        .setId(id(1))
                                        .setVectors(namedVectors(
                                                Map.of("fits", vector(0.5f, 1f), "wide", vector(1f, 1f, 1f))))
                                        .build(),
                                PointStruct.newBuilder()
                                        .setId(id(2))
                                        .setVectors(namedVectors(Map.of("wide", vector(1f, 1f, 1f))))
                                        .build())));
        LookupLocation fits = LookupLocation.newBuilder()
                .setCollectionName(other)
                .setVectorName("fits")
                .build();

        // Point 1 of this collection is another one, so it stays.
        assertThat(numbers(query(request(nearest(id(1))).setLookupFrom(fits)))).containsExactly(3L, 2L, 4L, 1L, 5L);
        refusedQuery(
                Status.Code.NOT_FOUND,
                "Vector with name \"fits\" for point",
                request(nearest(id(2))).setLookupFrom(fits));
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "expected dim: 2, got 3",
                request(nearest(id(2))).setLookupFrom(fits.toBuilder().setVectorName("wide")));
        refusedQuery(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: none",
                request(nearest(id(2))).setLookupFrom(fits.toBuilder().setVectorName("none")));
        refusedQuery(
                Status.Code.NOT_FOUND,
                "missing",
                request(nearest(id(2))).setLookupFrom(fits.toBuilder().setCollectionName("missing")));
        get(client().deleteCollectionAsync(other));
    }

    /** What this server lacks and Qdrant has: tested of this one alone. */
    static Map<String, QueryPoints> lacking() {
        return Map.of(
                "query FUSION of a prefetch",
                request(QueryFactory.fusion(Fusion.RRF))
                        .addPrefetch(PrefetchQuery.newBuilder().setQuery(nearest(1f, 0f)))
                        .build(),
                "query FUSION",
                request(QueryFactory.fusion(Fusion.RRF)).build(),
                "sparse vectors",
                request(nearest(List.of(1f), List.of(1))).build(),
                "multi-vectors",
                request(nearest(new float[][] {{1f, 0f}})).build());
    }
}
