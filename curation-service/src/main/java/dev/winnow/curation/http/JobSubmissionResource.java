package dev.winnow.curation.http;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.JobStore;
import dev.winnow.curation.jobs.Jobs;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.tasks.DeleteTask;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asking for work over a dataset, such as clusters or duplicates, and what was asked for so far. */
@Path("/v1/datasets/{dataset}/jobs")
@RunOnVirtualThread
public class JobSubmissionResource {

    private final Jobs jobs;

    JobSubmissionResource(Jobs jobs) {
        this.jobs = jobs;
    }

    /** The newest first; {@code nextCursor} is null on the last page. */
    public record JobList(List<CurationJob> jobs, @Nullable String nextCursor) {}

    @GET
    public JobList list(
            String dataset,
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 100);
        JobStore.Page page = jobs.list(dataset, limit, cursor);
        return new JobList(page.jobs(), page.next());
    }

    /** A job; one that was asked for before and has not finished is the same one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response submit(String dataset, @Nullable CurationTask task) {
        if (task == null) {
            throw new InvalidParameterException("type", "expected one of " + CurationTask.types());
        }
        if (task instanceof DeleteTask) {
            throw new InvalidParameterException(
                    "type", "expected another type: images are deleted by DELETE …/slices/{name}/images only");
        }
        CurationJob job = jobs.submit(dataset, task);
        return Response.accepted(job)
                .location(URI.create("/v1/jobs/" + job.order().id()))
                .build();
    }
}
