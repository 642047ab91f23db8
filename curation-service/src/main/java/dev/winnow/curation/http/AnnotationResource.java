package dev.winnow.curation.http;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.labels.AnnotationReport;
import dev.winnow.curation.labels.CsvTable;
import dev.winnow.curation.labels.LabelImport;
import dev.winnow.curation.objects.ObjectCsv;
import dev.winnow.curation.objects.ObjectExport;
import dev.winnow.curation.objects.ObjectImport;
import dev.winnow.curation.objects.ObjectImport.Mode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Annotations as files: labels of images, boxes and their labels. */
@Path("/v1/datasets/{dataset}/annotations")
@RunOnVirtualThread
public class AnnotationResource {

    private final LabelImport labels;
    private final ObjectImport objects;
    private final ObjectExport export;

    AnnotationResource(LabelImport labels, ObjectImport objects, ObjectExport export) {
        this.labels = labels;
        this.objects = objects;
        this.export = export;
    }

    /** Labels of images, or boxes where the file has their columns. */
    @POST
    @Consumes("text/csv")
    @APIResponse(
            responseCode = "200",
            description = "What became of the rows, of labels or of boxes",
            content = @Content(schema = @Schema(oneOf = {LabelImport.Imported.class, ObjectImport.Imported.class})))
    public AnnotationReport fromCsv(
            String dataset,
            InputStream csv,
            @QueryParam("mode") @DefaultValue("replace") String mode,
            @QueryParam("by") @Nullable String by) {
        // Broken UTF-8 becomes U+FFFD, which no path contains: such a row is reported, and disturbs no other.
        CsvTable table = CsvTable.open(new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8)));
        return ObjectCsv.isMeant(table.columns())
                ? objects.importCsv(dataset, table, mode(mode), by)
                : labels.importCsv(dataset, table, by);
    }

    /** Boxes in COCO's JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public ObjectImport.Imported fromCoco(
            String dataset,
            InputStream coco,
            @QueryParam("mode") @DefaultValue("replace") String mode,
            @QueryParam("by") @Nullable String by)
            throws IOException {
        return objects.importCoco(dataset, coco, mode(mode), by);
    }

    /** All boxes of the dataset. */
    @GET
    @APIResponse(responseCode = "200", description = "A file in the format asked for")
    public Response export(String dataset, @QueryParam("format") @DefaultValue("coco") String format) {
        export.check(dataset);
        return switch (format) {
            case "coco" ->
                Response.ok((StreamingOutput) out -> export.coco(dataset, out), MediaType.APPLICATION_JSON)
                        .build();
            case "csv" ->
                Response.ok((StreamingOutput) out -> export.csv(dataset, out), "text/csv; charset=UTF-8")
                        .build();
            default -> throw new InvalidParameterException("format", "expected coco or csv, got " + format);
        };
    }

    private static Mode mode(String mode) {
        return switch (mode) {
            case "replace" -> Mode.REPLACE;
            case "merge" -> Mode.MERGE;
            default -> throw new InvalidParameterException("mode", "expected replace or merge, got " + mode);
        };
    }
}
