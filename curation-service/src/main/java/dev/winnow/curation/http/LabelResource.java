package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.labels.EditStream;
import dev.winnow.curation.labels.LabelExport;
import dev.winnow.curation.labels.LabelLine;
import dev.winnow.curation.objects.ObjectImport.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Labels of many images as a stream, in and out. */
@Path("/v1/datasets/{dataset}/labels")
@RunOnVirtualThread
public class LabelResource {

    private final EditStream edits;
    private final LabelExport export;
    private final ObjectMapper json;

    LabelResource(EditStream edits, LabelExport export, ObjectMapper json) {
        this.edits = edits;
        this.export = export;
        this.json = json;
    }

    /**
     * What became of the lines.
     *
     * @param labelled how many took effect
     * @param problemCount how many could not be used
     * @param problems the first thousand of them
     */
    public record Labelled(long lines, long labelled, long problemCount, List<Problem> problems) {}

    /** Writes labels, a line an image. */
    @POST
    @Consumes(NdJson.MEDIA_TYPE)
    @RequestBody(content = @Content(mediaType = NdJson.MEDIA_TYPE, schema = @Schema(implementation = LabelLine.class)))
    public Labelled write(String dataset, InputStream lines, @QueryParam("by") @Nullable String by) throws IOException {
        EditStream.Applied applied =
                edits.lines(dataset, lines, LabelLine.class, new EditStream.Defaults(by, "ndjson"));
        return new Labelled(applied.lines(), applied.applied(), applied.problemCount(), applied.problems());
    }

    /** The labels, tags and decisions of the images that match, a line for each that has any. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "A line an image",
            content = @Content(mediaType = NdJson.MEDIA_TYPE, schema = @Schema(implementation = LabelLine.class)))
    public Response read(String dataset, @QueryParam("filter") @Nullable String filter) {
        export.check(dataset);
        Filter conditions = FilterJson.parse(json, filter);
        return Response.ok((StreamingOutput) out -> export.write(dataset, conditions, out), NdJson.MEDIA_TYPE)
                .build();
    }
}
