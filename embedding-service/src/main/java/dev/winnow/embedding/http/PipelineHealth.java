package dev.winnow.embedding.http;

import dev.winnow.embedding.Backoff;
import dev.winnow.embedding.Drain;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while nothing has to be tried again, until the service stops. */
@Readiness
class PipelineHealth implements HealthCheck {

    private final Backoff backoff;
    private final Drain drain;

    PipelineHealth(Backoff backoff, Drain drain) {
        this.backoff = backoff;
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("pipeline");
        backoff.waiting().forEach(answer::withData);
        return answer.status(backoff.waiting().isEmpty() && !drain.isStopping()).build();
    }
}
