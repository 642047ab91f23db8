package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server twenty times while four writers upsert, change payloads and delete, and compares it with what was
 * acknowledged, id by id. Of the one change a writer was waiting for, all or nothing may be there.
 */
class QdrantKillTest {

    private static final int KILLS = 20;
    private static final int WRITERS = 4;
    private static final int IDS = 2000;
    private static final String COLLECTION = "killed";

    /** The version of a point that is not there. */
    private static final long ABSENT = -1;

    @TempDir
    private Path folder;

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

    private static QdrantClient client(QdrantServerProcess server) {
        return new QdrantClient(QdrantGrpcClient.newBuilder("localhost", server.port(), false, false)
                .build());
    }

    /** Changes points of its own only, one change after the other. */
    private final class Writer implements Runnable {

        private final int first;
        private final Random random;
        private final Map<Integer, Long> versions = new HashMap<>();
        private final Map<Integer, Long> underWay = new HashMap<>();
        private long version;
        private volatile QdrantClient qdrant;

        Writer(int number, QdrantClient qdrant) {
            this.first = number * IDS;
            this.random = new Random(number);
            this.qdrant = qdrant;
            for (int i = first; i < first + IDS; i++) {
                versions.put(i, ABSENT);
            }
        }

        @Override
        public void run() {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    change();
                    versions.putAll(underWay);
                    underWay.clear();
                    acknowledged.incrementAndGet();
                }
            } catch (ExecutionException e) {
                // What was under way was not acknowledged; but only a kill is a reason for that.
                if (!isBrokenConnection(Status.fromThrowable(e))) {
                    failures.add(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** UNKNOWN is what gRPC makes of a connection that breaks while a call is written to it. */
        private static boolean isBrokenConnection(Status status) {
            return status.getCode() == Status.Code.UNAVAILABLE
                    || (status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof ClosedChannelException);
        }

        private void change() throws ExecutionException, InterruptedException {
            version++;
            List<Integer> some = random.ints(1 + random.nextInt(64), first, first + IDS)
                    .distinct()
                    .boxed()
                    .toList();
            List<Integer> present = some.stream()
                    .filter(i -> versions.getOrDefault(i, ABSENT) != ABSENT)
                    .toList();
            int kind = present.isEmpty() ? 0 : random.nextInt(4);
            switch (kind) {
                case 2 -> {
                    present.forEach(i -> underWay.put(i, version));
                    qdrant.setPayloadAsync(
                                    COLLECTION, Map.of("version", value(version)), ids(present), true, null, null)
                            .get();
                }
                case 3 -> {
                    present.forEach(i -> underWay.put(i, ABSENT));
                    qdrant.deleteAsync(COLLECTION, ids(present)).get();
                }
                default -> {
                    some.forEach(i -> underWay.put(i, version));
                    qdrant.upsertAsync(
                                    COLLECTION,
                                    some.stream().map(i -> point(i, version)).toList())
                            .get();
                }
            }
        }

        /** Compares id by id, and learns what became of the change under way. */
        void check(QdrantClient qdrant) throws ExecutionException, InterruptedException {
            Map<Integer, Long> stored = new HashMap<>();
            for (RetrievedPoint point : qdrant.retrieveAsync(
                            COLLECTION, ids(List.copyOf(versions.keySet())), true, true, null)
                    .get()) {
                int number = (int) point.getId().getNum();
                assertThat(point.getVectors().getVector().getDense().getDataList())
                        .containsExactly(1f, 2f, 3f, (float) number);
                stored.put(number, point.getPayloadOrThrow("version").getIntegerValue());
            }
            boolean happened = underWay.entrySet().stream()
                    .anyMatch(change -> !change.getValue().equals(versions.get(change.getKey()))
                            && stored.getOrDefault(change.getKey(), ABSENT).equals(change.getValue()));
            if (happened) {
                versions.putAll(underWay);
            }
            underWay.clear();
            versions.forEach((number, expected) -> assertThat(stored.getOrDefault(number, ABSENT))
                    .as("version of point %d", number)
                    .isEqualTo(expected));
            this.qdrant = qdrant;
        }
    }

    private static List<PointId> ids(List<Integer> numbers) {
        return numbers.stream().map(number -> id((long) number)).toList();
    }

    private static PointStruct point(int number, long version) {
        Map<String, Value> payload = Map.of("version", value(version), "writer", value(number / IDS));
        return PointStruct.newBuilder()
                .setId(id((long) number))
                .setVectors(vectors(1, 2, 3, number))
                .putAllPayload(payload)
                .build();
    }

    /** As a write leaves it that was cut off by the end of the machine's power. */
    private void tearLog() throws Exception {
        Path log = folder.resolve("collections")
                .resolve(COLLECTION)
                .resolve("points")
                .resolve("log");
        try (Stream<Path> files = Files.list(log)) {
            Files.write(
                    files.sorted().toList().getLast(),
                    new byte[] {0, 0, 1, 0, 17, 4, 99, 3, 0, 0, 0},
                    StandardOpenOption.APPEND);
        }
    }

    @Test
    void twenty_kills_under_load_lose_nothing_that_was_acknowledged() throws Exception {
        Random random = new Random(20);
        List<Writer> writers = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            QdrantServerProcess server = QdrantServerProcess.start(folder);
            try (QdrantClient qdrant = client(server);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                if (kill == 0) {
                    qdrant.createCollectionAsync(
                                    COLLECTION,
                                    VectorParams.newBuilder()
                                            .setSize(4)
                                            .setDistance(Distance.Dot)
                                            .build())
                            .get();
                    for (int number = 0; number < WRITERS; number++) {
                        writers.add(new Writer(number, qdrant));
                    }
                }
                for (Writer writer : writers) {
                    writer.check(qdrant);
                }
                int enough = acknowledged.get() + 50 + random.nextInt(150);
                writers.forEach(threads::execute);
                Awaitility.await()
                        .atMost(60, TimeUnit.SECONDS)
                        .pollInterval(1, TimeUnit.MILLISECONDS)
                        .until(() -> acknowledged.get() >= enough);
                server.kill();
            } finally {
                server.kill();
            }
            assertThat(failures).isEmpty();
            if (kill % 2 == 1) {
                tearLog();
            }
        }
        QdrantServerProcess server = QdrantServerProcess.start(folder);
        try (QdrantClient qdrant = client(server)) {
            for (Writer writer : writers) {
                writer.check(qdrant);
            }
        } finally {
            server.kill();
        }
    }
}
