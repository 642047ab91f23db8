package dev.winnow.embedding;

import dev.winnow.embedding.onnx.InferenceOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The models that this worker can load: the configured one, those in its folders, as {@code NAME.yaml} or {@code
 * ANY/NAME.yaml}, and those that an adapter in the bucket makes of one of these.
 */
@ApplicationScoped
public class ModelLibrary {

    /** Each is a product more in every forward pass. */
    private static final int MOST_ADAPTERS = 8;

    private final Path configured;
    private final List<Path> folders;
    private final InferenceOptions options;
    private final AdapterStore adapters;

    ModelLibrary(WinnowConfig config, AdapterStore adapters) {
        this.adapters = adapters;
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
        Optional<Path> installed = installed(id);
        return installed.isPresent()
                ? EmbeddingModel.load(installed.get(), options)
                : adapted(id, manifest -> EmbeddingModel.load(manifest, options));
    }

    /**
     * Makes the files of a model of an adapter in the bucket, and hands them over for as long as {@code use} takes.
     *
     * @param use is given the manifest; its files lie beside it
     * @throws UnusableModelException if there is no such adapter, or not the model it was learnt for
     */
    <T> T adapted(String id, Function<Path, T> use) {
        try (TemporaryFolder folder = TemporaryFolder.create("winnow-adapted")) {
            return use.apply(adapted(id, folder.path(), 0));
        }
    }

    private Path adapted(String id, Path folder, int depth) {
        AdapterStore.StoredAdapter adapter = adapters.find(id).orElseThrow(() -> missing(id));
        String base = adapter.adapter().base();
        if (depth == MOST_ADAPTERS) {
            throw new UnusableModelException("adapter " + id + " is the " + (depth + 1) + "th on top of each other");
        }
        Optional<Path> installed = installed(base);
        return AdaptedModel.write(
                installed.isPresent() ? installed.get() : adapted(base, subfolder(folder), depth + 1), adapter, folder);
    }

    private static Path subfolder(Path folder) {
        try {
            return Files.createDirectory(folder.resolve("base"));
        } catch (IOException e) {
            throw new UnusableModelException("cannot make a folder in " + folder, e);
        }
    }

    /**
     * The files of the model that an adapter in the bucket makes, in a ZIP file of whoever asked, without folders.
     *
     * @throws UnusableModelException if there is no such adapter, or not the model it was learnt for
     */
    public Path archive(String adapter) {
        return adapted(adapter, ModelArchive::of);
    }

    /** The id of the model that an adapter in the bucket makes. */
    String adapter(String id) {
        return adapters.find(id).orElseThrow(() -> missing(id)).adapter().id();
    }

    private Optional<Path> installed(String id) {
        return manifests(nameOf(id)).stream()
                .filter(manifest -> ModelManifest.read(manifest).id().equals(id))
                .findFirst();
    }

    private static String nameOf(String id) {
        // A version has no '-'.
        int dash = id.lastIndexOf('-');
        return dash < 0 ? id : id.substring(0, dash);
    }

    private UnusableModelException missing(String id) {
        List<Path> found = manifests(nameOf(id));
        return new UnusableModelException(
                "no model " + id + " here" + (found.isEmpty() ? "" : ", only another version: " + found)
                        + "; looked at " + configured + ", in " + folders + " and for an adapter in the bucket");
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
