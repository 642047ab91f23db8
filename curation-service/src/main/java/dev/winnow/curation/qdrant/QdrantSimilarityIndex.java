package dev.winnow.curation.qdrant;

import static dev.winnow.curation.qdrant.QdrantCalls.TIMEOUT;
import static dev.winnow.curation.qdrant.QdrantCalls.await;
import static dev.winnow.curation.qdrant.QdrantCalls.orWithoutCollection;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.PointIdFactory.id;

import com.google.common.collect.Lists;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Item;
import dev.winnow.curation.index.SimilarityIndex;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GroupId;
import io.qdrant.client.grpc.Points.PointGroup;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Similarity in Qdrant. Rankings carry ids only; payloads are read of what is shown. */
final class QdrantSimilarityIndex implements SimilarityIndex {

    /** Vectors of 4,096 dimensions make 16 MiB, a quarter of what the client takes in an answer. */
    private static final int IDS_A_CALL = 1_000;

    /** Up to here a ranking brings all that is known of its places: a second call would take longer than what it saves. */
    private static final int SHORT_RANKING = 128;

    private static final WithPayloadSelector WHOLE = WithPayloadSelectorFactory.enable(true);
    private static final WithPayloadSelector NONE = WithPayloadSelectorFactory.enable(false);
    private static final WithPayloadSelector OWNER =
            WithPayloadSelectorFactory.include(List.of(PointSchema.DATASET, PointSchema.KIND));

    private final QdrantClient client;
    private final String collection;
    private final Tenant kind;

    QdrantSimilarityIndex(QdrantClient client, String collection, Tenant kind) {
        this.client = client;
        this.collection = collection;
        this.kind = kind;
    }

    @Override
    public long count(String dataset) {
        return orWithoutCollection(
                0L,
                () -> await(client.countAsync(
                        collection, kind.within(dataset, Filter.ALL).build(), true, TIMEOUT)));
    }

    @Override
    public Map<UUID, float[]> vectors(String dataset, Collection<UUID> ids) {
        Map<UUID, float[]> vectors = new HashMap<>();
        for (RetrievedPoint point : retrieve(ids, OWNER, true)) {
            // A box may be asked for by its image.
            if (kind.has(dataset, point.getPayloadMap())
                    || (kind == Tenant.OBJECTS && Tenant.IMAGES.has(dataset, point.getPayloadMap()))) {
                vectors.put(UUID.fromString(point.getId().getUuid()), QdrantVectorIndex.vector(point));
            }
        }
        return vectors;
    }

    @Override
    public List<Ranked> rank(Question question, int limit) {
        QueryPoints.Builder query = QueryPoints.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(question.vector()))
                .setFilter(condition(question))
                .setLimit(limit)
                .setParams(SearchParams.newBuilder().setExact(question.exact()))
                .setWithPayload(limit <= SHORT_RANKING ? WHOLE : NONE);
        if (question.minSimilarity() != null) {
            query.setScoreThreshold(question.minSimilarity().floatValue());
        }
        return ranked(orWithoutCollection(List.of(), () -> await(client.queryAsync(query.build(), TIMEOUT))));
    }

    @Override
    public List<Group> groups(Question question, String key, int groups, int groupSize) {
        QueryPointGroups.Builder query = QueryPointGroups.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(question.vector()))
                .setFilter(condition(question))
                .setGroupBy(key)
                .setLimit(groups)
                .setGroupSize(groupSize)
                .setParams(SearchParams.newBuilder().setExact(question.exact()))
                .setWithPayload(groups * groupSize <= SHORT_RANKING ? WHOLE : NONE);
        if (question.minSimilarity() != null) {
            query.setScoreThreshold(question.minSimilarity().floatValue());
        }
        return orWithoutCollection(List.<PointGroup>of(), () -> await(client.queryGroupsAsync(query.build(), TIMEOUT)))
                .stream()
                .map(group -> new Group(value(group.getId()), ranked(group.getHitsList())))
                .toList();
    }

    @Override
    public Map<UUID, Item> read(String dataset, Collection<UUID> ids) {
        Map<UUID, Item> items = new HashMap<>();
        for (RetrievedPoint point : retrieve(ids, WHOLE, false)) {
            if (kind.has(dataset, point.getPayloadMap())) {
                items.put(UUID.fromString(point.getId().getUuid()), item(point.getId(), point.getPayloadMap()));
            }
        }
        return items;
    }

    private Item item(PointId id, Map<String, Value> payload) {
        return switch (kind) {
            case IMAGES -> new Item.OfImage(Payload.image(id, payload));
            case OBJECTS -> new Item.OfObject(Payload.object(id, payload));
        };
    }

    private Common.Filter.Builder condition(Question question) {
        Common.Filter.Builder condition = kind.within(question.dataset(), question.filter());
        if (!question.exclude().isEmpty()) {
            condition.addMustNot(
                    hasId(question.exclude().stream().map(PointIdFactory::id).toList()));
        }
        return condition;
    }

    private List<RetrievedPoint> retrieve(Collection<UUID> ids, WithPayloadSelector payload, boolean withVectors) {
        return Lists.partition(List.copyOf(ids), IDS_A_CALL).stream()
                .flatMap(part -> {
                    GetPoints.Builder get = GetPoints.newBuilder()
                            .setCollectionName(collection)
                            .setWithPayload(payload)
                            .setWithVectors(WithVectorsSelectorFactory.enable(withVectors));
                    part.forEach(point -> get.addIds(id(point)));
                    return orWithoutCollection(
                            List.<RetrievedPoint>of(), () -> await(client.retrieveAsync(get.build(), TIMEOUT)))
                            .stream();
                })
                .toList();
    }

    private List<Ranked> ranked(List<ScoredPoint> points) {
        return points.stream()
                .map(point -> new Ranked(
                        UUID.fromString(point.getId().getUuid()),
                        point.getScore(),
                        point.getPayloadCount() == 0
                                ? Optional.empty()
                                : Optional.of(item(point.getId(), point.getPayloadMap()))))
                .toList();
    }

    private static Object value(GroupId id) {
        return switch (id.getKindCase()) {
            case UNSIGNED_VALUE -> id.getUnsignedValue();
            case INTEGER_VALUE -> id.getIntegerValue();
            case STRING_VALUE -> id.getStringValue();
            case KIND_NOT_SET -> "";
        };
    }
}
