package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The built repository the suite runs from.
 *
 * @param root the repository's root folder
 */
public record Installation(Path root) {

    static final String DEFAULT_MODEL = "winnow-default";

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
        return root.resolve("models/default").resolve(DEFAULT_MODEL + ".yaml");
    }

    /**
     * The command line of {@code ./winnow models}, as the launcher has it, but with the memory that a command needs which only
     * talks to a running suite.
     */
    List<String> modelsCommand(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Dwinnow.terminal=" + System.getProperty("winnow.terminal", "no"),
                "-Dsuite.root=" + root,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                classPath("embedding-service"),
                "dev.winnow.embedding.catalogue.ModelsCommand"));
        command.addAll(arguments);
        return command;
    }

    /**
     * The description of a model by its name.
     *
     * @throws Failure if none of this name is there
     */
    Path modelManifest(String name) throws Failure {
        if (name.equals(DEFAULT_MODEL)) {
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
        requireModelFile(manifest.resolveSibling(manifestValue(manifest, "file")));
    }

    /**
     * A value on the top level of a model's manifest, which is YAML with one such key a line.
     *
     * @throws Failure if it is not there
     */
    static String manifestValue(Path manifest, String key) throws Failure {
        Pattern line = Pattern.compile(key + ":\\s*\"?([^\"#\\s]+)\"?.*");
        try (Stream<String> lines = Files.lines(manifest)) {
            return lines.map(line::matcher)
                    .filter(Matcher::matches)
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow(() -> new Failure(manifest + " does not say its " + key));
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
