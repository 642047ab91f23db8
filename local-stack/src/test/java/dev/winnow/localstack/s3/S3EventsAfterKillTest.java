package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import io.minio.CopyObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the stack at random instants under load. Every change that was acknowledged has exactly one record; one that
 * was not has at most one, and then the object shows it. Records of a key are in the order of its changes.
 */
class S3EventsAfterKillTest {

    private static final int KILLS = 10;
    private static final int WRITERS = 6;
    private static final int KEYS_OF_A_WRITER = 3;
    private static final String TOPIC = "winnow.bucket-events";

    @TempDir
    private Path data;

    /**
     * One change as the record must tell it.
     *
     * @param eTag of what was stored; nothing for a removal
     */
    private record Operation(String name, @Nullable String eTag, boolean acknowledged) {}

    private final Map<String, List<Operation>> operations = new ConcurrentHashMap<>();
    private final AtomicInteger contents = new AtomicInteger();
    /** Refusals of a stack that was not being killed. */
    private final Queue<Exception> unexpected = new ConcurrentLinkedQueue<>();

    private volatile boolean killing;

    private static String md5(byte[] content) {
        return HexFormat.of().formatHex(ObjectFiles.md5().digest(content));
    }

    /** Changes keys that nobody else changes, until the stack is gone. */
    private void change(MinioClient client, String bucket, int writer, Random random, AtomicBoolean killed) {
        Map<String, String> eTags = new HashMap<>();
        while (!killed.get()) {
            String key = "w" + writer + "/" + random.nextInt(KEYS_OF_A_WRITER) + " +ü";
            List<Operation> log = operations.computeIfAbsent(key, unused -> new ArrayList<>());
            byte[] content =
                    ("content " + contents.incrementAndGet()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String from = "w" + writer + "/source";
            int kind = random.nextInt(10);
            @Nullable String known = eTags.get(key);
            Operation attempt = kind < 6
                    ? new Operation("s3:ObjectCreated:Put", md5(content), false)
                    : kind < 8 && eTags.containsKey(from)
                            ? new Operation("s3:ObjectCreated:Copy", eTags.get(from), false)
                            : known != null
                                    ? new Operation("s3:ObjectRemoved:Delete", null, false)
                                    : new Operation("s3:ObjectCreated:Put", md5(content), false);
            log.add(attempt);
            try {
                switch (attempt.name()) {
                    case "s3:ObjectCreated:Put" -> put(client, bucket, key, content);
                    case "s3:ObjectCreated:Copy" ->
                        client.copyObject(CopyObjectArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .source(SourceObject.builder()
                                        .bucket(bucket)
                                        .object(from)
                                        .build())
                                .build());
                    default ->
                        client.removeObject(RemoveObjectArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .build());
                }
                log.set(log.size() - 1, new Operation(attempt.name(), attempt.eTag(), true));
                if (attempt.eTag() == null) {
                    eTags.remove(key);
                } else {
                    eTags.put(key, attempt.eTag());
                }
                if (!eTags.containsKey(from)) {
                    List<Operation> sources = operations.computeIfAbsent(from, unused -> new ArrayList<>());
                    sources.add(new Operation("s3:ObjectCreated:Put", md5(content), false));
                    put(client, bucket, from, content);
                    sources.set(sources.size() - 1, new Operation("s3:ObjectCreated:Put", md5(content), true));
                    eTags.put(from, md5(content));
                }
            } catch (Exception e) {
                if (!killing) {
                    unexpected.add(e);
                }
                return;
            }
        }
    }

    private static void put(MinioClient client, String bucket, String key, byte[] content) throws Exception {
        client.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        new ByteArrayInputStream(content), (long) content.length, -1L)
                .build());
    }

    @Test
    void each_change_is_told_once_whenever_the_process_is_killed() throws Exception {
        Random random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            LocalStackProcess stack = SharedLocalStack.start(data, "--topic", TOPIC + ":3:delete");
            AtomicBoolean killed = new AtomicBoolean();
            killing = false;
            try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                int before = contents.get();
                for (int writer = 0; writer < WRITERS; writer++) {
                    int number = writer;
                    Random own = new Random(random.nextLong());
                    MinioClient client = S3Clients.of(stack.s3Endpoint(), stack.s3AccessKey(), stack.s3SecretKey());
                    writers.execute(() -> change(client, stack.bucket(), kill(number), own, killed));
                }
                int enough = before + 5 + random.nextInt(200);
                Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> contents.get() >= enough);
                killing = true;
                stack.kill();
                killed.set(true);
            } finally {
                stack.kill();
            }
            rounds++;
            assertThat(unexpected).isEmpty();
        }
        try (LocalStackProcess stack = SharedLocalStack.start(data, "--topic", TOPIC + ":3:delete");
                BucketEvents events = new BucketEvents(stack.kafka(), TOPIC)) {
            MinioClient client = S3Clients.of(stack.s3Endpoint(), stack.s3AccessKey(), stack.s3SecretKey());
            put(client, stack.bucket(), "last", new byte[] {1});
            events.await(stack.bucket(), "last", "s3:ObjectCreated:Put");
            events.catchUp();
            Map<String, String> now = new HashMap<>();
            for (var item : client.listObjects(ListObjectsArgs.builder()
                    .bucket(stack.bucket())
                    .recursive(true)
                    .build())) {
                now.put(item.get().objectName(), item.get().etag().replace("\"", ""));
            }
            int all = 0;
            for (var entry : operations.entrySet()) {
                List<JsonNode> records = events.seen(stack.bucket(), entry.getKey());
                compare(entry.getKey(), entry.getValue(), records, now.get(entry.getKey()));
                all += records.size();
            }
            System.out.println("S3 events after " + KILLS + " kills: " + all + " records of " + operations.size()
                    + " keys, each once");
        }
    }

    /** Writers of each life of the stack have keys of their own: what was under way at its end is then its last. */
    private int kill(int writer) {
        return rounds * WRITERS + writer;
    }

    private int rounds;

    private static void compare(String key, List<Operation> made, List<JsonNode> records, @Nullable String now) {
        List<Operation> told = records.stream()
                .map(record -> new Operation(
                        record.get("EventName").asText(),
                        record.at("/Records/0/s3/object").has("eTag")
                                ? record.at("/Records/0/s3/object/eTag").asText()
                                : null,
                        true))
                .toList();
        List<Operation> acknowledged =
                made.stream().filter(Operation::acknowledged).toList();
        List<Operation> withLast = made.stream()
                .map(operation -> new Operation(operation.name(), operation.eTag(), true))
                .toList();
        assertThat(told).as("records of %s", key).isIn(acknowledged, withLast);
        assertThat(told.isEmpty() ? null : told.getLast().eTag())
                .as("the object %s", key)
                .isEqualTo(now);
        assertThat(records.stream()
                        .map(record ->
                                record.at("/Records/0/s3/object/sequencer").asText())
                        .toList())
                .as("sequencers of %s", key)
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
