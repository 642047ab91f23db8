package dev.winnow.ingest.s3;

import dev.winnow.ingest.UnavailableException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the bucket is there; asking makes it where it is missing. */
@Readiness
final class S3Ready implements HealthCheck {

    private final S3ImageStore store;

    S3Ready(S3ImageStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.createBucketIfMissing();
            return HealthCheckResponse.up("object storage");
        } catch (UnavailableException e) {
            return HealthCheckResponse.down("object storage");
        }
    }
}
