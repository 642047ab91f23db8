package dev.winnow.localstack;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.localstack.kafka.KafkaBroker;
import dev.winnow.localstack.kafka.TopicSpec;
import dev.winnow.localstack.qdrant.QdrantServer;
import dev.winnow.localstack.s3.S3Server;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Kafka, S3 and Qdrant in one process, on one folder and on the loopback interface. Prints one line on stdout when all
 * three accept connections; SIGTERM stops it.
 */
public final class LocalStack implements AutoCloseable {

    private final StartedParts parts = new StartedParts();
    private final Map<String, Object> addresses = new LinkedHashMap<>();

    private LocalStack() {}

    static LocalStack start(LocalStackOptions options) throws Exception {
        LocalStack stack = new LocalStack();
        try {
            stack.startParts(options);
            return stack;
        } catch (Exception e) {
            stack.close();
            throw e;
        }
    }

    private void startParts(LocalStackOptions options) throws Exception {
        DataFolder data = parts.add(DataFolder.open(options.data()));
        int kafkaPort = Ports.claim("Kafka", options.kafkaPort());
        int s3Port = Ports.claim("S3", options.s3Port());
        int qdrantPort = Ports.claim("Qdrant gRPC", options.qdrantPort());
        int qdrantHttpPort = Ports.claim("Qdrant HTTP", options.qdrantHttpPort());
        int controllerPort = Ports.claim("Kafka controller", options.controllerPort());

        // The broker spends most of its start waiting.
        CompletableFuture<KafkaBroker> starting = CompletableFuture.supplyAsync(
                () -> broker(data.folder("kafka"), kafkaPort, controllerPort, options),
                task -> Thread.ofPlatform().name("kafka-start").start(task));
        // Also where another part fails in the meantime: a broker that comes up then is closed.
        parts.add(() -> stop(starting));
        QdrantServer qdrant = parts.add(
                QdrantServer.start(data.folder("qdrant"), qdrantPort, qdrantHttpPort, options.qdrantApiKey()));
        KafkaBroker kafka = started(starting);
        S3Server s3 = parts.add(S3Server.start(
                data.folder("s3"),
                data.folder("s3-events"),
                s3Port,
                new S3Server.Credentials(options.accessKey(), options.secretKey()),
                options.bucket(),
                kafka.bootstrap(),
                options.bucketEventsTopic()));

        addresses.put("kafka", kafka.bootstrap());
        addresses.put(
                "s3",
                inOrder(
                        "endpoint", s3.endpoint(),
                        "access_key", options.accessKey(),
                        "secret_key", options.secretKey(),
                        "bucket", options.bucket()));
        addresses.put("qdrant", inOrder("host", "localhost", "port", qdrant.port(), "http_port", qdrant.httpPort()));
    }

    private static KafkaBroker broker(Path folder, int port, int controllerPort, LocalStackOptions options) {
        List<TopicSpec> topics = new ArrayList<>(options.topics());
        if (topics.stream().noneMatch(topic -> topic.name().equals(options.bucketEventsTopic()))) {
            topics.add(new TopicSpec(options.bucketEventsTopic(), 1, "delete"));
        }
        try {
            KafkaBroker broker = KafkaBroker.start(folder, port, controllerPort);
            try {
                broker.createMissing(topics);
            } catch (Exception e) {
                broker.close();
                throw e;
            }
            return broker;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static void stop(CompletableFuture<KafkaBroker> starting) {
        boolean failed = starting.handle((broker, failure) -> failure != null).join();
        if (!failed) {
            starting.join().close();
        }
    }

    private static KafkaBroker started(CompletableFuture<KafkaBroker> starting) throws Exception {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Map<String, Object> inOrder(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    /** Where everything listens. */
    Map<String, Object> addresses() {
        return addresses;
    }

    /** Stops the parts, the last started first; one that fails does not keep the others running. */
    @Override
    public void close() {
        try {
            parts.stop();
        } catch (Exception e) {
            Logger.getLogger(LocalStack.class.getName()).log(Level.WARNING, "stopping", e);
        }
    }

    /** Runs until SIGTERM. Exit code 1 and one line on stderr where it cannot start. */
    public static void main(String... arguments) throws IOException {
        try (var settings = LocalStack.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(settings);
        }
        PrintStream ready =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        // Nothing a library prints may be taken for the ready line.
        System.setOut(System.err);
        try {
            LocalStack stack = start(LocalStackOptions.parse(arguments));
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stack.close();
                stopped.countDown();
            }));
            ready.println("ready " + new ObjectMapper().writeValueAsString(stack.addresses()));
            stopped.await();
        } catch (StartException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            fail(e.toString());
        }
    }

    private static void fail(String reason) {
        System.err.println("local-stack: " + reason);
        // Servers that did start hold the process with their threads.
        Runtime.getRuntime().halt(1);
    }
}
