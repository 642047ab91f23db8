package dev.winnow.embedding.http;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.Comparison;
import dev.winnow.embedding.ModelChange;
import dev.winnow.embedding.ModelLibrary;
import dev.winnow.embedding.RunningModels;
import dev.winnow.embedding.UnusableModelException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Another model, without a gap. Between {@code PUT next} and {@code activate} whoever drives it reconciles every dataset. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ModelChangeResource {

    private static final int MAX_SAMPLE = 10_000;

    private final ModelChange change;
    private final RunningModels models;
    private final ModelLibrary library;
    private final ObjectMapper json;

    ModelChangeResource(ModelChange change, RunningModels models, ModelLibrary library, ObjectMapper json) {
        this.change = change;
        this.library = library;
        this.models = models;
        this.json = json;
    }

    /**
     * A model of this service by its name, or that of an adapter in the bucket by its id: one of the two.
     */
    public record Next(
            @Schema(examples = "dinov2-small", nullable = true) @Nullable
            String name,

            @Schema(examples = "pets-1f3a90bc", nullable = true) @Nullable
            String adapter) {}

    /** {@code force}: also if images are missing. */
    public record Activation(@Schema(defaultValue = "false") boolean force) {}

    /** How far a change is. */
    public enum State {
        NONE,
        FILLING,
        COMPLETE;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A change; what follows {@code next} is null where there is none.
     *
     * @param activeImages images with a vector of the active model; {@code nextImages} likewise
     * @param missing images of the active model without a vector of the next, or with one of older bytes
     * @param completeness share of the active model's images that the next has, 0 to 1
     * @param overlap how much both agree on the nearest images; null for a sample of 0
     * @param problem why a model does not run on the worker that answers, or null
     */
    public record Change(
            State state,
            @Nullable String active,
            @Nullable String next,
            @Nullable Long activeImages,
            @Nullable Long nextImages,
            @Nullable Long missing,
            @Nullable Double completeness,
            Comparison.@Nullable Overlap overlap,
            @Nullable String problem) {}

    @PUT
    @Path("/next")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Begins a change: from now on images are embedded with this model too")
    @RequestBody(content = @Content(schema = @Schema(implementation = Next.class)))
    @APIResponse(
            responseCode = "202",
            description = "Begun, or under way already",
            content = @Content(schema = @Schema(implementation = Change.class)))
    @APIResponse(responseCode = "409", description = "Active already, or another change is under way")
    @APIResponse(responseCode = "422", description = "No such model or adapter here, or it cannot be used")
    public Response begin(@Nullable JsonNode body) {
        if (body == null || body.size() != 1 || !(isText(body, "name") || isText(body, "adapter"))) {
            throw TextQuery.invalid(
                    "name", "a JSON object with the name of a model or, as adapter, the id of one, and nothing else");
        }
        if (isText(body, "name")) {
            change.begin(body.get("name").textValue());
        } else {
            beginAdapter(body.get("adapter").textValue());
        }
        return Response.accepted(change(0, 0)).build();
    }

    @GET
    @Path("/adapters/{id}")
    @Produces("application/zip")
    @Operation(summary = "The model that an adapter makes, as files: manifest, network, and what belongs to them")
    @APIResponse(responseCode = "200", description = "A ZIP file without folders")
    @APIResponse(responseCode = "422", description = "No such adapter here, or not the model it was learnt for")
    public Response adapter(@PathParam("id") String id) throws IOException {
        java.nio.file.Path archive;
        try {
            archive = library.archive(id);
        } catch (UnusableModelException e) {
            throw unusable(e);
        }
        long bytes = Files.size(archive);
        return Response.ok(Files.newInputStream(archive, StandardOpenOption.DELETE_ON_CLOSE))
                .header(HttpHeaders.CONTENT_LENGTH, bytes)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + id + ".zip\"")
                .build();
    }

    private static HttpProblem unusable(UnusableModelException e) {
        return TextQuery.invalid("adapter", "an adapter that this service can use: " + e.getMessage());
    }

    private static boolean isText(JsonNode body, String field) {
        return body.has(field) && body.get(field).isTextual();
    }

    private void beginAdapter(String id) {
        try {
            change.beginAdapter(id);
        } catch (UnusableModelException e) {
            throw unusable(e);
        }
    }

    @GET
    @Path("/change")
    @Operation(summary = "How far the change is: completeness, and the overlap of the ten nearest images of a sample")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = Change.class)),
            description = "The state is none where there is no change")
    @APIResponse(responseCode = "422", description = "A sample out of its range")
    public Change change(
            @QueryParam("sample") @DefaultValue("200") int sample, @QueryParam("seed") @DefaultValue("1") long seed) {
        if (sample < 0 || sample > MAX_SAMPLE) {
            throw TextQuery.invalid("sample", "0 to " + MAX_SAMPLE + " images");
        }
        ModelChange.Progress progress = change.progress(sample, seed);
        Comparison comparison = progress.comparison().orElse(null);
        return new Change(
                State.valueOf(progress.state().name()),
                progress.roles().active().orElse(null),
                progress.roles().next().orElse(null),
                comparison == null ? null : comparison.activeImages(),
                comparison == null ? null : comparison.nextImages(),
                comparison == null ? null : comparison.missing(),
                comparison == null ? null : comparison.completeness(),
                comparison == null ? null : comparison.overlap(),
                models.problem().orElse(null));
    }

    @POST
    @Path("/change/activate")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Makes the next model the active one, at once for all readers")
    @RequestBody(content = @Content(schema = @Schema(implementation = Activation.class)))
    @APIResponse(responseCode = "200", description = "Done")
    @APIResponse(
            responseCode = "409",
            description = "No change is under way, or images are missing; missing says how many")
    public Change activate(byte[] body) {
        change.activate(body.length > 0 && force(body));
        return change(0, 0);
    }

    /** Most requests have no body, and then no content type either. */
    private boolean force(byte[] body) {
        try {
            JsonNode fields = json.readTree(body);
            JsonNode force = fields.size() == 1 ? fields.get("force") : null;
            if (fields.isObject() && fields.isEmpty()) {
                return false;
            }
            if (force != null && force.isBoolean()) {
                return force.booleanValue();
            }
        } catch (IOException e) {
            // No JSON at all: as wrong as any other body.
        }
        throw TextQuery.invalid("force", "true or false, and no other field");
    }

    @DELETE
    @Path("/next")
    @Operation(summary = "Gives the change up; the active model stays")
    @APIResponse(responseCode = "200", description = "Done")
    @APIResponse(responseCode = "409", description = "No change is under way")
    public Change giveUp() {
        change.giveUp();
        return change(0, 0);
    }

    @POST
    @Path("/rollback")
    @Operation(summary = "Makes the model active again that was before, at once; reconcile every dataset afterwards")
    @APIResponse(responseCode = "200", description = "Done")
    @APIResponse(responseCode = "409", description = "No other model was active, or a change is under way")
    @APIResponse(responseCode = "422", description = "The model cannot be used here")
    public Change rollBack() {
        change.rollBack();
        return change(0, 0);
    }
}
