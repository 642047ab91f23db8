package dev.winnow.curation.qdrant;

import dev.winnow.curation.CurationConfig;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The client of the vector database. It connects when first used, and again whenever the connection was lost. */
@ApplicationScoped
class QdrantClientProducer {

    /** Ten thousand hits with their payloads; gRPC's own default is 4 MiB. */
    private static final int MAX_ANSWER = 64 << 20;

    @Produces
    @Singleton
    QdrantClient client(CurationConfig config) {
        ManagedChannelBuilder<?> channel = ManagedChannelBuilder.forAddress(
                        config.qdrant().host(), config.qdrant().port())
                .maxInboundMessageSize(MAX_ANSWER);
        if (!config.qdrant().tls()) {
            channel.usePlaintext();
        }
        // The version check would call the server from the constructor, before it need be there.
        QdrantGrpcClient.Builder builder = QdrantGrpcClient.newBuilder(channel.build(), true, false);
        config.qdrant().apiKey().ifPresent(builder::withApiKey);
        return new QdrantClient(builder.build());
    }

    void close(@Disposes QdrantClient client) {
        client.close();
    }
}
