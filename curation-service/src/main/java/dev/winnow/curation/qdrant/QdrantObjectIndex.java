package dev.winnow.curation.qdrant;

import static dev.winnow.curation.qdrant.QdrantCalls.TIMEOUT;
import static dev.winnow.curation.qdrant.QdrantCalls.await;
import static dev.winnow.curation.qdrant.QdrantCalls.orWithoutCollection;
import static dev.winnow.curation.qdrant.Tenant.OBJECTS;

import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Consumer;

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
    public void scan(String dataset, Consumer<Embedded> consumer) {
        ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                .setCollectionName(collection)
                .setFilter(OBJECTS.within(dataset, Filter.ALL))
                .setLimit(QdrantVectorIndex.VECTORS_A_PAGE)
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(true));
        ScrollResponse page;
        do {
            page = orWithoutCollection(
                    ScrollResponse.getDefaultInstance(), () -> await(client.scrollAsync(scroll.build(), TIMEOUT)));
            page.getResultList()
                    .forEach(point -> consumer.accept(new Embedded(
                            Payload.object(point.getId(), point.getPayloadMap()), QdrantVectorIndex.vector(point))));
            scroll.setOffset(page.getNextPageOffset());
        } while (page.hasNextPageOffset());
    }
}
