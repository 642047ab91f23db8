package dev.winnow.embedding.http;

import dev.winnow.embedding.RunningModels;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the active model runs, and its collection is there. A next model that does not run here is told, no more. */
@Readiness
class ModelHealth implements HealthCheck {

    private final RunningModels models;

    ModelHealth(RunningModels models) {
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("models");
        models.roles().active().ifPresent(active -> answer.withData("active", active));
        models.roles().next().ifPresent(next -> answer.withData("next", next));
        models.problem().ifPresent(problem -> answer.withData("problem", problem));
        return answer.status(models.isReady()).build();
    }
}
