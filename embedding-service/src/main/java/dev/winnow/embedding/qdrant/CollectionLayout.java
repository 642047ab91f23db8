package dev.winnow.embedding.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.PointSchema;
import dev.winnow.contract.PointSchema.IndexType;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How a model's collection is laid out, see {@link PointSchema}. */
record CollectionLayout(String collection, int dimension) {

    private static final Logger LOG = Logger.getLogger(CollectionLayout.class);

    /** How a call is made and its failure named. */
    interface Caller {
        <T> T call(String what, ListenableFuture<T> answer);
    }

    /**
     * Makes what is missing: collection and indexes. Another worker may do the same at the same time.
     */
    void create(QdrantClient client, Caller caller) {
        if (!caller.call("look for the collection", client.collectionExistsAsync(collection))) {
            VectorParams vectors = VectorParams.newBuilder()
                    .setDistance(Distance.Cosine)
                    .setSize(dimension)
                    .build();
            caller.call("create the collection", client.createCollectionAsync(collection, vectors));
            LOG.infof("created collection %s", collection);
        }
        for (PointSchema.Index index : PointSchema.INDEXES) {
            caller.call(
                    "create the index of " + index.key(),
                    client.createPayloadIndexAsync(
                            collection, index.key(), schema(index.type()), parameters(index.type()), true, null, null));
        }
    }

    private static PayloadSchemaType schema(IndexType type) {
        return switch (type) {
            case TENANT, KEYWORD -> PayloadSchemaType.Keyword;
            case INTEGER -> PayloadSchemaType.Integer;
            case FLOAT -> PayloadSchemaType.Float;
            case DATETIME -> PayloadSchemaType.Datetime;
        };
    }

    private static @Nullable PayloadIndexParams parameters(IndexType type) {
        return type == IndexType.TENANT
                ? PayloadIndexParams.newBuilder()
                        .setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(true))
                        .build()
                : null;
    }
}
