package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python with the libraries that some test compares with: the one that WINNOW_PYTHON names, else python3. Where it lacks
 * them, the test is skipped and says so.
 */
public final class Python {

    private static final String PROGRAM =
            Optional.ofNullable(System.getenv("WINNOW_PYTHON")).orElse("python3");

    private Python() {}

    /** Skips the running test unless all of {@code modules} can be imported. */
    public static void assumeModules(String... modules) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                hasModules(modules),
                () -> "skipped: " + PROGRAM + " cannot import " + String.join(", ", modules)
                        + "; name one that can in WINNOW_PYTHON");
    }

    /** Whether all of {@code modules} can be imported. */
    static boolean hasModules(String... modules) throws IOException, InterruptedException {
        Path output = Files.createTempFile("python", ".txt");
        try {
            return start(output, 120, List.of("-c", "import " + String.join(", ", modules))) == 0;
        } finally {
            Files.delete(output);
        }
    }

    /** Runs a script of the folder models, and fails with what it printed if it fails. */
    public static void run(Path script, Path work, String... arguments) throws IOException, InterruptedException {
        Path output = work.resolve(script.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        // Dozens of networks on few cores take long.
        int status = start(output, 3600, command);
        assertThat(status).as(Files.readString(output)).isZero();
    }

    /** Runs a script that must refuse its arguments without a stack trace, and returns what it printed. */
    public static String refused(Path script, Path work, String... arguments) throws IOException, InterruptedException {
        Path output = work.resolve(script.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        int status = start(output, 900, command);
        String printed = Files.readString(output);
        assertThat(status).as(printed).isPositive();
        assertThat(printed).doesNotContain("Traceback");
        return printed;
    }

    private static int start(Path output, int seconds, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("PYTHONDONTWRITEBYTECODE", "1", "PYTHONIOENCODING", "utf-8"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            // There is no such program.
            Files.writeString(output, e.toString());
            return -1;
        }
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }
}
