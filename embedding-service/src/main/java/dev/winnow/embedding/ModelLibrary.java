package dev.winnow.embedding;

import dev.winnow.embedding.onnx.InferenceOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models that this worker can load: the configured one, and those in its folders, as {@code NAME.yaml} or {@code
 * ANY/NAME.yaml}.
 */
@ApplicationScoped
public class ModelLibrary {

    private final Path configured;
    private final List<Path> folders;
    private final InferenceOptions options;

    ModelLibrary(WinnowConfig config) {
        this.configured = config.model().manifest();
        this.folders = config.model().folders().orElse(List.of());
        int threads = config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors());
        this.options = new InferenceOptions(
                config.executionProvider(),
                // Each thread of the pipeline makes forward passes of its own, which takes less than sharing one.
                1,
                config.pipeline().queryThreads().orElse(threads),
                config.pipeline().batch(),
                config.cuda().options());
    }

    /**
     * Loads the configured model.
     *
     * @throws UnusableModelException if it is not as its manifest says
     */
    EmbeddingModel configured() {
        return EmbeddingModel.load(configured, options);
    }

    /**
     * Loads a model by its name.
     *
     * @throws UnusableModelException if there is none, or it is not as its manifest says
     */
    EmbeddingModel byName(String name) {
        return EmbeddingModel.load(manifest(name), options);
    }

    /**
     * What a model is, by its name, without loading it.
     *
     * @throws UnusableModelException if there is none
     */
    ModelManifest describe(String name) {
        return ModelManifest.read(manifest(name));
    }

    private Path manifest(String name) {
        return manifests(name).stream()
                .findFirst()
                .orElseThrow(() ->
                        new UnusableModelException("no model " + name + " here: neither is it the configured one, "
                                + configured + ", nor is there a " + name + ".yaml in " + folders));
    }

    /**
     * Loads the model with an id.
     *
     * @throws UnusableModelException if there is none, only one of another version, or it is not as its manifest says
     */
    EmbeddingModel byId(String id) {
        // A version has no '-'.
        int dash = id.lastIndexOf('-');
        List<Path> found = manifests(dash < 0 ? id : id.substring(0, dash));
        return found.stream()
                .filter(manifest -> ModelManifest.read(manifest).id().equals(id))
                .findFirst()
                .map(manifest -> EmbeddingModel.load(manifest, options))
                .orElseThrow(() -> new UnusableModelException("no model " + id + " here"
                        + (found.isEmpty() ? "" : ", only another version: " + found) + "; looked at " + configured
                        + " and in " + folders));
    }

    /** The manifests that describe a model of this name, the configured one first. */
    private List<Path> manifests(String name) {
        if (!ModelManifest.isName(name)) {
            return List.of();
        }
        List<Path> places = new ArrayList<>(List.of(configured));
        for (Path folder : folders) {
            places.add(folder.resolve(name + ".yaml"));
            if (Files.isDirectory(folder)) {
                try (Stream<Path> inside = Files.list(folder)) {
                    inside.sorted().map(each -> each.resolve(name + ".yaml")).forEach(places::add);
                } catch (IOException e) {
                    throw new UnusableModelException("cannot read the folder of models " + folder, e);
                }
            }
        }
        return places.stream()
                .filter(Files::isRegularFile)
                .filter(place -> ModelManifest.read(place).name().equals(name))
                .toList();
    }
}
