package dev.winnow.curation.http;

import dev.winnow.curation.exports.DatasetExport;
import dev.winnow.curation.exports.Selection;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.Slices;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The images of a slice as a file for other tools, with the labels and boxes they have now. */
@Path("/v1/datasets/{dataset}/slices/{name}/export")
@RunOnVirtualThread
public class SliceExportResource {

    private final Slices slices;
    private final DatasetExport export;

    SliceExportResource(Slices slices, DatasetExport export) {
        this.slices = slices;
        this.export = export;
    }

    /** Images that are gone since are not in it. */
    @GET
    @APIResponse(responseCode = "200", description = "A file in the format asked for, written while it is read")
    public Response export(
            String dataset,
            String name,
            @QueryParam("version") @Nullable Integer version,
            @QueryParam("format") @DefaultValue("coco") String format,
            @QueryParam("images") @DefaultValue("false") boolean images,
            @QueryParam("archive") @DefaultValue("tar") String archive) {
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        Selection selection = new Selection.Listed(
                name + "-" + slice.version().version(), slice.images(), () -> slices.ids(slice.version()));
        return ExportedFile.of(export, DatasetExport.Request.of(dataset, selection, format, images, archive));
    }
}
