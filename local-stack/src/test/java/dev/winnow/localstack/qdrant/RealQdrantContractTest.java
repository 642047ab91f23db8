package dev.winnow.localstack.qdrant;

import dev.winnow.localstack.TestServer;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.qdrant.QdrantContainer;

/** Against the server whose gRPC {@value #ADDRESS} gives, with the API key as user, or one in a container. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "available", disabledReason = "neither WINNOW_TEST_QDRANT nor Docker")
class RealQdrantContractTest extends QdrantContractTest {

    static boolean available() {
        return TestServer.available(ADDRESS);
    }

    private static final String ADDRESS = "WINNOW_TEST_QDRANT";

    private final QdrantContainer container = new QdrantContainer("qdrant/qdrant:v1.18.0");
    private QdrantClient client = connect(TestServer.parse("localhost:1"));

    @BeforeAll
    void open() {
        TestServer given = TestServer.given(ADDRESS).orElse(null);
        if (given == null) {
            container.start();
            given = TestServer.parse(container.getHost() + ":" + container.getGrpcPort());
        }
        client.close();
        client = connect(given);
    }

    private static QdrantClient connect(TestServer server) {
        QdrantGrpcClient.Builder builder =
                QdrantGrpcClient.newBuilder(server.host(), server.port(6334), server.tls(), false);
        if (!server.user().isEmpty()) {
            builder.withApiKey(server.user());
        }
        return new QdrantClient(builder.build());
    }

    @AfterAll
    void close() {
        client.close();
        container.stop();
    }

    @Override
    QdrantClient client() {
        return client;
    }
}
