package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command. */
final class ModelsOptions {

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of the added models. Default: $WINNOW_MODELS, else .winnow/models in the repository.")
    @Nullable
    private Path models;

    /** The repository, where the launcher says it is. */
    static Path root() throws Failure {
        String root = System.getProperty("suite.root");
        if (root == null) {
            throw new Failure("the system property suite.root is not set: start through ./winnow");
        }
        return Path.of(root).toAbsolutePath().normalize();
    }

    ModelFolders folders() throws Failure {
        return new ModelFolders(folder(System.getenv()), root().resolve("models"));
    }

    private Path folder(Map<String, String> environment) throws Failure {
        if (models != null) {
            return models.toAbsolutePath().normalize();
        }
        String variable = environment.getOrDefault("WINNOW_MODELS", "");
        return variable.isBlank()
                ? root().resolve(".winnow/models")
                : Path.of(variable).toAbsolutePath().normalize();
    }

    /** @throws Failure naming the models there are, if there is none of this name */
    static Path manifest(ModelFolders folders, String name) throws Failure, IOException {
        Optional<Path> manifest = folders.manifest(name);
        if (manifest.isPresent()) {
            return manifest.get();
        }
        String hint = folders.entries().containsKey(name)
                ? "it can be had by ./winnow models fetch " + name
                : "there are: " + String.join(", ", folders.names());
        throw Failure.usage("no model " + name + " is installed; " + hint);
    }

    /** @throws Failure naming the catalogue's, if it has none of this name */
    static CatalogueEntry entry(ModelFolders folders, String name) throws Failure, IOException {
        Map<String, CatalogueEntry> entries = folders.entries();
        CatalogueEntry entry = entries.get(name);
        if (entry == null) {
            throw Failure.usage(
                    "the catalogue has no " + name + "; it has: " + String.join(", ", new TreeSet<>(entries.keySet())));
        }
        return entry;
    }
}
