package dev.winnow.curation.qdrant;

import dev.winnow.curation.CurationConfig;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The client of the vector database. It connects when first used, and again whenever the connection was lost. */
@ApplicationScoped
class QdrantClientProducer {

    @Produces
    @Singleton
    QdrantClient client(CurationConfig config) {
        QdrantGrpcClient.Builder builder = QdrantGrpcClient.newBuilder(
                config.qdrant().host(),
                config.qdrant().port(),
                config.qdrant().tls(),
                // The check would call the server from the constructor, before it need be there.
                false);
        config.qdrant().apiKey().ifPresent(builder::withApiKey);
        return new QdrantClient(builder.build());
    }

    void close(@Disposes QdrantClient client) {
        client.close();
    }
}
