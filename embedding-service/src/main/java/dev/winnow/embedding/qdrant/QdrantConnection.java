package dev.winnow.embedding.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.embedding.DependencyUnavailableException;
import dev.winnow.embedding.WinnowConfig;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/** The connection to Qdrant: one for all collections. */
@ApplicationScoped
class QdrantConnection {

    /** gRPC's own limit of 4 MB is soon reached by points with vectors. */
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final ManagedChannel channel;
    private final QdrantClient client;
    private final Duration timeout;

    @Inject
    QdrantConnection(WinnowConfig config) {
        this(config.qdrant());
    }

    QdrantConnection(WinnowConfig.Qdrant qdrant) {
        ManagedChannelBuilder<?> builder =
                ManagedChannelBuilder.forAddress(qdrant.host(), qdrant.port()).maxInboundMessageSize(MAX_MESSAGE);
        this.channel = (qdrant.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
        // The client's own version check would log an error at each start that comes before Qdrant's.
        QdrantGrpcClient.Builder grpc = QdrantGrpcClient.newBuilder(channel, false, false);
        qdrant.apiKey().ifPresent(grpc::withApiKey);
        this.client = new QdrantClient(grpc.build());
        this.timeout = qdrant.timeout();
    }

    QdrantClient client() {
        return client;
    }

    /** For one call. */
    Duration timeout() {
        return timeout;
    }

    /** Fails unless the server answers. */
    void probe() {
        call("health check", client.healthCheckAsync(PROBE));
    }

    /** Waits for an answer; {@code what} was asked names it in the failure. */
    <T> T call(String what, ListenableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (Status.fromThrowable(e).getCode() == Status.Code.DEADLINE_EXCEEDED) {
                // The connection may lead nowhere without either side having noticed: take a new one.
                channel.enterIdle();
            }
            Throwable cause = e.getCause() instanceof StatusRuntimeException status ? status : e;
            throw new DependencyUnavailableException("vector database, " + what, cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted during " + what);
        }
    }

    @PreDestroy
    void close() {
        client.close();
        channel.shutdownNow();
    }
}
