package dev.winnow.embedding.bench;

import static io.qdrant.client.ConditionFactory.matchKeyword;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Common.Filter;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** The points of a dataset. */
final class Index implements AutoCloseable {

    private final QdrantClient client;
    private final String collection;

    /** @param model its id */
    Index(SuiteEndpoints.Qdrant qdrant, String model) {
        this.client = new QdrantClient(QdrantGrpcClient.newBuilder(qdrant.host(), qdrant.port(), false, false)
                .build());
        this.collection = PointSchema.collection(model);
    }

    long count(String dataset) throws IOException, InterruptedException {
        return answer("count", client.countAsync(collection, of(dataset), true));
    }

    /** Removes them; they are gone when it returns. */
    void delete(String dataset) throws IOException, InterruptedException {
        answer("delete", client.deleteAsync(collection, of(dataset)));
        long left = count(dataset);
        if (left > 0) {
            throw new IOException(left + " points of " + dataset + " are left after they were deleted");
        }
    }

    private static Filter of(String dataset) {
        return Filter.newBuilder()
                .addMust(matchKeyword(PointSchema.DATASET, dataset))
                .build();
    }

    private static <T> T answer(String what, ListenableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("the vector server, " + what + ": " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
