package dev.winnow.cli.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The model that {@code ./winnow models use} chose for a data folder; it writes the file {@value #FILE} there.
 *
 * @param manifest absolute path of its description
 */
record ModelChoice(String name, String manifest) {

    private static final String FILE = "model.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The manifest of the chosen model, or of the one that comes with Winnow.
     *
     * @throws Failure if the choice cannot be read, or what was chosen is no longer there
     */
    static Path manifest(Path data, Installation installation) throws Failure {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return installation.defaultModelManifest();
        }
        try {
            ModelChoice choice = JSON.readValue(file.toFile(), ModelChoice.class);
            Path manifest = Path.of(choice.manifest());
            if (!Files.isRegularFile(manifest)) {
                throw new Failure("the chosen model " + choice.name() + " is gone: " + manifest
                        + " is missing; add it again, or choose another: ./winnow models use winnow-default --data "
                        + data);
            }
            return manifest;
        } catch (IOException e) {
            throw new Failure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
