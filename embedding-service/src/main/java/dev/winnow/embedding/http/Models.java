package dev.winnow.embedding.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.ExecutionProvider;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Which model makes the vectors. */
@Path("/v1/models")
public class Models {

    private final EmbeddingModel model;

    Models(EmbeddingModel model) {
        this.model = model;
    }

    /** The models of this service. */
    public record Answer(Active active) {}

    /**
     * The one in use, and what it runs on; its {@code id} is what answers and events name as their model.
     *
     * @param fallback why it does not run on CUDA, where it would have
     * @param batch pictures of a forward pass at most
     */
    public record Active(
            String id,
            @JsonUnwrapped ModelManifest manifest,
            List<Kind> embeds,
            ExecutionProvider executionProvider,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String fallback,

            int batch) {}

    /** What a model makes vectors of. */
    public enum Kind {
        IMAGE,
        TEXT;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The active model: its manifest, what it embeds and what it runs on")
    public Answer models() {
        List<Kind> embeds = model.text().isPresent() ? List.of(Kind.IMAGE, Kind.TEXT) : List.of(Kind.IMAGE);
        return new Answer(new Active(
                model.manifest().id(),
                model.manifest(),
                embeds,
                model.provider(),
                model.fallback().orElse(null),
                model.batch()));
    }
}
