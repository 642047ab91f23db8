package dev.winnow.cli.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model that {@code ./winnow models use} chose for a data folder; it writes the file {@value #FILE} there.
 *
 * @param manifest absolute path of its description
 * @param folder where the added models are, absolute path; null where an older version wrote the file
 */
public record ModelChoice(
        String name, String manifest, @Nullable String folder) {

    private static final String FILE = "model.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was chosen, or the model that comes with Winnow.
     *
     * @throws Failure if the choice cannot be read, or what was chosen is no longer there
     */
    static ModelChoice read(Path data, Installation installation) throws Failure {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            Path manifest = installation.defaultModelManifest();
            return new ModelChoice(Installation.DEFAULT_MODEL, manifest.toString(), null);
        }
        try {
            ModelChoice choice = JSON.readValue(file.toFile(), ModelChoice.class);
            if (!Files.isRegularFile(choice.path())) {
                throw new Failure("the chosen model " + choice.name() + " is gone: " + choice.path()
                        + " is missing; add it again, or choose another: ./winnow models use winnow-default --data "
                        + data);
            }
            return choice;
        } catch (IOException e) {
            throw new Failure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    Path path() {
        return Path.of(manifest);
    }

    /**
     * Name and version, as the services name it.
     *
     * @throws Failure if the manifest does not say
     */
    String id() throws Failure {
        return Installation.manifestValue(path(), "name") + "-" + Installation.manifestValue(path(), "version");
    }

    /** Where further models are: that of the choice, else the usual one. */
    Path folder(Installation installation) {
        if (folder != null) {
            return Path.of(folder);
        }
        if (!name.equals(Installation.DEFAULT_MODEL)) {
            // Each added model is in a folder of its own there.
            return path().resolveSibling("..").normalize();
        }
        String variable = System.getenv().getOrDefault("WINNOW_MODELS", "");
        return variable.isBlank()
                ? installation.root().resolve(".winnow/models")
                : Path.of(variable).toAbsolutePath().normalize();
    }
}
