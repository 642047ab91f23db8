package dev.winnow.ingest.http;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.BodyBudget;
import dev.winnow.ingest.BodyBudget.Lease;
import dev.winnow.ingest.BoundedBody;
import dev.winnow.ingest.Intake;
import dev.winnow.ingest.Intake.Outcome;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;

/** One image: put its bytes, or remove it. */
@Path("/v1/datasets/{dataset}/images/{path:.+}")
@RunOnVirtualThread
public class ImagesResource {

    private final Intake intake;
    private final BodyBudget budget;

    public ImagesResource(Intake intake, BodyBudget budget) {
        this.intake = intake;
        this.budget = budget;
    }

    /** What was stored. */
    public record StoredImage(
            ImageId id,
            String dataset,
            String path,
            String etag,
            long bytes,
            ImageFormat format,
            int width,
            int height) {}

    @PUT
    @Consumes(MediaType.WILDCARD)
    public Response put(
            @PathParam("dataset") String dataset,
            @Context HttpServerRequest request,
            @Context HttpHeaders headers,
            InputStream body)
            throws IOException {
        ObjectKey key = new ObjectKey(dataset, RawPath.imagePath(request.uri()));
        int declared = declaredLength(headers);
        // A body of unknown length is held in pieces and once more as a whole.
        long room = declared >= 0 ? declared : 2 * intake.limits().maxBytes();
        try (Lease lease = budget.acquire(room)) {
            byte[] file = declared >= 0 ? BoundedBody.readExactly(body, declared) : readChunked(body);
            lease.shrinkTo(file.length);
            return switch (intake.store(key, file)) {
                case Outcome.Refused refused -> throw Problems.rejected(refused.rejection());
                case Outcome.Stored stored -> {
                    stored.publication().await();
                    yield Response.status(Response.Status.CREATED)
                            .entity(new StoredImage(
                                    ImageId.of(key),
                                    key.dataset(),
                                    key.path(),
                                    stored.etag(),
                                    stored.bytes(),
                                    stored.header().format(),
                                    stored.header().width(),
                                    stored.header().height()))
                            .build();
                }
            };
        }
    }

    @DELETE
    public void delete(@PathParam("dataset") String dataset, @Context HttpServerRequest request) {
        ObjectKey key = new ObjectKey(dataset, RawPath.imagePath(request.uri()));
        if (!intake.remove(key)) {
            throw HttpProblem.builder()
                    .withStatus(404)
                    .withTitle("Not found")
                    .withDetail("no image " + key)
                    .with("field", "path")
                    .build();
        }
    }

    /** The length the client announced, or -1; too large a one is refused before a byte is read. */
    private int declaredLength(HttpHeaders headers) {
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return -1;
        }
        long bytes = Long.parseLong(length);
        if (bytes > intake.limits().maxBytes()) {
            throw Problems.rejected(
                    new Rejection.TooLarge(bytes, intake.limits().maxBytes()));
        }
        return (int) bytes;
    }

    private byte[] readChunked(InputStream body) throws IOException {
        long limit = intake.limits().maxBytes();
        BoundedBody file = new BoundedBody(limit);
        byte[] buffer = new byte[64 * 1024];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            file.write(buffer, 0, n);
            if (file.overLimit()) {
                throw Problems.rejected(new Rejection.TooLarge(file.count(), limit));
            }
        }
        return file.toByteArray();
    }
}
