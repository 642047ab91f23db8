package dev.winnow.embedding.qdrant;

import dev.winnow.embedding.DependencyUnavailableException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the collection is there and named, while the vector database answers. */
@Readiness
class QdrantHealth implements HealthCheck {

    private final QdrantPointStore points;

    QdrantHealth(QdrantPointStore points) {
        this.points = points;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            points.probe();
            return points.hasBegun()
                    ? HealthCheckResponse.up("vector database")
                    : HealthCheckResponse.named("vector database")
                            .down()
                            .withData("problem", "the collection is being prepared")
                            .build();
        } catch (DependencyUnavailableException e) {
            return HealthCheckResponse.named("vector database")
                    .down()
                    .withData("problem", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
