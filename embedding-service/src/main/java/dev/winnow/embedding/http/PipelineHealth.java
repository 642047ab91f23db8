package dev.winnow.embedding.http;

import dev.winnow.embedding.Backoff;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while nothing has to be tried again. */
@Readiness
class PipelineHealth implements HealthCheck {

    private final Backoff backoff;

    PipelineHealth(Backoff backoff) {
        this.backoff = backoff;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("pipeline");
        backoff.waiting().forEach(answer::withData);
        return answer.status(backoff.waiting().isEmpty()).build();
    }
}
