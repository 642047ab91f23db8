package dev.winnow.embedding.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.PointSchema;
import dev.winnow.localstack.LocalStackProcess;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the model, forth and back, against a vector server: whose decisions count, and what names there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ActivationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final PointId ONE = id(UUID.nameUUIDFromBytes(new byte[] {1}));
    private static final PointId TWO = id(UUID.nameUUIDFromBytes(new byte[] {2}));

    private LocalStackProcess stack;
    private QdrantClient client;

    @BeforeAll
    void start(@TempDir Path data) {
        stack = LocalStackProcess.start(
                Path.of(System.getProperty("suite.root")),
                data,
                List.of(
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
        client = new QdrantClient(QdrantGrpcClient.newBuilder(stack.qdrantHost(), stack.qdrantPort(), false, false)
                .build());
    }

    @AfterEach
    void clear() throws Exception {
        for (String collection : client.listCollectionsAsync().get()) {
            client.deleteCollectionAsync(collection).get();
        }
    }

    @AfterAll
    void stop() {
        client.close();
        stack.close();
    }

    @Test
    void theFirstModelIsNamedAndAnotherOnlyIfWanted() throws Exception {
        collection("a");
        collection("b");
        assertThat(settle("a", false)).isEmpty();
        assertThat(settle("b", false)).containsExactly("a");
        assertThat(names()).containsExactly(Map.entry("winnow", "a"));
        assertThat(settle("b", true)).containsExactly("a");
        assertThat(names()).containsExactly(Map.entry("winnow", "b"), Map.entry("winnow-previous", "a"));
    }

    @Test
    void theLastActiveCollectionThatHasTheImageCounts() throws Exception {
        collection("a");
        collection("b");
        collection("c");
        settle("a", true);
        put("a", ONE, "old");
        put("a", TWO, "two");
        settle("b", true);
        // The worker had not come to the second image when the model was changed once more.
        put("b", ONE, "new");
        List<String> others = settle("c", true);
        assertThat(others).containsExactly("b", "a");
        Map<PointId, Map<String, Value>> decided = decisions().of(List.of(ONE, TWO), others);
        assertThat(decided.get(ONE)).containsEntry(PointSchema.LABELS, list(List.of(value("new"))));
        assertThat(decided.get(TWO)).containsEntry(PointSchema.LABELS, list(List.of(value("two"))));
    }

    @Test
    void onTheWayBackTheNewerDecisionsReplaceTheOlder() throws Exception {
        collection("a");
        collection("b");
        settle("a", true);
        put("a", ONE, "old");
        put("a", TWO, "two");
        settle("b", true);
        put("b", ONE, "new");
        upsert("b", TWO, Map.of(PointSchema.TAGS, list(List.of(value("kept")))));
        assertThat(settle("a", true)).containsExactly("b");
        assertThat(names()).containsExactly(Map.entry("winnow", "a"), Map.entry("winnow-previous", "b"));
        assertThat(payload("a", ONE)).containsEntry(PointSchema.LABELS, list(List.of(value("new"))));
        // The label was taken away while the other model was active.
        assertThat(payload("a", TWO))
                .doesNotContainKey(PointSchema.LABELS)
                .containsEntry(PointSchema.TAGS, list(List.of(value("kept"))));
    }

    @Test
    void aWorkerThatDiedInTheMiddleIsMadeUpFor() throws Exception {
        collection("a");
        collection("b");
        settle("a", true);
        put("a", ONE, "old");
        settle("b", true);
        put("b", ONE, "new");
        // What a worker leaves that was killed while it took decisions over: no active collection, the order as it was.
        client.deleteAliasAsync("winnow").get();
        client.deleteAliasAsync("winnow-previous").get();
        client.createAliasAsync("winnow-previous", "b").get();
        client.createAliasAsync("winnow-previous2", "a").get();
        assertThat(settle("a", false)).containsExactly("b");
        assertThat(names()).doesNotContainKey("winnow");
        settle("a", true);
        assertThat(names()).containsExactly(Map.entry("winnow", "a"), Map.entry("winnow-previous", "b"));
        assertThat(payload("a", ONE)).containsEntry(PointSchema.LABELS, list(List.of(value("new"))));
    }

    private List<String> settle(String collection, boolean wanted) {
        return new Activation(client, ActivationTest::call, decisions(), TIMEOUT, wanted).settle(collection);
    }

    private Decisions decisions() {
        return new Decisions(client, ActivationTest::call, TIMEOUT);
    }

    private static <T> T call(String what, ListenableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(what, e);
        }
    }

    private Map<String, String> names() throws Exception {
        return client.listAliasesAsync().get().stream()
                .collect(Collectors.toMap(
                        AliasDescription::getAliasName,
                        AliasDescription::getCollectionName,
                        (x, y) -> x,
                        TreeMap::new));
    }

    private void collection(String name) throws Exception {
        client.createCollectionAsync(
                        name,
                        VectorParams.newBuilder()
                                .setDistance(Distance.Cosine)
                                .setSize(2)
                                .build())
                .get();
    }

    private void put(String collection, PointId image, String label) throws Exception {
        upsert(collection, image, Map.of(PointSchema.LABELS, list(List.of(value(label)))));
    }

    private void upsert(String collection, PointId image, Map<String, Value> payload) throws Exception {
        client.upsertAsync(
                        collection,
                        List.of(PointStruct.newBuilder()
                                .setId(image)
                                .setVectors(VectorsFactory.vectors(1f, 0f))
                                .putAllPayload(payload)
                                .build()))
                .get();
    }

    private Map<String, Value> payload(String collection, PointId image) throws Exception {
        RetrievedPoint point =
                client.retrieveAsync(collection, image, true, false, null).get().getFirst();
        return point.getPayloadMap();
    }
}
