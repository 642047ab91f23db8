package dev.winnow.localstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The local stack as a child JVM, started from the module's build folder. Needs the JDK alone, so that whoever starts
 * it shares no library with it.
 */
public final class LocalStackProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final Process process;
    private final String ready;

    private LocalStackProcess(Process process, String ready) {
        this.process = process;
        this.ready = ready;
    }

    /** The command line of a local stack that keeps its data in a folder; the one place where its JVM flags stand. */
    public static List<String> command(Path winnowRoot, Path data, List<String> extraArgs) {
        Path target = winnowRoot.resolve("local-stack").resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms48m",
                "-Xmx512m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:TieredStopAtLevel=4",
                "-XX:MaxDirectMemorySize=128m",
                "-XX:+ExitOnOutOfMemoryError",
                // Lucene's vector arithmetic and file mapping.
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                target.resolve("classes") + java.io.File.pathSeparator + target.resolve("lib") + "/*",
                "dev.winnow.localstack.LocalStack",
                "--data",
                data.toString()));
        command.addAll(extraArgs);
        return command;
    }

    /**
     * Starts it and waits until it accepts connections; its log goes to this process's stderr.
     *
     * @throws IllegalStateException when it ends, or does not get ready in a minute
     */
    public static LocalStackProcess start(Path winnowRoot, Path data, List<String> extraArgs) {
        ProcessBuilder builder = new ProcessBuilder(command(winnowRoot, data, extraArgs));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            return new LocalStackProcess(process, awaitReady(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String awaitReady(Process process) {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> firstLine(process));
        try {
            return line.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the local stack did not start", e.getCause());
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the local stack was not ready after " + START_TIMEOUT, e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the local stack started", e);
        }
    }

    private static String firstLine(Process process) {
        try {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            if (line == null) {
                throw new IllegalStateException("it ended with code " + process.waitFor());
            }
            if (!line.startsWith("ready {")) {
                throw new IllegalStateException("unexpected output: " + line);
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kafka's {@code bootstrap.servers}. */
    public String kafka() {
        return text("kafka");
    }

    public String s3Endpoint() {
        return text("endpoint");
    }

    public String s3AccessKey() {
        return text("access_key");
    }

    public String s3SecretKey() {
        return text("secret_key");
    }

    public String bucket() {
        return text("bucket");
    }

    public String qdrantHost() {
        return text("host");
    }

    /** The gRPC port. */
    public int qdrantPort() {
        return number("port");
    }

    public int qdrantHttpPort() {
        return number("http_port");
    }

    public Process process() {
        return process;
    }

    /** Ends it at once, as a crash would (SIGKILL), and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends it in order (SIGTERM), by force where that takes too long. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd()) {
            kill();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private String text(String name) {
        return value(name, "\"((?:[^\"\\\\]|\\\\.)*)\"").replaceAll("\\\\(.)", "$1");
    }

    private int number(String name) {
        return Integer.parseInt(value(name, "(\\d+)"));
    }

    private String value(String name, String pattern) {
        Matcher matcher = Pattern.compile("\"" + Pattern.quote(name) + "\"\\s*:\\s*" + pattern)
                .matcher(ready);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in: " + ready);
        }
        return matcher.group(1);
    }
}
