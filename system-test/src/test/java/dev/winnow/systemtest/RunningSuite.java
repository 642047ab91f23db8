package dev.winnow.systemtest;

import static org.awaitility.Awaitility.await;

import dev.winnow.cli.suite.Endpoints;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** {@code ./winnow up} as a child process, on ports of its own. */
final class RunningSuite implements AutoCloseable {

    static final Path ROOT = Path.of(System.getProperty("suite.root"));

    private final Process process;
    private final Queue<String> output;
    private final Endpoints endpoints;
    private final Duration readyAfter;
    private final MinioClient s3;

    private RunningSuite(Process process, Queue<String> output, Endpoints endpoints, Duration readyAfter) {
        this.process = process;
        this.output = output;
        this.endpoints = endpoints;
        this.readyAfter = readyAfter;
        this.s3 = MinioClient.builder()
                .endpoint(endpoints.s3().endpoint())
                .credentials(endpoints.s3().accessKey(), endpoints.s3().secretKey())
                .build();
    }

    /** The services of the suite, by what their command line ends with. */
    enum Service {
        INGEST("ingest-service"),
        EMBEDDING("embedding-service"),
        CURATION("curation-service"),
        LOCAL_STACK("dev.winnow.localstack.LocalStack");

        private final String mark;

        Service(String mark) {
            this.mark = mark;
        }
    }

    /** A finished run of {@code ./winnow}. */
    record Run(int exitCode, String out, String err) {}

    static RunningSuite start(Path data) {
        Instant begun = Instant.now();
        Process process = winnow(List.of("up", "--data", data.toString(), "--port-base", "0"), true);
        Queue<String> output = new ConcurrentLinkedQueue<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                output.add("(its output ended: " + e.getMessage() + ")");
            }
        });
        Path file = data.resolve(Endpoints.FILE);
        await("the suite is ready")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("it ended: " + output);
                    }
                    return Files.exists(file);
                });
        try {
            return new RunningSuite(process, output, Endpoints.read(data), Duration.between(begun, Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command that is expected to end by itself. */
    static Run run(String... arguments) throws IOException, InterruptedException {
        Process process = winnow(List.of(arguments), false);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + String.join(" ", arguments));
        }
        return new Run(process.exitValue(), out, err);
    }

    Endpoints endpoints() {
        return endpoints;
    }

    /** From the command until endpoints.json appeared. */
    Duration readyAfter() {
        return readyAfter;
    }

    /** What it has printed so far. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** Copies a file into the bucket, as any S3 tool would. */
    void copyIntoBucket(String key, byte[] bytes) throws MinioException {
        s3.putObject(PutObjectArgs.builder().bucket(endpoints.s3().bucket()).object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    /** The keys of all objects that begin so, also of the suite's own. */
    List<String> keys(String prefix) throws MinioException {
        List<String> keys = new ArrayList<>();
        for (Result<Item> object : s3.listObjects(ListObjectsArgs.builder()
                .bucket(endpoints.s3().bucket())
                .prefix(prefix)
                .recursive(true)
                .build())) {
            keys.add(object.get().objectName());
        }
        return keys;
    }

    /** An object as text; empty where there is none any more. */
    String read(String key) throws IOException, MinioException {
        try (InputStream object = s3.getObject(GetObjectArgs.builder()
                .bucket(endpoints.s3().bucket())
                .object(key)
                .build())) {
            return new String(object.readAllBytes(), StandardCharsets.UTF_8);
        } catch (ErrorResponseException gone) {
            return "";
        }
    }

    /** Deletes a file from the bucket. */
    void deleteFromBucket(String key) throws MinioException {
        s3.removeObject(RemoveObjectArgs.builder()
                .bucket(endpoints.s3().bucket())
                .object(key)
                .build());
    }

    /** The supervisor and everything it started. */
    List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        process.descendants().forEach(all::add);
        return all;
    }

    /** The process of a service, once it runs. */
    ProcessHandle process(Service service) {
        return await("the process of " + service)
                .until(
                        () -> process.descendants()
                                .filter(child ->
                                        child.info().commandLine().orElse("").contains(service.mark))
                                .findFirst()
                                .orElse(null),
                        java.util.Objects::nonNull);
    }

    /** SIGTERM, and waits for the end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                processes().forEach(ProcessHandle::destroyForcibly);
                throw new AssertionError("the suite did not stop: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process winnow(List<String> arguments, boolean merged) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("winnow").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(merged);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Maven is building right now; what it has built so far is what is tested.
        builder.environment().put("WINNOW_BUILD", "no");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
