package dev.winnow.embedding.s3;

import dev.winnow.embedding.DependencyUnavailableException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the bucket answers. */
@Readiness
class S3Health implements HealthCheck {

    private final S3ImageStore store;

    S3Health(S3ImageStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.probe();
            return HealthCheckResponse.up("object store");
        } catch (DependencyUnavailableException e) {
            return HealthCheckResponse.named("object store")
                    .down()
                    .withData("problem", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
