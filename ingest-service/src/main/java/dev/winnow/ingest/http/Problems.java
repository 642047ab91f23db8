package dev.winnow.ingest.http;

import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.FileSequence;
import dev.winnow.ingest.UnavailableException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way a request can fail, as problem+json (RFC 9457): what was wrong, where, and what was expected. */
final class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    /** A broken dependency is usually back within seconds; asking more often would not help it. */
    private static final int RETRY_AFTER_SECONDS = 5;

    @ServerExceptionMapper
    Response invalidName(InvalidNameException e) {
        return field(e.field(), "invalid-name", "invalid " + e.field() + ": " + e.expected())
                .toResponse();
    }

    @ServerExceptionMapper
    Response unavailable(UnavailableException e) {
        LOG.warn(e.summary());
        return HttpProblem.builder()
                .withStatus(503)
                .withTitle("Temporarily unavailable")
                .withDetail(e.getMessage() + "; nothing is wrong with the request, repeat it later")
                .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .build()
                .toResponse();
    }

    @ServerExceptionMapper
    Response malformed(FileSequence.MalformedException e) {
        return field("body", "unreadable-archive", e.problem()).toResponse();
    }

    static HttpProblem field(String field, String reason, String detail) {
        return HttpProblem.builder()
                .withStatus(400)
                .withTitle("Bad request")
                .withDetail(detail)
                .with("reason", reason)
                .with("field", field)
                .build();
    }

    static HttpProblem rejected(Rejection rejection) {
        return HttpProblem.builder()
                .withStatus(rejection.httpStatus())
                .withTitle("Image rejected")
                .withDetail(rejection.detail())
                .with("reason", rejection.reason())
                .with("field", rejection instanceof Rejection.InvalidName ? "path" : "body")
                .build();
    }
}
