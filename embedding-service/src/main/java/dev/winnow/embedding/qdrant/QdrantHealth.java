package dev.winnow.embedding.qdrant;

import dev.winnow.embedding.DependencyUnavailableException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the vector database answers. */
@Readiness
class QdrantHealth implements HealthCheck {

    private final QdrantConnection qdrant;

    QdrantHealth(QdrantConnection qdrant) {
        this.qdrant = qdrant;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            qdrant.probe();
            return HealthCheckResponse.up("vector database");
        } catch (DependencyUnavailableException e) {
            return HealthCheckResponse.named("vector database")
                    .down()
                    .withData("problem", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
