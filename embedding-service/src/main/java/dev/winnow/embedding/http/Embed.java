package dev.winnow.embedding.http;

import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.ImageEmbedder;
import dev.winnow.embedding.RunningModels;
import dev.winnow.embedding.Target;
import dev.winnow.embedding.WinnowConfig;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.RefusedException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** One image to its vector, for queries; nothing is stored. */
@Path("/v1/embed")
public class Embed {

    private final RunningModels models;
    private final ImageEmbedder embedder;
    private final MemoryBudget bodies;

    Embed(RunningModels models, ImageEmbedder embedder, WinnowConfig config) {
        this.models = models;
        this.embedder = embedder;
        this.bodies = new MemoryBudget(config.pipeline().fileMemory().asLongValue());
    }

    /** A vector of length 1 and what made it. */
    public record Answer(String model, int dimension, float[] vector) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(summary = "Embeds the image in the request's body")
    @APIResponse(responseCode = "200", description = "The image's vector, of length 1")
    @APIResponse(responseCode = "413", description = "Too many bytes or pixels")
    @APIResponse(responseCode = "415", description = "No JPEG, PNG, WebP, GIF or BMP")
    @APIResponse(responseCode = "422", description = "Empty, truncated, animated or undecodable")
    public Answer embed(InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length)
            throws IOException, InterruptedException {
        try (RunningModels.Running running = models.running()) {
            Target active = running.active();
            float[] vector = vector(body, length, active);
            return new Answer(active.id(), vector.length, vector);
        } catch (RefusedException e) {
            throw problem(e.rejection());
        }
    }

    /** Takes the body's memory before its first byte is read: many large bodies at once wait for each other. */
    private float[] vector(InputStream body, @Nullable Long length, Target by)
            throws RefusedException, IOException, InterruptedException {
        long limit = ImageLimits.DEFAULT.maxBytes();
        if (length != null && length > limit) {
            throw new RefusedException(new Rejection.TooLarge(length, limit));
        }
        MemoryBudget.Share memory = bodies.take(length == null ? limit : length);
        try {
            // One byte more than allowed is enough to see that it is too much.
            return embedder.embedNow(body.readNBytes(Math.toIntExact(limit + 1)), by);
        } finally {
            memory.close();
        }
    }

    private static HttpProblem problem(Rejection rejection) {
        int status = rejection.httpStatus();
        return HttpProblem.builder()
                .withStatus(status)
                .withTitle(title(status))
                .withDetail(rejection.detail())
                .with("field", "body")
                .with("reason", rejection.reason())
                .build();
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Unprocessable Content" : known.getReasonPhrase();
    }
}
