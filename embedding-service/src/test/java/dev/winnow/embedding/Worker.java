package dev.winnow.embedding;

import dev.winnow.localstack.LocalStackProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged worker as a child JVM, with the heap that {@code ./winnow up} gives it. */
final class Worker implements AutoCloseable {

    private static final int STOP_SECONDS = 40;

    private final Process process;
    private final Path log;

    private Worker(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it on a model, which becomes the one that readers see; {@code log} takes its output. */
    static Worker start(LocalStackProcess stack, Path manifest, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-Dkafka.bootstrap.servers=" + stack.kafka(),
                "-Dwinnow.s3.endpoint=" + stack.s3Endpoint(),
                "-Dwinnow.s3.access-key=" + stack.s3AccessKey(),
                "-Dwinnow.s3.secret-key=" + stack.s3SecretKey(),
                "-Dwinnow.s3.bucket=" + stack.bucket(),
                "-Dwinnow.qdrant.host=" + stack.qdrantHost(),
                "-Dwinnow.qdrant.port=" + stack.qdrantPort(),
                "-Dwinnow.model.manifest=" + manifest,
                "-Dwinnow.model.activate=true",
                "-jar",
                System.getProperty("worker.jar")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Worker(process, log);
    }

    /** @throws AssertionError with what it printed, if it has ended */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError("the worker ended with code " + process.exitValue() + ": " + output());
        }
    }

    /** Waits until it ends by itself, and returns its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the worker still runs: " + output());
        }
        return process.exitValue();
    }

    /** All that it has printed. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** SIGTERM, so that it commits its offsets and leaves its group; by force where that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the worker did not stop: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
