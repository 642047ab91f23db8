package dev.winnow.localstack.qdrant;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.qdrant.QdrantContainer;

/** Against the server named by {@value #ADDRESS}, as {@code host:port} of its gRPC, or one in a container. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealQdrantContractTest extends QdrantContractTest {

    private static final String ADDRESS = "WINNOW_TEST_QDRANT";

    private final QdrantContainer container = new QdrantContainer("qdrant/qdrant:v1.18.0");
    private QdrantClient client = connect("localhost", 1);

    @BeforeAll
    void open() {
        String address = System.getenv(ADDRESS);
        if (address != null) {
            int colon = address.lastIndexOf(':');
            replaceClient(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            return;
        }
        Assumptions.assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(), "no Docker, and no server in " + ADDRESS);
        container.start();
        replaceClient(container.getHost(), container.getGrpcPort());
    }

    private void replaceClient(String host, int port) {
        client.close();
        client = connect(host, port);
    }

    private static QdrantClient connect(String host, int port) {
        return new QdrantClient(
                QdrantGrpcClient.newBuilder(host, port, false, false).build());
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

    @Nested
    class OlderSearches extends OlderSearchesContract {
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
}
