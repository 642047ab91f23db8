package dev.winnow.curation.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.frontier.NotReadyException;
import dev.winnow.curation.jobs.TooManyJobsException;
import dev.winnow.curation.objects.ConcurrentEditException;
import dev.winnow.curation.search.NotEmbeddableException;
import dev.winnow.curation.slices.DeletionRefusedException;
import dev.winnow.curation.slices.SliceChangedException;
import dev.winnow.curation.tasks.CurationTask;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Errors as problem+json (RFC 9457): what is wrong, which field, what was expected. */
class ProblemMappers {

    private static final int BEFORE_LIBRARIES = 1;

    @ServerExceptionMapper
    Response invalid(InvalidParameterException e) {
        return problem(422, "Invalid parameter", e.getMessage(), e.field(), e.expected());
    }

    @ServerExceptionMapper
    Response notFound(NotFoundException e) {
        return problem(404, "Not found", e.getMessage(), null, null);
    }

    @ServerExceptionMapper
    Response edited(ConcurrentEditException e) {
        return problem(412, "Edited meanwhile", e.getMessage(), null, null);
    }

    @ServerExceptionMapper
    Response changed(SliceChangedException e) {
        return problem(412, "Changed meanwhile", e.getMessage(), null, null);
    }

    @ServerExceptionMapper
    Response refused(DeletionRefusedException e) {
        return problem(409, "Not confirmed", e.getMessage(), null, null);
    }

    @ServerExceptionMapper
    Response unavailable(DependencyUnavailableException e) {
        return Response.fromResponse(problem(503, "Try again later", e.getMessage(), null, null))
                .header("Retry-After", 2)
                .build();
    }

    @ServerExceptionMapper
    Response notReady(NotReadyException e) {
        return Response.fromResponse(problem(503, "Try again later", e.getMessage(), null, null))
                .header("Retry-After", 2)
                .build();
    }

    /** Which jobs are in the way is said, so that one of them can be stopped. */
    @ServerExceptionMapper
    Response tooMany(TooManyJobsException e) {
        return HttpProblem.builder()
                .withTitle("Too many jobs")
                .withStatus(429)
                .withDetail(e.getMessage())
                .with("open_jobs", e.open())
                .build()
                .toResponse();
    }

    @ServerExceptionMapper
    Response notEmbeddable(NotEmbeddableException e) {
        return Response.status(e.status())
                .type(HttpProblem.MEDIA_TYPE)
                .entity(e.problem())
                .build();
    }

    /** Jackson's own, most specific types are named so that these win over the mappers of the libraries. */
    @ServerExceptionMapper(
            value = {
                JsonParseException.class,
                JsonMappingException.class,
                MismatchedInputException.class,
                InvalidFormatException.class,
                UnrecognizedPropertyException.class
            },
            priority = BEFORE_LIBRARIES)
    Response unreadable(JsonProcessingException e) {
        if (e.getCause() instanceof InvalidParameterException cause) {
            return invalid(cause);
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return problem(
                    422,
                    "Invalid parameter",
                    "unknown field",
                    unknown.getPropertyName(),
                    "expected one of " + unknown.getKnownPropertyIds());
        }
        if (e instanceof InvalidTypeIdException) {
            return problem(422, "Invalid parameter", "unknown type", "type", "expected one of " + CurationTask.types());
        }
        if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
            return problem(
                    422,
                    "Invalid parameter",
                    "unknown value",
                    field(format.getPath()),
                    "expected one of " + Arrays.toString(format.getTargetType().getEnumConstants()));
        }
        if (e instanceof JsonMappingException mapping) {
            return problem(
                    400,
                    "Unreadable JSON",
                    e.getOriginalMessage(),
                    field(mapping.getPath()),
                    "expected another type of value");
        }
        return problem(400, "Malformed JSON", e.getOriginalMessage(), "body", "expected JSON");
    }

    /** The server wraps what Jackson says of a request's body, and hides it. */
    @ServerExceptionMapper(priority = BEFORE_LIBRARIES)
    Response wrapped(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        Response.StatusType status = e.getResponse().getStatusInfo();
        return problem(status.getStatusCode(), status.getReasonPhrase(), e.getMessage(), null, null);
    }

    private static String field(List<JsonMappingException.Reference> path) {
        StringBuilder field = new StringBuilder();
        for (JsonMappingException.Reference reference : path) {
            if (reference.getFieldName() != null) {
                field.append(field.isEmpty() ? "" : ".").append(reference.getFieldName());
            } else {
                field.append('[').append(reference.getIndex()).append(']');
            }
        }
        return field.isEmpty() ? "body" : field.toString();
    }

    private static Response problem(
            int status, String title, @Nullable String detail, @Nullable String field, @Nullable String expected) {
        HttpProblem.Builder problem =
                HttpProblem.builder().withTitle(title).withStatus(status).withDetail(detail);
        if (field != null) {
            problem.with("field", field);
        }
        if (expected != null) {
            problem.with("expected", expected);
        }
        return problem.build().toResponse();
    }
}
