package dev.winnow.curation.qdrant;

import static dev.winnow.curation.qdrant.QdrantCalls.TIMEOUT;
import static dev.winnow.curation.qdrant.QdrantCalls.await;
import static dev.winnow.curation.qdrant.QdrantCalls.orWithoutCollection;
import static dev.winnow.curation.qdrant.Tenant.OBJECTS;

import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import io.qdrant.client.QdrantClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

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
}
