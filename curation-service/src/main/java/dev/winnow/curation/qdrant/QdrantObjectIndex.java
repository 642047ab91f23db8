package dev.winnow.curation.qdrant;

import static dev.winnow.curation.qdrant.QdrantCalls.TIMEOUT;
import static dev.winnow.curation.qdrant.QdrantCalls.await;
import static dev.winnow.curation.qdrant.QdrantCalls.orWithoutCollection;
import static dev.winnow.curation.qdrant.Tenant.IMAGES;
import static dev.winnow.curation.qdrant.Tenant.OBJECTS;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.PointIdFactory.id;

import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The boxes in Qdrant: points of the same collection as the images, of another kind. */
@ApplicationScoped
public class QdrantObjectIndex implements ObjectIndex {

    private final QdrantClient client;
    private final String collection;

    @Inject
    QdrantObjectIndex(QdrantClient client) {
        this(client, PointSchema.ALIAS);
    }

    QdrantObjectIndex(QdrantClient client, String collection) {
        this.client = client;
        this.collection = collection;
    }

    @Override
    public long count(String dataset) {
        return orWithoutCollection(
                0L,
                () -> await(client.countAsync(
                        collection, OBJECTS.within(dataset, Filter.ALL).build(), true, TIMEOUT)));
    }

    @Override
    public Optional<float[]> vector(String dataset, UUID point) {
        return orWithoutCollection(
                        List.<RetrievedPoint>of(),
                        () -> await(client.retrieveAsync(
                                collection,
                                List.of(id(point)),
                                WithPayloadSelectorFactory.include(List.of(PointSchema.DATASET, PointSchema.KIND)),
                                WithVectorsSelectorFactory.enable(true),
                                null,
                                TIMEOUT)))
                .stream()
                .filter(found ->
                        OBJECTS.has(dataset, found.getPayloadMap()) || IMAGES.has(dataset, found.getPayloadMap()))
                .map(QdrantVectorIndex::vector)
                .findFirst();
    }

    @Override
    public List<Hit> nearest(
            String dataset, float[] vector, Filter filter, int limit, @Nullable UUID exclude, boolean exact) {
        Common.Filter.Builder condition = OBJECTS.within(dataset, filter);
        if (exclude != null) {
            condition.addMustNot(hasId(id(exclude)));
        }
        QueryPoints query = QueryPoints.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(vector))
                .setFilter(condition)
                .setLimit(limit)
                .setParams(SearchParams.newBuilder().setExact(exact))
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .build();
        return orWithoutCollection(List.of(), () -> await(client.queryAsync(query, TIMEOUT)).stream()
                .map(point -> new Hit(
                        Payload.object(point.getId(), point.getPayloadMap()), Math.clamp(point.getScore(), -1.0, 1.0)))
                .toList());
    }
}
