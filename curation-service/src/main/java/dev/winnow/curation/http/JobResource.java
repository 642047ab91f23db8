package dev.winnow.curation.http;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.Jobs;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.UUID;

/** A job: its state and progress, its result, and stopping it. */
@Path("/v1/jobs/{id}")
@RunOnVirtualThread
public class JobResource {

    private final Jobs jobs;

    JobResource(Jobs jobs) {
        this.jobs = jobs;
    }

    @GET
    public CurationJob get(String id) {
        return jobs.get(id(id));
    }

    @DELETE
    public CurationJob cancel(String id) {
        return jobs.cancel(id(id));
    }

    @GET
    @Path("/result")
    public Response result(String id) {
        InputStream result = jobs.openResult(id(id)).orElseThrow(() -> HttpProblem.builder()
                .withTitle("No result")
                .withStatus(Response.Status.CONFLICT)
                .withDetail("the job has not succeeded: see its status")
                .build());
        return Response.ok(result).type(MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("id", "expected a job id, a UUID");
        }
    }
}
