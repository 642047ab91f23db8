package dev.winnow.localstack;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.localstack.s3.BucketEvents;
import dev.winnow.localstack.s3.S3Clients;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.StatObjectArgs;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PointStruct;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there afterwards, whichever way the process ended. */
class LocalStackRestartTest {

    private static final int KILLS = 3;
    private static final String COLLECTION = "kept";

    @TempDir
    private Path data;

    private static QdrantClient qdrant(LocalStackProcess stack) {
        return new QdrantClient(QdrantGrpcClient.newBuilder(stack.qdrantHost(), stack.qdrantPort(), false, false)
                .build());
    }

    private static MinioClient s3(LocalStackProcess stack) {
        return S3Clients.of(stack.s3Endpoint(), stack.s3AccessKey(), stack.s3SecretKey());
    }

    private static void put(LocalStackProcess stack, String key) throws Exception {
        s3(stack)
                .putObject(PutObjectArgs.builder().bucket(stack.bucket()).object(key).stream(
                                new ByteArrayInputStream(new byte[] {1, 2, 3}), 3L, -1L)
                        .build());
    }

    private static void create(QdrantClient qdrant) throws Exception {
        qdrant.createCollectionAsync(
                        COLLECTION,
                        VectorParams.newBuilder()
                                .setSize(8)
                                .setDistance(Distance.Dot)
                                .build())
                .get();
    }

    private static PointStruct point(int number) {
        return PointStruct.newBuilder()
                .setId(id(number))
                .setVectors(vectors(1, 2, 3, 4, 5, 6, 7, number))
                .putAllPayload(Map.of("n", value(number)))
                .build();
    }

    @Test
    void a_restart_in_order_keeps_everything() throws Exception {
        try (LocalStackProcess stack = SharedLocalStack.start(data, "--topic", "kept:2:compact");
                QdrantClient qdrant = qdrant(stack)) {
            create(qdrant);
            qdrant.upsertAsync(COLLECTION, List.of(point(1), point(2))).get();
            qdrant.createAliasAsync("alias", COLLECTION).get();
            put(stack, "folder/object.png");
        }
        try (LocalStackProcess stack = SharedLocalStack.start(data, "--topic", "kept:2:compact");
                QdrantClient qdrant = qdrant(stack);
                Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()));
                BucketEvents events = new BucketEvents(stack.kafka(), "winnow.bucket-events")) {
            assertThat(qdrant.countAsync("alias").get()).isEqualTo(2);
            assertThat(admin.listTopics().names().get()).contains("kept", "winnow.bucket-events");
            assertThat(s3(stack)
                            .statObject(StatObjectArgs.builder()
                                    .bucket(stack.bucket())
                                    .object("folder/object.png")
                                    .build())
                            .size())
                    .isEqualTo(3);
            events.await(stack.bucket(), "folder/object.png", "s3:ObjectCreated:Put");
            put(stack, "folder/second.png");
            events.await(stack.bucket(), "folder/second.png", "s3:ObjectCreated:Put");
            assertThat(events.of(stack.bucket(), "folder/object.png")).hasSize(1);
        }
    }

    @Test
    void a_kill_loses_nothing_that_was_acknowledged() throws Exception {
        ConcurrentLinkedQueue<Integer> points = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> objects = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            LocalStackProcess stack = SharedLocalStack.start(data);
            try (QdrantClient qdrant = qdrant(stack);
                    ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                if (kill == 0) {
                    create(qdrant);
                }
                verify(stack, qdrant, points, objects);
                int before = points.size();
                int objectsBefore = objects.size();
                CompletableFuture<Void> killed = new CompletableFuture<>();
                for (int writer = 0; writer < 4; writer++) {
                    writers.execute(() -> writeUntil(killed, qdrant, next, points));
                }
                writers.execute(() -> putUntil(killed, stack, next, objects));
                Awaitility.await()
                        .atMost(30, TimeUnit.SECONDS)
                        .until(() -> points.size() > before + 1000 && objects.size() > objectsBefore + 10);
                stack.kill();
                killed.complete(null);
            } finally {
                stack.kill();
            }
        }
        try (LocalStackProcess stack = SharedLocalStack.start(data);
                QdrantClient qdrant = qdrant(stack)) {
            verify(stack, qdrant, points, objects);
            try (BucketEvents events = new BucketEvents(stack.kafka(), "winnow.bucket-events")) {
                for (String key : objects) {
                    events.await(stack.bucket(), key, "s3:ObjectCreated:Put");
                }
            }
        }
    }

    private static void verify(
            LocalStackProcess stack, QdrantClient qdrant, Iterable<Integer> points, Iterable<String> objects)
            throws Exception {
        List<PointId> ids = new ArrayList<>();
        points.forEach(number -> ids.add(id(number)));
        assertThat(qdrant.retrieveAsync(COLLECTION, ids, false, false, null).get())
                .hasSameSizeAs(ids);
        for (String key : objects) {
            assertThat(s3(stack)
                            .statObject(StatObjectArgs.builder()
                                    .bucket(stack.bucket())
                                    .object(key)
                                    .build())
                            .size())
                    .isEqualTo(3);
        }
    }

    private static void writeUntil(
            CompletableFuture<Void> killed,
            QdrantClient qdrant,
            AtomicInteger next,
            ConcurrentLinkedQueue<Integer> acknowledged) {
        while (!killed.isDone()) {
            int first = next.getAndAdd(50);
            List<PointStruct> batch = new ArrayList<>();
            for (int i = first; i < first + 50; i++) {
                batch.add(point(i));
            }
            try {
                qdrant.upsertAsync(COLLECTION, batch).get();
            } catch (ExecutionException unacknowledged) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            for (int i = first; i < first + 50; i++) {
                acknowledged.add(i);
            }
        }
    }

    private static void putUntil(
            CompletableFuture<Void> killed,
            LocalStackProcess stack,
            AtomicInteger next,
            ConcurrentLinkedQueue<String> acknowledged) {
        while (!killed.isDone()) {
            String key = "killed/" + next.getAndIncrement() + " +ü.png";
            try {
                put(stack, key);
            } catch (Exception unacknowledged) {
                return;
            }
            acknowledged.add(key);
        }
    }
}
