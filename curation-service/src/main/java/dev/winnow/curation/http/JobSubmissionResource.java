package dev.winnow.curation.http;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.Jobs;
import dev.winnow.curation.tasks.CurationTask;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Asking for work over a dataset: clusters, duplicates, outliers, a selection. */
@Path("/v1/datasets/{dataset}/jobs")
@RunOnVirtualThread
public class JobSubmissionResource {

    private final Jobs jobs;

    JobSubmissionResource(Jobs jobs) {
        this.jobs = jobs;
    }

    @POST
    public Response submit(String dataset, @Nullable CurationTask task) {
        if (task == null) {
            throw new InvalidParameterException(
                    "type", "expected cluster, deduplicate, map, outliers, quality, scores, select or thin");
        }
        CurationJob job = jobs.submit(dataset, task);
        return Response.accepted(job)
                .location(URI.create("/v1/jobs/" + job.order().id()))
                .build();
    }
}
