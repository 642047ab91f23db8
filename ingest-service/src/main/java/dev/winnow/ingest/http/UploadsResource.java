package dev.winnow.ingest.http;

import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.ImageStore;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.Intake;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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

    public UploadsResource(ImageStore store, Intake intake, IngestConfig config, Clock clock) {
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
    public Upload presign(@PathParam("dataset") String dataset, @Nullable UploadRequest upload) {
        if (upload == null || upload.path() == null) {
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
}
