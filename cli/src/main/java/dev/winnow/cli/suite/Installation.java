package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The built repository the suite runs from.
 *
 * @param root the repository's root folder
 */
public record Installation(Path root) {

    /** The line of a manifest that names the network's file. */
    private static final Pattern MODEL_FILE = Pattern.compile("file:\\s*\"?([^\"#\\s]+)\"?.*");

    /** Where the launcher says it is. */
    public static Installation current() throws Failure {
        String root = System.getProperty("suite.root");
        if (root == null) {
            throw new Failure("the system property suite.root is not set: start through ./winnow");
        }
        return new Installation(Path.of(root).toAbsolutePath().normalize());
    }

    /** The folder used where no other is asked for. */
    public Path defaultData() {
        return root.resolve(".winnow/data");
    }

    /** The description of the model that comes with Winnow, beside which its .onnx file lies. */
    Path defaultModelManifest() {
        return root.resolve("models/default/winnow-default.yaml");
    }

    /**
     * The description of a model by its name.
     *
     * @throws Failure if none of this name is there
     */
    Path modelManifest(String name) throws Failure {
        if (name.equals("winnow-default")) {
            return defaultModelManifest();
        }
        String elsewhere = System.getenv().getOrDefault("WINNOW_MODELS", "");
        Path models = elsewhere.isBlank()
                ? root.resolve(".winnow/models")
                : Path.of(elsewhere).toAbsolutePath();
        Path manifest = models.resolve(name).resolve(name + ".yaml");
        if (!Files.isRegularFile(manifest)) {
            throw new Failure(
                    "no model " + name + " is installed in " + models + "; ./winnow models list shows which are");
        }
        return manifest;
    }

    /** The class path of a service, with all that it is built with: for its code run as a program of its own. */
    public String classPath(String module) {
        Path app = root.resolve(module).resolve("target/quarkus-app");
        // With wildcards on purpose: ONNX Runtime dies of a command line of many kilobytes.
        return app + "/app/*:" + app + "/lib/main/*:" + app + "/lib/boot/*";
    }

    /** The runnable jar of a service. */
    Path serviceJar(String module) {
        return root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /** Every JVM of the suite is the one this is running on. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * @param manifest of the model to start with
     * @throws Failure naming the first file that is missing
     */
    void check(Path manifest) throws Failure {
        for (String module : List.of("ingest-service", "embedding-service", "curation-service")) {
            if (!Files.isRegularFile(serviceJar(module))) {
                throw new Failure("the build is incomplete: " + serviceJar(module) + " is missing; run ./winnow up");
            }
        }
        if (!Files.isDirectory(root.resolve("local-stack/target/lib"))) {
            throw new Failure("the build is incomplete: local-stack/target/lib is missing; run ./winnow up");
        }
        requireModelFile(manifest);
        try (Stream<String> lines = Files.lines(manifest)) {
            Optional<String> network = lines.map(MODEL_FILE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> line.group(1))
                    .findFirst();
            if (network.isPresent()) {
                requireModelFile(manifest.resolveSibling(network.get()));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new Failure("cannot read " + manifest + ": " + e.getMessage(), e);
        }
    }

    private static void requireModelFile(Path file) throws Failure {
        if (!Files.isRegularFile(file)) {
            throw new Failure(
                    "the model is missing: " + file
                            + "; add it again (./winnow models), or check the repository out again where it is the built-in one");
        }
    }
}
