package dev.winnow.localstack.qdrant;

import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
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

    @Nested
    class OlderSearches extends OlderSearchesContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Updates extends UpdatesContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Collections extends CollectionsContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class NamedVectors extends NamedVectorsContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Filters extends FilterContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Queries extends QueryContract {
        @Override
        QdrantClient client() {
            return client;
        }

        @Test
        void what_is_lacking_is_named() {
            lacking()
                    .forEach((what, request) -> refused(
                            Status.Code.UNIMPLEMENTED,
                            what,
                            client.queryAsync(
                                    request.toBuilder().setCollectionName(name).build())));
        }
    }

    @Nested
    class OrderedByAField extends OrderByContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Groups extends GroupsContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }

    @Nested
    class Recommendations extends RecommendationContract {
        @Override
        QdrantClient client() {
            return client;
        }
    }
}
