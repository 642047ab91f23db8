package dev.winnow.ingest.http;

import dev.winnow.ingest.BatchIntake;
import dev.winnow.ingest.BatchReport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;

/** Many images in one request. Either body is read as it comes, so it may be larger than memory and disk. */
@Path("/v1/datasets/{dataset}/images")
@RunOnVirtualThread
public class BatchResource {

    private final BatchIntake intake;

    public BatchResource(BatchIntake intake) {
        this.intake = intake;
    }

    @POST
    @Consumes("application/x-tar")
    public BatchReport tar(@PathParam("dataset") String dataset, InputStream body) throws IOException {
        return intake.store(dataset, new TarFiles(body));
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public BatchReport multipart(@PathParam("dataset") String dataset, @Context HttpHeaders headers, InputStream body)
            throws IOException {
        String boundary = headers.getMediaType().getParameters().get("boundary");
        if (boundary == null) {
            throw Problems.field("Content-Type", "unreadable-archive", "expected multipart/form-data with a boundary");
        }
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return intake.store(
                dataset, new MultipartFiles(body, boundary, length == null ? Long.MAX_VALUE : Long.parseLong(length)));
    }
}
