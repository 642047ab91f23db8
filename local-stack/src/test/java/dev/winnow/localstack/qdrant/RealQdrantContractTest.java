package dev.winnow.localstack.qdrant;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.qdrant.QdrantContainer;

@Testcontainers(disabledWithoutDocker = true)
class RealQdrantContractTest extends QdrantContractTest {

    @Container
    private static final QdrantContainer QDRANT = new QdrantContainer("qdrant/qdrant:v1.18.0");

    private QdrantClient client = connect("localhost", 1);

    private static QdrantClient connect(String host, int port) {
        return new QdrantClient(
                QdrantGrpcClient.newBuilder(host, port, false, false).build());
    }

    @BeforeEach
    void open() {
        client.close();
        client = connect(QDRANT.getHost(), QDRANT.getGrpcPort());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Override
    QdrantClient client() {
        return client;
    }
}
