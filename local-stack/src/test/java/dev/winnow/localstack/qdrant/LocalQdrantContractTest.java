package dev.winnow.localstack.qdrant;

import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalQdrantContractTest extends QdrantContractTest {

    private final LocalStackProcess stack = SharedLocalStack.get();
    private final QdrantClient client =
            new QdrantClient(QdrantGrpcClient.newBuilder(stack.qdrantHost(), stack.qdrantPort(), false)
                    .build());

    @AfterAll
    void close() {
        client.close();
    }

    @Override
    QdrantClient client() {
        return client;
    }

    @Test
    void what_is_lacking_is_named() throws Exception {
        create(Distance.Dot, 2);
        QueryContract.lacking()
                .forEach((what, request) -> refused(
                        Status.Code.UNIMPLEMENTED,
                        what,
                        client.queryAsync(
                                request.toBuilder().setCollectionName(name).build())));
    }
}
