package dev.winnow.systemtest;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Any number of workers, each a process of its own, over a local stack; no other service, and nobody who starts them again. */
final class Workers implements AutoCloseable {

    static final String GROUP = "embedding-worker";

    /** Each with one thread, so that several are of use on few cores. */
    private static final int THREADS = 1;

    private final LocalStackProcess stack;
    private final MinioClient s3;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Admin admin;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    /** An outcome as it stands in the topic; {@code at} is when the broker got it. */
    record Outcome(EmbeddingEvent event, int partition, Instant at) {

        ImageId image() {
            return event.image();
        }

        /** The offset of the event that it answers. */
        long cause() {
            return requireNonNull(event.causeOffset());
        }
    }

    /** A running worker. */
    record Worker(Process process, String url) {

        /** Whether it says that it is ready; false also where it says nothing. */
        boolean isReady() {
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A local stack whose image events have this many partitions. */
    Workers(Path data, int partitions) {
        List<String> arguments = new ArrayList<>();
        for (String port : List.of("kafka", "controller", "s3", "qdrant", "qdrant-http")) {
            arguments.addAll(List.of("--" + port + "-port", "0"));
        }
        for (Topic topic : Topic.ALL) {
            arguments.addAll(List.of(
                    "--topic", topic.name() + ":" + partitions + ":" + (topic.compacted() ? "compact" : "delete")));
        }
        stack = LocalStackProcess.start(RunningSuite.ROOT, data, arguments);
        s3 = MinioClient.builder()
                .endpoint(stack.s3Endpoint())
                .credentials(stack.s3AccessKey(), stack.s3SecretKey())
                .build();
        Properties kafka = new Properties();
        kafka.put("bootstrap.servers", stack.kafka());
        admin = Admin.create(kafka);
        producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> told = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            told.add(new TopicPartition(Topic.EMBEDDINGS, i));
            told.add(new TopicPartition(Topic.IMAGES_DLQ, i));
        }
        consumer.assign(told);
        consumer.seekToBeginning(told);
    }

    /** Starts a worker; it is not waited for. */
    Worker start() {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dwinnow.pipeline.threads=" + THREADS,
                "-Dwinnow.model.manifest=" + RunningSuite.ROOT.resolve("models/default/winnow-default.yaml"),
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dkafka.bootstrap.servers=" + stack.kafka(),
                "-Dwinnow.s3.endpoint=" + stack.s3Endpoint(),
                "-Dwinnow.s3.access-key=" + stack.s3AccessKey(),
                "-Dwinnow.s3.secret-key=" + stack.s3SecretKey(),
                "-Dwinnow.s3.bucket=" + stack.bucket(),
                "-Dwinnow.qdrant.host=" + stack.qdrantHost(),
                "-Dwinnow.qdrant.port=" + stack.qdrantPort(),
                "-jar",
                RunningSuite.ROOT
                        .resolve("embedding-service/target/quarkus-app/quarkus-run.jar")
                        .toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Worker worker = new Worker(process, "http://127.0.0.1:" + port);
            workers.add(worker);
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until all that run are ready and have shared the partitions. */
    void awaitShared() {
        await("all workers are ready and in the group")
                .atMost(Duration.ofMinutes(2))
                // There is no group before its first member has come.
                .ignoreExceptionsMatching(failure -> failure.getCause() instanceof GroupIdNotFoundException)
                .until(() -> {
                    long running = workers.stream()
                            .filter(worker -> worker.process().isAlive())
                            .count();
                    ConsumerGroupDescription group = group();
                    return workers.stream()
                                    .filter(worker -> worker.process().isAlive())
                                    .allMatch(Worker::isReady)
                            && group.groupState() == GroupState.STABLE
                            && group.members().size() == running;
                });
    }

    /** How many partitions each member of the group has. */
    List<Integer> shares() throws ExecutionException, InterruptedException {
        return group().members().stream()
                .map(MemberDescription::assignment)
                .map(assignment -> assignment.topicPartitions().size())
                .toList();
    }

    private ConsumerGroupDescription group() throws ExecutionException, InterruptedException {
        return requireNonNull(
                admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP));
    }

    /** Up to which offset each partition of the image events is committed. */
    Map<Integer, Long> committed() throws ExecutionException, InterruptedException {
        Map<Integer, Long> offsets = new HashMap<>();
        admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        return offsets;
    }

    /** Stores an image and announces it. */
    ImageId put(String key, byte[] content) throws MinioException, ExecutionException, InterruptedException {
        String etag = s3.putObject(PutObjectArgs.builder()
                        .bucket(stack.bucket())
                        .object(key)
                        .data(content, content.length)
                        .build())
                .etag()
                .replace("\"", "");
        ObjectKey name = ObjectKey.parse(key);
        ImageId image = ImageId.of(name);
        byte[] event = EventJson.write(new ImageEvent.ImageStored(name, etag, content.length, Instant.now()));
        producer.send(new ProducerRecord<>(Topic.IMAGES, image.toString(), event))
                .get();
        return image;
    }

    /** All outcomes so far, in the order of each partition. */
    List<Outcome> outcomes() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            try {
                outcomes.add(new Outcome(
                        EventJson.read(record.value(), EmbeddingEvent.class),
                        record.partition(),
                        Instant.ofEpochMilli(record.timestamp())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return List.copyOf(outcomes);
    }

    /** Waits until so many images have an outcome. */
    List<Outcome> awaitOutcomes(int images) {
        await(images + " outcomes")
                .atMost(Duration.ofMinutes(3))
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> outcomes().stream().map(Outcome::image).distinct().count() >= images);
        return List.copyOf(outcomes);
    }

    /** All outcomes there are, to the end of the topics. */
    List<Outcome> allOutcomes() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await("the end of the outcomes").pollInSameThread().until(() -> {
            outcomes();
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
        return List.copyOf(outcomes);
    }

    @Override
    public void close() {
        workers.forEach(worker -> worker.process().destroyForcibly());
        workers.forEach(worker -> worker.process().onExit().join());
        producer.close();
        consumer.close();
        admin.close();
        stack.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
