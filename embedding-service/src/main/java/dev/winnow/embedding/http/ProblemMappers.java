package dev.winnow.embedding.http;

import dev.winnow.embedding.DependencyUnavailableException;
import dev.winnow.embedding.ModelChangeConflictException;
import dev.winnow.embedding.UnusableModelException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Failures as problem+json. */
class ProblemMappers {

    @ServerExceptionMapper
    Response conflict(ModelChangeConflictException e) {
        HttpProblem.Builder problem =
                HttpProblem.builder().withStatus(409).withTitle("Conflict").withDetail(String.valueOf(e.getMessage()));
        if (e.missing() > 0) {
            problem.with("missing", e.missing());
        }
        return problem.build().toResponse();
    }

    @ServerExceptionMapper
    Response unusable(UnusableModelException e) {
        return HttpProblem.builder()
                .withStatus(422)
                .withTitle("Unprocessable Content")
                .withDetail(String.valueOf(e.getMessage()))
                .with("field", "name")
                .with("expected", "a model that this service can use")
                .build()
                .toResponse();
    }

    @ServerExceptionMapper
    Response unavailable(DependencyUnavailableException e) {
        return HttpProblem.builder()
                .withStatus(503)
                .withTitle("Try again later")
                .withDetail(String.valueOf(e.getMessage()))
                .withHeader(HttpHeaders.RETRY_AFTER, "1")
                .build()
                .toResponse();
    }
}
