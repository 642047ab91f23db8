package dev.winnow.curation.http;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.Jobs;
import dev.winnow.curation.slices.Deletion;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceDeletion;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.Slices;
import dev.winnow.curation.tasks.DeleteTask;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Deleting the files of a slice's images, in two calls. */
@Path("/v1/datasets/{dataset}/slices/{name}")
@RunOnVirtualThread
public class SliceDeletionResource {

    private final Slices slices;
    private final SliceDeletion deletion;
    private final Jobs jobs;

    SliceDeletionResource(Slices slices, SliceDeletion deletion, Jobs jobs) {
        this.slices = slices;
        this.deletion = deletion;
        this.jobs = jobs;
    }

    /**
     * What would be deleted.
     *
     * @param token confirms it, once, until it expires
     */
    public record DeletionView(String token, String name, int version, long images, Instant expiresAt) {
        DeletionView(Deletion.Order order) {
            this(order.token(), order.slice(), order.version(), order.images(), order.expiresAt());
        }
    }

    /** Asks for the deletion of a version's files. Nothing is deleted. */
    @POST
    @Path("/deletion")
    @Consumes(MediaType.WILDCARD)
    @APIResponse(
            responseCode = "201",
            description = "What would be deleted, and the token that confirms it",
            content = @Content(schema = @Schema(implementation = DeletionView.class)))
    public Response ask(
            String dataset,
            String name,
            @QueryParam("version") @Nullable Integer version,
            @QueryParam("by") @DefaultValue("anonymous") String by) {
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        return Response.status(Response.Status.CREATED)
                .entity(new DeletionView(deletion.ask(slice, by)))
                .build();
    }

    /** Deletes the files of a version from the bucket: the job that does it. */
    @DELETE
    @Path("/images")
    @APIResponse(
            responseCode = "202",
            description = "The job that deletes",
            content = @Content(schema = @Schema(implementation = CurationJob.class)))
    @APIResponse(responseCode = "409", description = "The token was used, or has expired")
    public Response delete(
            String dataset,
            String name,
            @QueryParam("version") @Nullable Integer version,
            @QueryParam("confirm") @Nullable String confirm,
            @QueryParam("by") @DefaultValue("anonymous") String by) {
        if (version == null) {
            throw new InvalidParameterException("version", "expected the version whose images are to be deleted");
        }
        if (confirm == null) {
            throw new InvalidParameterException("confirm", "expected the token of POST …/deletion");
        }
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        deletion.confirm(slice, confirm, by);
        CurationJob job = jobs.submit(dataset, new DeleteTask(name, version, confirm));
        return Response.accepted(job)
                .location(URI.create("/v1/jobs/" + job.order().id()))
                .build();
    }
}
