package dev.winnow.embedding.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.ExecutionProvider;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Which model makes the vectors. */
@Path("/v1/models")
public class Models {

    private final EmbeddingModel model;

    Models(EmbeddingModel model) {
        this.model = model;
    }

    /** The models of this service. */
    public record Answer(Active active) {}

    /** The one in use, and what it runs on; its {@code id} is what answers and events name as their model. */
    public record Active(String id, @JsonUnwrapped ModelManifest manifest, ExecutionProvider executionProvider) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The active model: its manifest and what it runs on")
    public Answer models() {
        return new Answer(new Active(model.manifest().id(), model.manifest(), model.provider()));
    }
}
