package dev.winnow.embedding.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.RunningModels;
import dev.winnow.embedding.TextEncoder;
import dev.winnow.embedding.image.MemoryBudget;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Texts to their vectors, in the space of the pictures; nothing is stored. */
@Path("/v1/embed")
public class EmbedText {

    /** Room for the largest query, however its characters are escaped. */
    private static final int MAX_BODY = 2_000_000;

    private final RunningModels models;
    private final ObjectReader json;
    private final MemoryBudget bodies = new MemoryBudget(16L * MAX_BODY);

    EmbedText(RunningModels models, ObjectMapper json) {
        this.models = models;
        this.json = json.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** What was asked for: of one text, or of several. */
    public sealed interface Answer {}

    /** A vector of length 1; {@code truncated} if it is of the text's beginning only. */
    public record One(String model, int dimension, float[] vector, boolean truncated) implements Answer {}

    /** Vectors in the order of the texts. */
    public record Several(String model, int dimension, List<TextEncoder.Embedded> embeddings) implements Answer {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(summary = "Embeds a text, or several, where the active model has a text tower")
    @RequestBody(content = @Content(schema = @Schema(implementation = TextQuery.class)))
    @APIResponse(
            responseCode = "200",
            description = "Vectors of length 1 in the space of the pictures, and whether a text was too long and cut",
            content = @Content(schema = @Schema(oneOf = {One.class, Several.class})))
    @APIResponse(responseCode = "400", description = "No JSON")
    @APIResponse(responseCode = "413", description = "Too many bytes")
    @APIResponse(responseCode = "422", description = "No text, too long a text, or a model that embeds images only")
    public Answer embed(InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long length)
            throws IOException, InterruptedException {
        TextQuery query = read(body, length);
        try (RunningModels.Running running = models.running()) {
            return embed(query, running.active().model());
        }
    }

    static Answer embed(TextQuery query, EmbeddingModel model) throws InterruptedException {
        TextEncoder encoder = model.text().orElseThrow(() -> imagesOnly(model));
        List<Optional<TextEncoder.Embedded>> embedded = encoder.embed(query.all());
        List<TextEncoder.Embedded> vectors = new ArrayList<>(embedded.size());
        for (int i = 0; i < embedded.size(); i++) {
            String field = query.name(i);
            vectors.add(embedded.get(i)
                    .orElseThrow(() -> TextQuery.invalid(field, "a text in which the model finds something")));
        }
        String id = model.manifest().id();
        int dimension = model.manifest().feature().dimension();
        if (query.texts() != null) {
            return new Several(id, dimension, vectors);
        }
        TextEncoder.Embedded one = vectors.getFirst();
        return new One(id, dimension, one.vector(), one.truncated());
    }

    private TextQuery read(InputStream body, @Nullable Long length) throws IOException, InterruptedException {
        MemoryBudget.Share memory = bodies.take(length == null ? MAX_BODY : Math.min(length, MAX_BODY));
        try {
            byte[] bytes = body.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw problem(413, "Request Entity Too Large", "body: expected at most " + MAX_BODY + " bytes", "body");
            }
            return TextQuery.of(json.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw problem(400, "Malformed JSON", e.getOriginalMessage(), "body");
        } finally {
            memory.close();
        }
    }

    private static HttpProblem imagesOnly(EmbeddingModel model) {
        return problem(
                422,
                "Unprocessable Content",
                "the active model " + model.manifest().name()
                        + " embeds images only; a model with a text tower: ./winnow models fetch clip-vit-b-32",
                "text");
    }

    private static HttpProblem problem(int status, String title, String detail, String field) {
        return HttpProblem.builder()
                .withStatus(status)
                .withTitle(title)
                .withDetail(detail)
                .with("field", field)
                .build();
    }
}
