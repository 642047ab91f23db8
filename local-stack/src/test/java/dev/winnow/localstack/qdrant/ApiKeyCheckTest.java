package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grpc.health.v1.HealthCheck.HealthCheckRequest;
import grpc.health.v1.HealthCheck.HealthCheckResponse.ServingStatus;
import grpc.health.v1.HealthGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.CollectionsGrpc;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyCheckTest {

    @TempDir
    private Path folder;

    private QdrantServer server;
    private ManagedChannel channel;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    ApiKeyCheckTest() {}

    @BeforeEach
    void start() throws Exception {
        server = QdrantServer.start(folder, 0, 0, "secret");
        channel = ManagedChannelBuilder.forAddress("localhost", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        server.close();
    }

    private int collections(String header, String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return collections(
                io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
    }

    private static int collections(Channel channel) {
        return CollectionsGrpc.newBlockingStub(channel)
                .list(ListCollectionsRequest.getDefaultInstance())
                .getCollectionsCount();
    }

    @Test
    void the_key_opens_in_either_header() {
        assertThat(collections("api-key", "secret")).isZero();
        assertThat(collections("authorization", "Bearer secret")).isZero();
    }

    @Test
    void without_the_key_a_call_is_refused() {
        assertThatThrownBy(() -> collections(channel)).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(e.getStatus().getDescription())
                    .isEqualTo("Must provide an API key or an Authorization bearer token");
        });
        assertThatThrownBy(() -> collections("api-key", "guess"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                    assertThat(e.getStatus().getDescription()).isEqualTo("Invalid API key or JWT");
                });
    }

    @Test
    void questions_of_health_are_open() throws Exception {
        assertThat(HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
        for (String path : new String[] {"/", "/healthz", "/livez", "/readyz"}) {
            assertThat(status(path)).as(path).isEqualTo(200);
        }
    }

    private int status(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + server.httpPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
