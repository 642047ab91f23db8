package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.VectorOutputHelper;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.RenameAlias;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Points.AcornSearchParams;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.QuantizationSearchParams;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.UpdateStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the services rely on, of any Qdrant. */
abstract class QdrantContractTest extends QdrantContract {

    @Test
    void a_collection_is_created_described_and_deleted() throws Exception {
        create(Distance.Dot, 4);

        var info = get(client().getCollectionInfoAsync(name));
        assertThat(info.getConfig().getParams().getVectorsConfig().getParams().getSize())
                .isEqualTo(4);
        assertThat(info.getConfig().getParams().getVectorsConfig().getParams().getDistance())
                .isEqualTo(Distance.Dot);
        assertThat(info.getPointsCount()).isZero();
        assertThat(get(client().listCollectionsAsync())).contains(name);
        assertThat(get(client().collectionExistsAsync(name))).isTrue();

        get(client().deleteCollectionAsync(name));

        assertThat(get(client().collectionExistsAsync(name))).isFalse();
        assertThat(get(client().listCollectionsAsync())).doesNotContain(name);
    }

    @Test
    void refusals_have_their_codes_and_words() throws Exception {
        refused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `" + name + "` doesn't exist!",
                client().getCollectionInfoAsync(name));
        refused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `" + name + "` doesn't exist!",
                client().countAsync(name));
        create(Distance.Cosine, 4);
        refused(
                Status.Code.ALREADY_EXISTS,
                "Wrong input: Collection `" + name + "` already exists!",
                client().createCollectionAsync(
                                name,
                                VectorParams.newBuilder()
                                        .setSize(4)
                                        .setDistance(Distance.Cosine)
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Vector dimension error: expected dim: 4, got 3",
                client().upsertAsync(name, List.of(point(id(1), Map.of(), 1, 2, 3))));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Vector dimension error: expected dim: 4, got 2",
                client().queryAsync(QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(nearest(1f, 2f))
                        .build()));
        refused(
                Status.Code.NOT_FOUND,
                "No point with id 7",
                client().queryAsync(QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(nearest(id(7)))
                        .build()));
    }

    @Test
    void a_point_is_replaced_as_a_whole_and_read_as_it_is_compared() throws Exception {
        create(Distance.Cosine, 2);
        UUID uuid = UUID.randomUUID();
        upsert(point(id(uuid), Map.of("old", value(1)), 1, 0));
        upsert(point(id(uuid), Map.of("new", value("x")), 3, 4));

        List<RetrievedPoint> found = retrieve(id(uuid), id(99));

        assertThat(found).hasSize(1);
        assertThat(found.getFirst().getId()).isEqualTo(id(uuid));
        assertThat(found.getFirst().getPayloadMap()).isEqualTo(Map.of("new", value("x")));
        assertThat(VectorOutputHelper.getDenseVector(
                                found.getFirst().getVectors().getVector())
                        .getDataList())
                .containsExactly(0.6f, 0.8f);
        assertThat(get(client().countAsync(name))).isEqualTo(1);
    }

    @Test
    void a_scroll_goes_through_all_points_in_id_order() throws Exception {
        create(Distance.Dot, 2);
        UUID low = UUID.fromString("00000000-0000-0000-0000-000000000005");
        UUID high = UUID.fromString("f0000000-0000-0000-0000-000000000000");
        upsert(
                point(id(high), Map.of(), 1, 1),
                point(id(300), Map.of("kind", value("a")), 1, 1),
                point(id(low), Map.of(), 1, 1),
                point(id(2), Map.of("kind", value("a")), 1, 1),
                point(id(10), Map.of("kind", value("b")), 1, 1));
        List<PointId> seen = new ArrayList<>();
        ScrollPoints.Builder request =
                ScrollPoints.newBuilder().setCollectionName(name).setLimit(2);
        while (true) {
            var page = get(client().scrollAsync(request.build()));
            page.getResultList().forEach(point -> seen.add(point.getId()));
            if (!page.hasNextPageOffset()) {
                break;
            }
            request.setOffset(page.getNextPageOffset());
        }
        var filtered = get(client().scrollAsync(ScrollPoints.newBuilder()
                .setCollectionName(name)
                .setFilter(must(matchKeyword("kind", "a")))
                .build()));

        assertThat(seen).containsExactly(id(2), id(10), id(300), id(low), id(high));
        assertThat(filtered.getResultList())
                .extracting(point -> point.getId().getNum())
                .containsExactly(2L, 300L);
        assertThat(filtered.hasNextPageOffset()).isFalse();
        assertThat(filtered.getResult(0).getPayloadMap()).containsKey("kind");
    }

    @Test
    void each_distance_scores_and_orders_in_its_own_way() throws Exception {
        Map<Distance, List<Float>> expected = Map.of(
                Distance.Cosine, List.of(1f, 0.70710677f, 0f),
                Distance.Dot, List.of(4f, 2f, 0f),
                Distance.Euclid, List.of(1f, 1f, 2.236068f),
                Distance.Manhattan, List.of(1f, 1f, 3f));
        for (var each : expected.entrySet()) {
            String collection = name + each.getKey();
            get(client().createCollectionAsync(
                            collection,
                            VectorParams.newBuilder()
                                    .setSize(2)
                                    .setDistance(each.getKey())
                                    .build()));
            get(client().upsertAsync(
                            collection,
                            List.of(
                                    point(id(1), Map.of(), 2, 0),
                                    point(id(2), Map.of(), 1, 1),
                                    point(id(3), Map.of(), 0, 2))));
            List<ScoredPoint> found = get(client().queryAsync(QueryPoints.newBuilder()
                    .setCollectionName(collection)
                    .setQuery(each.getKey() == Distance.Dot ? nearest(2f, 0f) : nearest(1f, 0f))
                    .build()));
            assertThat(found).extracting(ScoredPoint::getScore).containsExactlyElementsOf(each.getValue());
            assertThat(found.getLast().getId()).isEqualTo(id(3));
            get(client().deleteCollectionAsync(collection));
        }
    }

    @Test
    void a_query_is_limited_shifted_filtered_and_cut_off() throws Exception {
        create(Distance.Dot, 1);
        upsert(IntStream.rangeClosed(1, 30)
                .mapToObj(i -> point(id(i), Map.of("parity", value(i % 2 == 0 ? "even" : "odd"), "n", value(i)), i))
                .toArray(PointStruct[]::new));
        QueryPoints base = QueryPoints.newBuilder()
                .setCollectionName(name)
                .setQuery(nearest(1f))
                .build();

        assertThat(numbers(get(client().queryAsync(base)))).hasSize(10).startsWith(30L, 29L);
        assertThat(numbers(get(client().queryAsync(
                                base.toBuilder().setLimit(3).setOffset(2).build()))))
                .containsExactly(28L, 27L, 26L);
        assertThat(numbers(get(client().queryAsync(base.toBuilder()
                        .setLimit(2)
                        .setFilter(must(
                                matchKeyword("parity", "odd"),
                                range("n", Range.newBuilder().setLt(20).build())))
                        .build()))))
                .containsExactly(19L, 17L);
        assertThat(numbers(get(client().queryAsync(
                                base.toBuilder().setScoreThreshold(27).build()))))
                .containsExactly(30L, 29L, 28L);
        assertThat(numbers(get(client().queryAsync(base.toBuilder()
                        .setLimit(1)
                        .setParams(SearchParams.newBuilder().setExact(true))
                        .build()))))
                .containsExactly(30L);
        assertThat(numbers(get(client().queryAsync(base.toBuilder()
                        .setLimit(1)
                        .setParams(SearchParams.newBuilder()
                                .setHnswEf(64)
                                .setIndexedOnly(true)
                                .setAcorn(AcornSearchParams.newBuilder().setEnable(true))
                                .setQuantization(QuantizationSearchParams.newBuilder()
                                        .setRescore(true)
                                        .setOversampling(2)))
                        .build()))))
                .containsExactly(30L);
        assertThat(numbers(get(client().queryAsync(base.toBuilder()
                        .setQuery(nearest(id(30)))
                        .setLimit(2)
                        .build()))))
                .containsExactly(29L, 28L);
        assertThat(get(client().queryBatchAsync(
                                name,
                                List.of(
                                        base.toBuilder().setLimit(1).build(),
                                        base.toBuilder().setLimit(2).build()))))
                .extracting(batch -> batch.getResultCount())
                .containsExactly(1, 2);
    }

    @Test
    void an_answer_holds_what_was_asked_for() throws Exception {
        create(Distance.Dot, 1);
        upsert(point(id(1), Map.of("a", value(1), "b", value(2), "c", value(3)), 1));
        QueryPoints base = QueryPoints.newBuilder()
                .setCollectionName(name)
                .setQuery(nearest(1f))
                .build();

        ScoredPoint bare = get(client().queryAsync(base)).getFirst();
        ScoredPoint included = get(client().queryAsync(base.toBuilder()
                        .setWithPayload(WithPayloadSelectorFactory.include(List.of("a", "b")))
                        .setWithVectors(WithVectorsSelectorFactory.enable(true))
                        .build()))
                .getFirst();
        ScoredPoint excluded = get(client().queryAsync(base.toBuilder()
                        .setWithPayload(WithPayloadSelectorFactory.exclude(List.of("a")))
                        .build()))
                .getFirst();

        assertThat(bare.getPayloadMap()).isEmpty();
        assertThat(bare.hasVectors()).isFalse();
        assertThat(included.getPayloadMap()).containsOnlyKeys("a", "b");
        assertThat(VectorOutputHelper.getDenseVector(included.getVectors().getVector())
                        .getDataList())
                .containsExactly(1f);
        assertThat(excluded.getPayloadMap()).containsOnlyKeys("b", "c");
    }

    @Test
    void payloads_are_merged_replaced_and_pruned() throws Exception {
        create(Distance.Dot, 1);
        upsert(point(id(1), Map.of("a", value(1), "b", value(2)), 1), point(id(2), Map.of("a", value(1)), 1));

        get(client().setPayloadAsync(
                        name, Map.of("b", value("new"), "c", list(List.of(value(1)))), id(1), true, null, null));
        assertThat(payload(id(1))).isEqualTo(Map.of("a", value(1), "b", value("new"), "c", list(List.of(value(1)))));

        get(client().deletePayloadAsync(name, List.of("a", "missing"), id(1), true, null, null));
        assertThat(payload(id(1))).containsOnlyKeys("b", "c");

        get(client().overwritePayloadAsync(name, Map.of("d", value(true)), id(1), true, null, null));
        assertThat(payload(id(1))).isEqualTo(Map.of("d", value(true)));

        get(client().setPayloadAsync(name, Map.of("e", value(5)), must(matchIntegerOne()), true, null, null));
        assertThat(payload(id(2))).isEqualTo(Map.of("a", value(1), "e", value(5)));
        assertThat(payload(id(1))).doesNotContainKey("e");

        get(client().clearPayloadAsync(name, id(2), true, null, null));
        assertThat(payload(id(2))).isEmpty();
        assertThat(retrieve(id(2)).getFirst().hasVectors()).isTrue();
        refused(
                Status.Code.NOT_FOUND,
                "No point with id 404",
                client().setPayloadAsync(name, Map.of("e", value(5)), id(404), true, null, null));
    }

    private static io.qdrant.client.grpc.Common.Condition matchIntegerOne() {
        return io.qdrant.client.ConditionFactory.match("a", 1);
    }

    @Test
    void vectors_are_replaced_and_payloads_stay() throws Exception {
        create(Distance.Dot, 2);
        upsert(point(id(1), Map.of("a", value(1)), 1, 1));

        get(client().updateVectorsAsync(
                        name,
                        List.of(PointVectors.newBuilder()
                                .setId(id(1))
                                .setVectors(vectors(5, 6))
                                .build())));

        RetrievedPoint found = retrieve(id(1)).getFirst();
        assertThat(found.getPayloadMap()).isEqualTo(Map.of("a", value(1)));
        assertThat(VectorOutputHelper.getDenseVector(found.getVectors().getVector())
                        .getDataList())
                .containsExactly(5f, 6f);
    }

    @Test
    void points_are_deleted_by_id_and_by_filter() throws Exception {
        create(Distance.Dot, 1);
        upsert(
                point(id(1), Map.of("kind", value("a")), 1),
                point(id(2), Map.of("kind", value("b")), 1),
                point(id(3), Map.of("kind", value("b")), 1));

        get(client().deleteAsync(name, List.of(id(1), id(77))));
        assertThat(get(client().countAsync(name))).isEqualTo(2);

        get(client().deleteAsync(name, must(matchKeyword("kind", "b"))));
        assertThat(get(client().countAsync(name))).isZero();
    }

    @Test
    void a_batch_of_updates_is_applied_in_order() throws Exception {
        create(Distance.Dot, 1);
        PointsSelector one = PointsSelector.newBuilder()
                .setPoints(PointsIdsList.newBuilder().addIds(id(1)))
                .build();

        var results = get(client().batchUpdateAsync(
                        name,
                        List.of(
                                PointsUpdateOperation.newBuilder()
                                        .setUpsert(PointsUpdateOperation.PointStructList.newBuilder()
                                                .addPoints(point(id(1), Map.of("a", value(1)), 1))
                                                .addPoints(point(id(2), Map.of(), 1)))
                                        .build(),
                                PointsUpdateOperation.newBuilder()
                                        .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                                                .putPayload("b", value(2))
                                                .setPointsSelector(one))
                                        .build(),
                                PointsUpdateOperation.newBuilder()
                                        .setDeletePoints(PointsUpdateOperation.DeletePoints.newBuilder()
                                                .setPoints(PointsSelector.newBuilder()
                                                        .setPoints(PointsIdsList.newBuilder()
                                                                .addIds(id(2)))))
                                        .build())));

        assertThat(results).hasSize(3).allMatch(result -> result.getStatus() == UpdateStatus.Completed);
        assertThat(payload(id(1))).isEqualTo(Map.of("a", value(1), "b", value(2)));
        assertThat(get(client().countAsync(name))).isEqualTo(1);
    }

    @Test
    void an_indexed_field_is_reported_and_counted_by_value() throws Exception {
        create(Distance.Dot, 1);
        upsert(
                point(id(1), Map.of("labels", list(List.of(value("cat"), value("dog")))), 1),
                point(id(2), Map.of("labels", list(List.of(value("cat"), value("cat")))), 1),
                point(id(3), Map.of("labels", value("bird")), 1),
                point(id(4), Map.of("labels", value("dog"), "n", value(1)), 1),
                point(id(5), Map.of("labels", value("cat")), 1));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "No appropriate index for faceting",
                client().facetAsync(FacetCounts.newBuilder()
                        .setCollectionName(name)
                        .setKey("labels")
                        .build()));
        get(client().createPayloadIndexAsync(
                        name,
                        "labels",
                        PayloadSchemaType.Keyword,
                        PayloadIndexParams.newBuilder()
                                .setKeywordIndexParams(
                                        KeywordIndexParams.newBuilder().setIsTenant(true))
                                .build(),
                        true,
                        null,
                        null));

        var facets = get(client().facetAsync(FacetCounts.newBuilder()
                .setCollectionName(name)
                .setKey("labels")
                .setLimit(2)
                .setExact(true)
                .build()));
        var info = get(client().getCollectionInfoAsync(name));

        assertThat(facets)
                .extracting(hit -> hit.getValue().getStringValue() + "=" + hit.getCount())
                .containsExactly("cat=3", "dog=2");
        assertThat(info.getPayloadSchemaMap().get("labels")).satisfies(schema -> {
            assertThat(schema.getDataType()).isEqualTo(PayloadSchemaType.Keyword);
            assertThat(schema.getParams().getKeywordIndexParams().getIsTenant()).isTrue();
        });
        get(client().deletePayloadIndexAsync(name, "labels", true, null, null));
        assertThat(get(client().getCollectionInfoAsync(name)).getPayloadSchemaMap())
                .isEmpty();
    }

    @Test
    void an_alias_stands_for_a_collection_and_moves_at_once() throws Exception {
        create(Distance.Dot, 1);
        upsert(point(id(1), Map.of(), 1));
        String second = name + "-second";
        get(client().createCollectionAsync(
                        second,
                        VectorParams.newBuilder()
                                .setSize(1)
                                .setDistance(Distance.Dot)
                                .build()));
        String alias = name + "-alias";

        get(client().createAliasAsync(alias, name));
        assertThat(get(client().countAsync(alias))).isEqualTo(1);
        get(client().upsertAsync(alias, List.of(point(id(2), Map.of(), 1))));
        assertThat(get(client().countAsync(name))).isEqualTo(2);

        get(client().updateAliasesAsync(
                        List.of(
                                AliasOperations.newBuilder()
                                        .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(alias))
                                        .build(),
                                AliasOperations.newBuilder()
                                        .setCreateAlias(CreateAlias.newBuilder()
                                                .setAliasName(alias)
                                                .setCollectionName(second))
                                        .build()),
                        null));
        assertThat(get(client().countAsync(alias))).isZero();
        assertThat(get(client().listCollectionAliasesAsync(second))).containsExactly(alias);

        get(client().updateAliasesAsync(
                        List.of(AliasOperations.newBuilder()
                                .setRenameAlias(RenameAlias.newBuilder()
                                        .setOldAliasName(alias)
                                        .setNewAliasName(alias + "2"))
                                .build()),
                        null));
        assertThat(get(client().listAliasesAsync()))
                .extracting(found -> found.getAliasName())
                .contains(alias + "2")
                .doesNotContain(alias);
        get(client().deleteCollectionAsync(second));
        refused(Status.Code.NOT_FOUND, "doesn't exist!", client().countAsync(alias + "2"));
    }

    @Test
    void wide_vectors_are_compared_exactly() throws Exception {
        create(Distance.Cosine, 4096);
        List<Float> one =
                IntStream.range(0, 4096).mapToObj(i -> (float) Math.sin(i)).toList();
        List<Float> other =
                IntStream.range(0, 4096).mapToObj(i -> (float) Math.cos(i)).toList();
        get(client().upsertAsync(
                        name,
                        List.of(
                                PointStruct.newBuilder()
                                        .setId(id(1))
                                        .setVectors(vectors(one))
                                        .build(),
                                PointStruct.newBuilder()
                                        .setId(id(2))
                                        .setVectors(vectors(other))
                                        .build())));

        List<ScoredPoint> found = get(client().queryAsync(QueryPoints.newBuilder()
                .setCollectionName(name)
                .setQuery(nearest(one))
                .build()));

        assertThat(numbers(found)).containsExactly(1L, 2L);
        assertThat(found.getFirst().getScore()).isCloseTo(1f, within(1e-5f));
        assertThat(found.getLast().getScore()).isCloseTo(0f, within(1e-3f));
    }

    @Test
    void it_says_which_version_it_is() throws Exception {
        assertThat(get(client().healthCheckAsync()).getVersion()).startsWith("1.18.");
    }

    @Nested
    class OlderSearches extends OlderSearchesContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Updates extends UpdatesContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Collections extends CollectionsContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class NamedVectors extends NamedVectorsContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Filters extends FilterContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Queries extends QueryContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class OrderedByAField extends OrderByContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Groups extends GroupsContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }

    @Nested
    class Recommendations extends RecommendationContract {
        @Override
        QdrantClient client() {
            return QdrantContractTest.this.client();
        }
    }
}
