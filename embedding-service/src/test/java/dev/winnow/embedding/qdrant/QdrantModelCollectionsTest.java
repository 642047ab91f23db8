package dev.winnow.embedding.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.Comparison;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.Roles;
import dev.winnow.embedding.TestModels;
import dev.winnow.embedding.WinnowConfig;
import dev.winnow.localstack.LocalStackProcess;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the model, forth and back, against a vector server: names, whose decisions count, and the comparison. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QdrantModelCollectionsTest {

    private static final ModelManifest A = ModelManifest.read(TestModels.path("tiny"));
    private static final ModelManifest B = ModelManifest.read(TestModels.path("two-towers"));
    private static final ModelManifest C = ModelManifest.read(TestModels.path("two-towers-small"));
    private static final ObjectKey ONE = ObjectKey.parse("d/one");
    private static final ObjectKey TWO = ObjectKey.parse("d/two");

    private LocalStackProcess stack;
    private QdrantConnection qdrant;
    private QdrantClient client;
    private QdrantModelCollections collections;

    private record At(String host, int port) implements WinnowConfig.Qdrant {
        @Override
        public Optional<String> apiKey() {
            return Optional.empty();
        }

        @Override
        public boolean tls() {
            return false;
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(10);
        }
    }

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
        qdrant = new QdrantConnection(new At(stack.qdrantHost(), stack.qdrantPort()));
        client = qdrant.client();
    }

    @BeforeEach
    void fresh() {
        collections = new QdrantModelCollections(qdrant);
    }

    @AfterEach
    void clear() throws Exception {
        for (String collection : client.listCollectionsAsync().get()) {
            client.deleteCollectionAsync(collection).get();
        }
    }

    @AfterAll
    void stop() {
        qdrant.close();
        stack.close();
    }

    @Test
    void theFirstModelIsActiveAndAnotherOnlyOnceItIsActivated() throws Exception {
        assertThat(collections.roles()).isEqualTo(new Roles(Optional.empty(), Optional.empty(), List.of()));
        collections.begin(A);
        collections.begin(B);
        assertThat(names()).containsExactly(Map.entry("winnow", "winnow-tiny-1"));
        collections.fill(B);
        assertThat(collections.roles())
                .isEqualTo(new Roles(Optional.of("tiny-1"), Optional.of("two-towers-1"), List.of()));
        collections.activate();
        collections.fill(C);
        collections.activate();
        assertThat(names())
                .containsExactly(
                        Map.entry("winnow", "winnow-two-towers-small-1"),
                        Map.entry("winnow-previous", "winnow-two-towers-1"),
                        Map.entry("winnow-previous2", "winnow-tiny-1"));
        collections.fill(A);
        collections.activate();
        assertThat(collections.roles())
                .isEqualTo(new Roles(
                        Optional.of("tiny-1"), Optional.empty(), List.of("two-towers-small-1", "two-towers-1")));
    }

    @Test
    void aChangeThatIsGivenUpLeavesNothingButWhatWasActiveBefore() throws Exception {
        collections.begin(A);
        collections.fill(B);
        collections.giveUp();
        assertThat(names()).containsExactly(Map.entry("winnow", "winnow-tiny-1"));
        assertThat(client.listCollectionsAsync().get()).containsExactly("winnow-tiny-1");
        collections.fill(B);
        collections.activate();
        collections.fill(A);
        collections.giveUp();
        assertThat(client.listCollectionsAsync().get()).contains("winnow-tiny-1");
        assertThat(collections.roles().previous()).containsExactly("tiny-1");
    }

    @Test
    void theLastActiveCollectionThatHasTheImageCounts() throws Exception {
        collections.begin(A);
        label(A, ONE, "old", 1);
        label(A, TWO, "two", 2);
        collections.fill(B);
        collections.activate();
        // The worker had not come to the second image when the model was changed once more.
        label(B, ONE, "new", 3);
        collections.fill(C);
        List<String> history = new CollectionAliases(qdrant).read().history();
        assertThat(history).containsExactly("winnow-two-towers-1", "winnow-tiny-1");
        Map<PointId, Map<String, Value>> decided = new Decisions(qdrant).of(List.of(point(ONE), point(TWO)), history);
        assertThat(decided.get(point(ONE))).containsEntry(PointSchema.LABELS, labels("new"));
        assertThat(decided.get(point(TWO))).containsEntry(PointSchema.LABELS, labels("two"));
    }

    @Test
    void onTheWayBackTheNewerDecisionsReplaceTheOlder() throws Exception {
        collections.begin(A);
        label(A, ONE, "old", 1);
        label(A, TWO, "two", 2);
        collections.fill(B);
        collections.activate();
        label(B, ONE, "new", 3);
        put(B, TWO, Map.of(PointSchema.TAGS, labels("kept"), PointSchema.DECIDED_AT, value(4)));
        collections.fill(A);
        collections.activate();
        assertThat(payload(A, ONE)).containsEntry(PointSchema.LABELS, labels("new"));
        // The label was taken away while the other model was active.
        assertThat(payload(A, TWO))
                .doesNotContainKey(PointSchema.LABELS)
                .containsEntry(PointSchema.TAGS, labels("kept"));
    }

    @Test
    void whoDecidedWhatAndWhenIsTakenOver() throws Exception {
        Map<String, Value> decided = Map.ofEntries(
                Map.entry("labels", labels("cat")),
                Map.entry("tags", labels("night")),
                Map.entry("split", value("train")),
                Map.entry("labelled_by", value("ann")),
                Map.entry("labelled_at", value("2026-11-02T08:21:00.000001Z")),
                Map.entry("label_source", value("patch")),
                Map.entry("label_confidence", value(0.5)),
                Map.entry("decision", value("drop")),
                Map.entry("decision_by", value("ben")),
                Map.entry("decision_at", value("2026-11-02T08:22:00Z")),
                Map.entry("decision_reason", value("blurred")),
                Map.entry("decided_at", value(7)));
        assertThat(decided.keySet()).containsExactlyInAnyOrderElementsOf(PointSchema.DECISIONS);
        collections.begin(A);
        put(A, ONE, decided);
        collections.fill(B);
        put(B, ONE, Map.of());
        put(B, TWO, decided);
        collections.activate();
        assertThat(payload(B, ONE)).containsAllEntriesOf(decided);
        // Withdrawn under the new model, and so it stays on the way back.
        put(B, ONE, Map.of(PointSchema.LABELS, labels("dog"), PointSchema.DECIDED_AT, value(8)));
        collections.fill(A);
        collections.activate();
        assertThat(payload(A, ONE))
                .containsEntry(PointSchema.LABELS, labels("dog"))
                .doesNotContainKeys("labelled_by", "decision", "decision_reason");
    }

    /** Points of before it was noted when something was decided: what was active last counts. */
    @Test
    void decisionsWithoutATimeCountAsTheOldest() throws Exception {
        collections.begin(A);
        put(A, ONE, Map.of(PointSchema.LABELS, labels("old")));
        put(A, TWO, Map.of(PointSchema.LABELS, labels("old")));
        collections.fill(B);
        collections.activate();
        put(B, ONE, Map.of(PointSchema.LABELS, labels("new")));
        put(B, TWO, Map.of());
        collections.fill(A);
        collections.activate();
        assertThat(payload(A, ONE)).containsEntry(PointSchema.LABELS, labels("new"));
        assertThat(payload(A, TWO)).doesNotContainKey(PointSchema.LABELS);
    }

    /** Of a worker that died after the swap, another finishes: what was decided until then, and nothing that came after. */
    @Test
    void whatWasDecidedUntilTheSwapIsTakenOverAfterACrash() throws Exception {
        collections.begin(A);
        collections.fill(B);
        label(A, ONE, "at the last moment", 7);
        label(B, ONE, "when it was filled", 5);
        label(A, TWO, "before", 6);
        label(B, TWO, "right after", 8);
        CollectionAliases aliases = new CollectionAliases(qdrant);
        aliases.write(aliases.read().withActive("winnow-two-towers-1"));
        assertThat(collections.roles())
                .isEqualTo(new Roles(Optional.of("two-towers-1"), Optional.of("two-towers-1"), List.of("tiny-1")));
        collections.finish();
        assertThat(payload(B, ONE)).containsEntry(PointSchema.LABELS, labels("at the last moment"));
        assertThat(payload(B, TWO)).containsEntry(PointSchema.LABELS, labels("right after"));
        assertThat(collections.roles().next()).isEmpty();
        collections.finish();
        assertThat(collections.roles())
                .isEqualTo(new Roles(Optional.of("two-towers-1"), Optional.empty(), List.of("tiny-1")));
    }

    @Test
    void anImageThatIsForgottenGoesFromAllModels() throws Exception {
        collections.begin(A);
        collections.fill(B);
        collections.activate();
        collections.fill(C);
        for (ModelManifest model : List.of(A, B, C)) {
            label(model, ONE, "x", 1);
        }
        collections.roles();
        collections.images(B).forget(List.of(ImageId.of(ONE)));
        for (ModelManifest model : List.of(A, B, C)) {
            assertThat(collections.images(model).known(List.of(ImageId.of(ONE))))
                    .isEmpty();
        }
    }

    @Test
    void comparesImageByImageAndTheirNeighboursOfTheSameDataset() throws Exception {
        collections.begin(A);
        collections.fill(B);
        Random random = new Random(5);
        Map<ObjectKey, float[]> active = new HashMap<>();
        Map<ObjectKey, float[]> next = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            ObjectKey key = ObjectKey.parse((i % 3 == 0 ? "small/" : "large/") + i);
            active.put(key, vector(random));
            next.put(key, vector(random));
        }
        active.forEach((key, vector) -> put(A, key, vector, Map.of()));
        assertThat(collections.compare(100, 1)).isEqualTo(new Comparison(60, 0, 60, null));
        next.forEach((key, vector) -> put(B, key, vector, Map.of()));
        put(B, ObjectKey.parse("large/1"), vector(random), Map.of(PointSchema.ETAG, value("older")));
        Comparison without = collections.compare(0, 1);
        assertThat(without).isEqualTo(new Comparison(60, 60, 1, null));
        assertThat(without.completeness()).isCloseTo(59 / 60.0, within(1e-9));

        put(B, ObjectKey.parse("large/1"), present(next.get(ObjectKey.parse("large/1"))), Map.of());
        Comparison all = collections.compare(100, 1);
        double sum = 0;
        for (ObjectKey key : active.keySet()) {
            Set<ObjectKey> both = new HashSet<>(nearest(key, active));
            both.retainAll(nearest(key, next));
            sum += both.size() / 10.0;
        }
        assertThat(present(all.overlap()).sample()).isEqualTo(60);
        assertThat(present(all.overlap()).share())
                .isCloseTo(sum / 60, within(1e-9))
                .isBetween(0.1, 0.9);
        assertThat(collections.compare(7, 3)).isEqualTo(collections.compare(7, 3));
        assertThat(present(collections.compare(7, 3).overlap()).sample()).isEqualTo(7);
    }

    private static List<ObjectKey> nearest(ObjectKey of, Map<ObjectKey, float[]> vectors) {
        return vectors.keySet().stream()
                .filter(key -> !key.equals(of) && key.dataset().equals(of.dataset()))
                .sorted(Comparator.comparingDouble(key -> -cosine(present(vectors.get(of)), present(vectors.get(key)))))
                .limit(10)
                .toList();
    }

    private static <T> T present(@Nullable T thing) {
        return Objects.requireNonNull(thing);
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private static float[] vector(Random random) {
        float[] vector = new float[A.feature().dimension()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private Map<String, String> names() throws Exception {
        return client.listAliasesAsync().get().stream()
                .collect(Collectors.toMap(
                        AliasDescription::getAliasName,
                        AliasDescription::getCollectionName,
                        (x, y) -> x,
                        TreeMap::new));
    }

    private static Value labels(String label) {
        return list(List.of(value(label)));
    }

    private static PointId point(ObjectKey key) {
        return id(ImageId.of(key).value());
    }

    private void label(ModelManifest model, ObjectKey image, String label, long at) {
        put(model, image, Map.of(PointSchema.LABELS, labels(label), PointSchema.DECIDED_AT, value(at)));
    }

    private void put(ModelManifest model, ObjectKey image, Map<String, Value> payload) {
        put(model, image, vector(new Random(1)), payload);
    }

    private void put(ModelManifest model, ObjectKey image, float[] vector, Map<String, Value> payload) {
        Map<String, Value> all = new HashMap<>(Map.of(
                PointSchema.DATASET, value(image.dataset()),
                PointSchema.KIND, value(PointSchema.KIND_IMAGE),
                PointSchema.ETAG, value("e")));
        all.putAll(payload);
        List<Float> numbers = new ArrayList<>();
        for (float number : vector) {
            numbers.add(number);
        }
        qdrant.call(
                "upsert",
                client.upsertAsync(
                        PointSchema.collection(model.id()),
                        List.of(PointStruct.newBuilder()
                                .setId(point(image))
                                .setVectors(VectorsFactory.vectors(numbers))
                                .putAllPayload(all)
                                .build())));
    }

    private Map<String, Value> payload(ModelManifest model, ObjectKey image) throws Exception {
        RetrievedPoint found = client.retrieveAsync(PointSchema.collection(model.id()), point(image), true, false, null)
                .get()
                .getFirst();
        return found.getPayloadMap();
    }
}
