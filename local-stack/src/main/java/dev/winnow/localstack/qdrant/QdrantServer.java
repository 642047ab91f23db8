package dev.winnow.localstack.qdrant;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server of Qdrant's gRPC protocol on a folder. */
public final class QdrantServer implements AutoCloseable {

    /** Qdrant itself has no such limit; this heap has. */
    private static final int LARGEST_REQUEST_BYTES = 64 << 20;

    private final Catalogue catalogue;
    private final Server grpc;
    private final ExecutorService calls;
    private final StatusPages pages;

    private QdrantServer(Catalogue catalogue, Server grpc, ExecutorService calls, StatusPages pages) {
        this.catalogue = catalogue;
        this.grpc = grpc;
        this.calls = calls;
        this.pages = pages;
    }

    /**
     * Starts on the loopback interface; a port of 0 is any free one.
     *
     * @param apiKey what every call but those about health has to show; absent where none is asked for
     */
    public static QdrantServer start(Path folder, int port, int httpPort, @Nullable String apiKey) throws IOException {
        Catalogue catalogue = Catalogue.open(folder);
        try {
            // Calls wait for commits they share: a thread of their own each, and none while there are none.
            ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .executor(calls)
                    .maxInboundMessageSize(LARGEST_REQUEST_BYTES)
                    .addService(new CollectionsService(catalogue))
                    .addService(new PointsService(catalogue));
            HealthServices.all().forEach(builder::addService);
            if (apiKey != null && !apiKey.isEmpty()) {
                builder.intercept(new ApiKeyCheck(apiKey));
            }
            StatusPages pages = StatusPages.start(httpPort);
            try {
                return new QdrantServer(catalogue, builder.build().start(), calls, pages);
            } catch (IOException e) {
                pages.close();
                throw e;
            }
        } catch (IOException e) {
            catalogue.close();
            throw e;
        }
    }

    public int port() {
        return grpc.getPort();
    }

    public int httpPort() {
        return pages.port();
    }

    /** Waits for the calls under way. */
    @Override
    public void close() throws IOException {
        pages.close();
        grpc.shutdown();
        try {
            if (!grpc.awaitTermination(5, TimeUnit.SECONDS)) {
                grpc.shutdownNow();
            }
        } catch (InterruptedException e) {
            grpc.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
        catalogue.close();
    }
}
