package dev.winnow.ingest;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import io.minio.MinioClient;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The servers a service under test talks to, on ports that survive a restart. */
public final class Stack implements QuarkusTestResourceLifecycleManager {

    private static @Nullable Stack running;

    private @Nullable LocalStackProcess process;
    private @Nullable Path data;
    private List<String> arguments = List.of();

    @Override
    public Map<String, String> start() {
        try {
            data = Files.createTempDirectory("winnow-ingest-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> args = new ArrayList<>();
        List<Integer> ports = freePorts(5);
        List<String> names =
                List.of("--kafka-port", "--controller-port", "--s3-port", "--qdrant-port", "--qdrant-http-port");
        for (int i = 0; i < names.size(); i++) {
            args.addAll(List.of(names.get(i), String.valueOf(ports.get(i))));
        }
        for (Topic topic : Topic.ALL) {
            String policy = topic.compacted() ? "compact" : "delete";
            args.addAll(List.of("--topic", topic.name() + ":" + topic.partitions() + ":" + policy));
        }
        arguments = args;
        LocalStackProcess started = launch();
        running = this;
        return Map.of(
                "kafka.bootstrap.servers", started.kafka(),
                "winnow.s3.endpoint", started.s3Endpoint(),
                "winnow.s3.access-key", started.s3AccessKey(),
                "winnow.s3.secret-key", started.s3SecretKey(),
                "winnow.s3.bucket", started.bucket(),
                "winnow.qdrant.host", started.qdrantHost(),
                "winnow.qdrant.port", String.valueOf(started.qdrantPort()));
    }

    @Override
    public void stop() {
        if (process != null) {
            process.close();
        }
        if (data != null) {
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Stack running() {
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    public static LocalStackProcess process() {
        Stack stack = running();
        if (stack.process == null) {
            throw new IllegalStateException("not started");
        }
        return stack.process;
    }

    /** As a power cut would have it, and back again on the same ports and data. */
    static void killAndRestart() {
        process().kill();
        LocalStackProcess unused = running().launch();
    }

    private LocalStackProcess launch() {
        if (data == null) {
            throw new IllegalStateException("no data folder");
        }
        process = LocalStackProcess.start(Path.of(System.getProperty("suite.root")), data, arguments);
        return process;
    }

    public static MinioClient s3() {
        return MinioClient.builder()
                .endpoint(process().s3Endpoint())
                .credentials(process().s3AccessKey(), process().s3SecretKey())
                .build();
    }

    /** All records of a topic so far, oldest first within a partition. */
    public static <T> List<T> records(String topic, Class<T> type) {
        Map<String, Object> settings = Map.of("bootstrap.servers", process().kafka(), "auto.offset.reset", "earliest");
        List<T> events = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    events.add(EventJson.read(record.value(), type));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
