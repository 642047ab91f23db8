package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.Jobs;
import dev.winnow.curation.splits.SplitEditing;
import dev.winnow.curation.splits.SplitEditing.Assigned;
import dev.winnow.curation.tasks.SplitTask;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which image is in which split. */
@Path("/v1/datasets/{dataset}/splits")
@RunOnVirtualThread
public class SplitResource {

    private static final String LINES = "application/x-ndjson";
    private static final int PAGE = 1_000;

    private final SplitEditing editing;
    private final Datasets datasets;
    private final VectorIndex index;
    private final Jobs jobs;
    private final ObjectMapper json;

    SplitResource(SplitEditing editing, Datasets datasets, VectorIndex index, Jobs jobs, ObjectMapper json) {
        this.editing = editing;
        this.datasets = datasets;
        this.index = index;
        this.jobs = jobs;
        this.json = json;
    }

    /** A job whose assignments are to hold. */
    public record FromJob(@Nullable UUID job) {}

    /** An image and its split; null takes it out, and has to be said. */
    public record Line(
            @Nullable String id,
            @Nullable String path,
            @JsonProperty(required = true) @Nullable String split) {}

    /** The assignments of a split job. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    public Assigned fromJob(String dataset, @Nullable FromJob from) throws IOException {
        if (from == null || from.job == null) {
            throw new InvalidParameterException("job", "expected the id of a split job");
        }
        CurationJob job = jobs.get(from.job);
        if (!job.order().dataset().equals(dataset) || !(job.order().parameters() instanceof SplitTask)) {
            throw new InvalidParameterException("job", "expected a job of the type split of this dataset");
        }
        InputStream result = jobs.openResult(from.job).orElseThrow(() -> HttpProblem.builder()
                .withTitle("No result")
                .withStatus(Response.Status.CONFLICT)
                .withDetail("the job has not succeeded: see its status")
                .build());
        try (SplitLines lines = SplitLines.ofResult(json, result)) {
            return editing.assign(dataset, lines);
        }
    }

    /** Lines of JSON, an image each. */
    @PUT
    @Consumes(LINES)
    public Assigned fromLines(String dataset, InputStream body) throws IOException {
        try (SplitLines lines = SplitLines.ofLines(json, body)) {
            return editing.assign(dataset, lines);
        }
    }

    /** The images that are in a split, as lines that may be sent again. */
    @GET
    @Produces(LINES)
    public Response list(String dataset) {
        datasets.get(dataset);
        return Response.ok((StreamingOutput) out -> write(dataset, out), LINES).build();
    }

    private void write(String dataset, OutputStream out) throws IOException {
        ImageId from = null;
        do {
            VectorIndex.Page page = index.page(dataset, Filter.ALL, PAGE, from);
            StringBuilder lines = new StringBuilder();
            for (DatasetImage image : page.images()) {
                if (image.split().isPresent()) {
                    lines.append(json.writeValueAsString(new Line(
                                    image.id().toString(),
                                    image.path(),
                                    image.split().get())))
                            .append('\n');
                }
            }
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            from = page.next();
        } while (from != null);
    }
}
