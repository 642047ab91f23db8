package dev.winnow.embedding.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.RunningModels;
import dev.winnow.embedding.Target;
import dev.winnow.embedding.onnx.ExecutionProvider;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Which models make the vectors. */
@Path("/v1/models")
@RunOnVirtualThread
public class Models {

    private final RunningModels models;

    Models(RunningModels models) {
        this.models = models;
    }

    /**
     * The models that have a part.
     *
     * @param next what a change of model is filling; null where there is none, or it does not run here
     * @param previous the ids of those that were active before, the last one first
     * @param problem why a model that has a part does not run here, or null
     */
    public record Answer(
            Running active,
            @Nullable Running next,
            List<String> previous,
            @Nullable String problem) {}

    /**
     * One that runs here, and what on; its {@code id} is what answers and events name as their model.
     *
     * @param fallback why it does not run on CUDA, where it would have
     * @param batch pictures of a forward pass at most
     */
    public record Running(
            String id,
            @JsonUnwrapped ModelManifest manifest,
            List<Kind> embeds,
            ExecutionProvider executionProvider,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String fallback,

            int batch) {

        Running(EmbeddingModel model) {
            this(
                    model.manifest().id(),
                    model.manifest(),
                    model.text().isPresent() ? List.of(Kind.IMAGE, Kind.TEXT) : List.of(Kind.IMAGE),
                    model.provider(),
                    model.fallback().orElse(null),
                    model.batch());
        }
    }

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
    @Operation(summary = "The active model, the next one, and those before: manifests, what they embed and run on")
    public Answer models() {
        models.refresh();
        try (RunningModels.Running running = models.running()) {
            return new Answer(
                    new Running(running.active().model()),
                    running.next().map(Target::model).map(Running::new).orElse(null),
                    models.roles().previous(),
                    models.problem().orElse(null));
        }
    }
}
