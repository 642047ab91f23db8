package dev.winnow.embedding;

import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the worker works with: a local stack in a process of its own, its S3 and Qdrant behind gates. */
public final class Suite implements QuarkusTestResourceLifecycleManager {

    private static @Nullable Suite running;

    private @Nullable Path data;
    private @Nullable LocalStackProcess stack;
    private @Nullable Gate s3;
    private @Nullable Gate qdrant;

    /** The suite of the running test. */
    static Suite running() {
        return present(running);
    }

    @Override
    public Map<String, String> start() {
        try {
            data = Files.createTempDirectory("winnow-embedding-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LocalStackProcess started = launch(List.of(
                "--kafka-port",
                "0",
                "--controller-port",
                "0",
                "--s3-port",
                "0",
                "--qdrant-port",
                "0",
                "--qdrant-http-port",
                "0"));
        s3 = new Gate(URI.create(started.s3Endpoint()).getPort());
        qdrant = new Gate(started.qdrantPort());
        running = this;
        return Map.ofEntries(
                Map.entry("kafka.bootstrap.servers", started.kafka()),
                Map.entry("winnow.s3.endpoint", "http://localhost:" + s3.port()),
                Map.entry("winnow.s3.access-key", started.s3AccessKey()),
                Map.entry("winnow.s3.secret-key", started.s3SecretKey()),
                Map.entry("winnow.s3.bucket", started.bucket()),
                Map.entry("winnow.qdrant.port", String.valueOf(qdrant.port())),
                Map.entry("winnow.qdrant.timeout", "5s"),
                Map.entry("winnow.model.manifest", TestModels.path("two-towers").toString()),
                Map.entry(
                        "winnow.model.folders",
                        TestModels.path("tiny").resolveSibling("").toString()),
                Map.entry("winnow.retry.first", "50ms"),
                Map.entry("winnow.retry.longest", "400ms"));
    }

    private LocalStackProcess launch(List<String> ports) {
        List<String> arguments = new ArrayList<>(ports);
        for (Topic topic : Topic.ALL) {
            arguments.add("--topic");
            arguments.add(topic.name() + ":" + topic.partitions() + ":" + (topic.compacted() ? "compact" : "delete"));
        }
        LocalStackProcess started =
                LocalStackProcess.start(Path.of(System.getProperty("suite.root")), present(data), arguments);
        stack = started;
        return started;
    }

    LocalStackProcess stack() {
        return present(stack);
    }

    Gate s3() {
        return present(s3);
    }

    Gate qdrant() {
        return present(qdrant);
    }

    /** Kills all servers at once, and starts them again on the same data and ports. */
    void crashAndRestart(Runnable meanwhile) {
        LocalStackProcess old = stack();
        List<String> ports = List.of(
                "--kafka-port", old.kafka().substring(old.kafka().lastIndexOf(':') + 1),
                "--controller-port", "0",
                "--s3-port", String.valueOf(URI.create(old.s3Endpoint()).getPort()),
                "--qdrant-port", String.valueOf(old.qdrantPort()),
                "--qdrant-http-port", String.valueOf(old.qdrantHttpPort()));
        old.kill();
        meanwhile.run();
        launch(ports);
    }

    @Override
    public void stop() {
        try {
            if (stack != null) {
                stack.close();
            }
            if (s3 != null) {
                s3.close();
            }
            if (qdrant != null) {
                qdrant.close();
            }
            if (data != null) {
                try (Stream<Path> files = Files.walk(data)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the suite has not been started");
        }
        return part;
    }
}
