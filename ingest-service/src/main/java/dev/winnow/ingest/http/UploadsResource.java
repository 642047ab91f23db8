package dev.winnow.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.ImageStore;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.Intake;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Permission to send one image straight to the store. Its bytes are not seen here, so what is wrong with them shows as a
 * dead-lettered event instead of an answer.
 */
@Path("/v1/datasets/{dataset}/uploads")
@RunOnVirtualThread
public class UploadsResource {

    private final ImageStore store;
    private final Intake intake;
    private final Duration expiry;
    private final Clock clock;
    private final ObjectMapper json;

    public UploadsResource(ImageStore store, Intake intake, IngestConfig config, Clock clock, ObjectMapper json) {
        this.json = json;
        this.store = store;
        this.intake = intake;
        this.expiry = config.uploads().expiry();
        this.clock = clock;
    }

    /**
     * What the client wants to send.
     *
     * @param bytes the file's size, where known: too large a file is then refused here instead of after its upload
     */
    public record UploadRequest(
            @Nullable String path, @Nullable Long bytes) {}

    /** The request that the client is to make. */
    public record Upload(URI url, String method, Map<String, String> headers, Instant expiresAt) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = UploadRequest.class)))
    public Upload presign(@PathParam("dataset") String dataset, InputStream body) throws IOException {
        UploadRequest upload = parse(body);
        if (upload.path() == null) {
            throw Problems.field("path", "invalid-name", "expected a JSON object with a path");
        }
        ObjectKey key = new ObjectKey(dataset, upload.path());
        long limit = intake.limits().maxBytes();
        if (upload.bytes() != null && upload.bytes() > limit) {
            throw Problems.rejected(new Rejection.TooLarge(upload.bytes(), limit));
        }
        Instant expiresAt = clock.instant().plus(expiry);
        return new Upload(store.presignPut(key, expiry), "PUT", Map.of(), expiresAt);
    }

    /** Here rather than by the framework, whose 400 does not say what is wrong. */
    private UploadRequest parse(InputStream body) throws IOException {
        try {
            UploadRequest upload = json.readValue(body, UploadRequest.class);
            return upload == null ? new UploadRequest(null, null) : upload;
        } catch (JsonProcessingException e) {
            throw Problems.field(
                    "body", "invalid-json", "expected a JSON object with a path: " + e.getOriginalMessage());
        }
    }
}
