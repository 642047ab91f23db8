package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.exports.DatasetExport;
import dev.winnow.curation.exports.Selection;
import dev.winnow.curation.labels.AnnotationReport;
import dev.winnow.curation.labels.CsvTable;
import dev.winnow.curation.labels.LabelImport;
import dev.winnow.curation.objects.ObjectCsv;
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
    private final DatasetExport export;
    private final ObjectMapper json;

    AnnotationResource(LabelImport labels, ObjectImport objects, DatasetExport export, ObjectMapper json) {
        this.labels = labels;
        this.objects = objects;
        this.export = export;
        this.json = json;
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

    /** Boxes in COCO's JSON or Label Studio's. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public ObjectImport.Imported fromJson(
            String dataset,
            InputStream file,
            @QueryParam("mode") @DefaultValue("replace") String mode,
            @QueryParam("format") @DefaultValue("coco") String format,
            @QueryParam("by") @Nullable String by)
            throws IOException {
        return switch (format) {
            case "coco" -> objects.importCoco(dataset, file, mode(mode), by);
            case "label-studio" -> objects.importLabelStudio(dataset, file, mode(mode), by);
            default ->
                throw new InvalidParameterException("format", "expected coco or label-studio for JSON, got " + format);
        };
    }

    /** Boxes of Pascal VOC, of one image. */
    @POST
    @Consumes({MediaType.APPLICATION_XML, MediaType.TEXT_XML})
    public ObjectImport.Imported fromXml(
            String dataset,
            InputStream file,
            @QueryParam("mode") @DefaultValue("replace") String mode,
            @QueryParam("by") @Nullable String by)
            throws IOException {
        return objects.importVoc(dataset, file, mode(mode), by);
    }

    /** Boxes in an archive of YOLO's files or Pascal VOC's. */
    @POST
    @Consumes({"application/zip", "application/x-tar", "application/gzip"})
    public ObjectImport.Imported fromArchive(
            String dataset,
            InputStream archive,
            @QueryParam("mode") @DefaultValue("replace") String mode,
            @QueryParam("format") @DefaultValue("") String format,
            @QueryParam("by") @Nullable String by)
            throws IOException {
        return switch (format) {
            case "yolo" -> objects.importYolo(dataset, archive, mode(mode), by);
            case "voc" -> objects.importVoc(dataset, archive, mode(mode), by);
            default ->
                throw new InvalidParameterException("format", "expected yolo or voc for an archive, got " + format);
        };
    }

    /** Images of the dataset with their labels and boxes, all or those that match. */
    @GET
    @APIResponse(responseCode = "200", description = "A file in the format asked for, written while it is read")
    public Response export(
            String dataset,
            @QueryParam("format") @DefaultValue("coco") String format,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("images") @DefaultValue("false") boolean images,
            @QueryParam("archive") @DefaultValue("tar") String archive) {
        DatasetExport.Request request = DatasetExport.Request.of(
                dataset, new Selection.Matching(FilterJson.parse(json, filter)), format, images, archive);
        return ExportedFile.of(export, request);
    }

    private static Mode mode(String mode) {
        return switch (mode) {
            case "replace" -> Mode.REPLACE;
            case "merge" -> Mode.MERGE;
            default -> throw new InvalidParameterException("mode", "expected replace or merge, got " + mode);
        };
    }
}
