package dev.winnow.cli.suite;

import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the suite's processes: heaps and collectors for a laptop, addresses on the loopback only. */
final class Commands {

    private final Installation installation;
    private final Ports ports;
    private final Endpoints endpoints;
    private final Worker worker;

    Commands(Installation installation, Ports ports, Worker worker) {
        this.installation = installation;
        this.worker = worker;
        this.ports = ports;
        this.endpoints = Endpoints.of(ports);
    }

    List<String> localStack(Path data) {
        List<String> arguments = new ArrayList<>(List.of(
                "--kafka-port",
                Integer.toString(ports.kafka()),
                "--controller-port",
                Integer.toString(ports.controller()),
                "--s3-port",
                Integer.toString(ports.s3()),
                "--qdrant-port",
                Integer.toString(ports.qdrant()),
                "--qdrant-http-port",
                Integer.toString(ports.qdrantHttp()),
                "--bucket",
                endpoints.s3().bucket(),
                "--access-key",
                endpoints.s3().accessKey(),
                "--secret-key",
                endpoints.s3().secretKey(),
                "--bucket-events-topic",
                Topic.BUCKET_EVENTS));
        for (Topic topic : Topic.ALL) {
            arguments.add("--topic");
            arguments.add(topic.name() + ":" + topic.partitions() + ":" + (topic.compacted() ? "compact" : "delete"));
        }
        return LocalStackProcess.command(installation.root(), data.resolve("stack"), arguments);
    }

    List<String> ingest() {
        List<String> command = jvm("256m", "32m");
        // It moves bytes and computes little: the first compiler is enough, and starts sooner.
        command.add("-XX:TieredStopAtLevel=1");
        return service(command, "ingest-service", ports.ingest());
    }

    List<String> embedding() {
        List<String> command = jvm("512m", "48m");
        // Work in bulk runs at the lowest thread priority; this makes it one of the operating system's (nice 19), so
        // that queries
        // and all that feeds the worker come first.
        command.addAll(List.of("-XX:ThreadPriorityPolicy=1", "-XX:JavaPriority1_To_OSPriority=19"));
        command.add("-Dwinnow.model.manifest=" + worker.modelManifest());
        command.add("-Dwinnow.model.folders="
                + escaped(installation.defaultModelManifest().resolveSibling("")) + ","
                + escaped(worker.model().folder(installation)));
        command.add("-Dwinnow.execution-provider=" + worker.executionProvider());
        // There is one worker here: where the active model is gone, the chosen one is all there is.
        command.add("-Dwinnow.model.activate=true");
        return service(command, "embedding-service", ports.embedding());
    }

    /** A path as an element of a list. */
    private static String escaped(Path path) {
        return path.toString().replace("\\", "\\\\").replace(",", "\\,");
    }

    List<String> curation() {
        List<String> command = jvm("512m", "48m");
        command.add("-Dwinnow.embedding.url=" + endpoints.embedding());
        return service(command, "curation-service", ports.curation());
    }

    private List<String> service(List<String> jvm, String module, int port) {
        List<String> command = new ArrayList<>(jvm);
        command.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dkafka.bootstrap.servers=" + endpoints.kafka(),
                "-Dwinnow.s3.endpoint=" + endpoints.s3().endpoint(),
                "-Dwinnow.s3.access-key=" + endpoints.s3().accessKey(),
                "-Dwinnow.s3.secret-key=" + endpoints.s3().secretKey(),
                "-Dwinnow.s3.bucket=" + endpoints.s3().bucket(),
                "-Dwinnow.qdrant.host=" + endpoints.qdrant().host(),
                "-Dwinnow.qdrant.port=" + endpoints.qdrant().port(),
                "-jar",
                installation.serviceJar(module).toString()));
        return command;
    }

    /** @param young a small young generation is collected often and so keeps the whole heap small */
    private static List<String> jvm(String heap, String young) {
        return new ArrayList<>(List.of(
                Installation.java(),
                "-Xmx" + heap,
                "-Xmn" + young,
                "-Xss512k",
                "-XX:+UseSerialGC",
                // Give memory back that start-up needed and rest does not.
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    }
}
