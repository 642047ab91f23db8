package dev.winnow.curation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.SimilarityIndex;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.VectorIndex;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Points.PointStruct;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/**
 * How long a search over 100,000 images takes through HTTP, one at a time: {@code ./mvnw -pl curation-service -am test
 * -Dtest=SearchBenchmark -Dsurefire.failIfNoSpecifiedTests=false}. No test: its name keeps it out of the build.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class SearchBenchmark {

    private static final int SIZE = 100_000;
    private static final int DIMENSION = 512;
    private static final int BATCH = 500;
    private static final int WARM_UP = 400;
    private static final int QUERIES = 500;

    @Inject
    QdrantClient client;

    @Inject
    VectorIndex index;

    @Inject
    PointsFixture points;

    @TestHTTPResource("/v1/datasets/bench/search")
    URI search;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void latencies() throws Exception {
        points.createCollection();
        points.activate("bench", DIMENSION);
        try {
            List<float[]> rows = fill();
            Random random = new Random(5);
            Map<String, List<String>> kinds = new LinkedHashMap<>();
            for (int i = 0; i < WARM_UP + QUERIES; i++) {
                int row = random.nextInt(SIZE);
                String id = ImageId.of(key(row)).toString();
                float[] vector = rows.get(row);
                add(kinds, "by id", Map.of("id", id));
                add(kinds, "by vector", Map.of("vector", vector));
                add(kinds, "by id, limit 100", Map.of("id", id, "limit", 100));
                add(kinds, "by id, diversity", Map.of("id", id, "diversity", 0.5));
                add(kinds, "by id, filter", Map.of("id", id, "filter", Map.of("labels", "label-3")));
                add(kinds, "by id, groups", Map.of("id", id, "group_by", "label"));
            }
            parts(rows);
            for (Map.Entry<String, List<String>> kind : kinds.entrySet()) {
                measure(kind.getKey(), i -> ask(kind.getValue().get(i)));
            }
        } finally {
            points.activate("test", PointsFixture.DIMENSION);
        }
    }

    /** What a search is made of, each alone. */
    private void parts(List<float[]> rows) throws Exception {
        VectorIndex its = index.served().orElseThrow().index();
        SimilarityIndex images = its.among(Kind.IMAGES);
        List<Question> questions = rows.stream()
                .limit(WARM_UP + QUERIES)
                .map(row -> new Question("bench", row, Filter.ALL, Set.of(), null, false))
                .toList();
        measure("- alias", i -> index.served());
        measure("- count", i -> images.count("bench"));
        measure(
                "- vector",
                i -> images.vectors("bench", List.of(ImageId.of(key(i)).value())));
        measure("- rank", i -> images.rank(questions.get(i), 12));
        List<UUID> ten = images.rank(questions.getFirst(), 10).stream()
                .map(SimilarityIndex.Ranked::id)
                .toList();
        measure("- read", i -> images.read("bench", ten));
    }

    private interface Step {
        void at(int i) throws Exception;
    }

    private static void measure(String name, Step step) throws Exception {
        double[] millis = new double[QUERIES];
        for (int i = 0; i < WARM_UP + QUERIES; i++) {
            long begun = System.nanoTime();
            step.at(i);
            if (i >= WARM_UP) {
                millis[i - WARM_UP] = (System.nanoTime() - begun) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                "search %-18s p50 %5.1f  p95 %5.1f  p99 %5.1f ms%n",
                name, millis[QUERIES / 2], millis[QUERIES * 95 / 100], millis[QUERIES * 99 / 100]);
    }

    private void add(Map<String, List<String>> kinds, String kind, Map<String, Object> query)
            throws JsonProcessingException {
        kinds.computeIfAbsent(kind, name -> new ArrayList<>()).add(json.writeValueAsString(query));
    }

    private void ask(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(search)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private List<float[]> fill() throws InterruptedException, ExecutionException {
        for (PointSchema.Index index : PointSchema.INDEXES) {
            client.createPayloadIndexAsync(
                            PointSchema.collection("bench"),
                            index.key(),
                            PointsFixture.type(index),
                            null,
                            true,
                            null,
                            null)
                    .get();
        }
        int[] clusters = new int[100];
        Arrays.fill(clusters, SIZE / clusters.length);
        List<float[]> rows = TestVectors.clustered(clusters, DIMENSION, 0.7, 9);
        for (int from = 0; from < SIZE; from += BATCH) {
            List<PointStruct> batch = new ArrayList<>();
            for (int i = from; i < from + BATCH; i++) {
                batch.add(point(i, rows.get(i)));
            }
            client.upsertAsync(PointSchema.collection("bench"), batch).get();
        }
        return rows;
    }

    private static ObjectKey key(int i) {
        return new ObjectKey("bench", "folder-%d/image-%06d.jpg".formatted(i % 100, i));
    }

    private static PointStruct point(int i, float[] vector) {
        return PointStruct.newBuilder()
                .setId(PointIdFactory.id(ImageId.of(key(i)).value()))
                .setVectors(VectorsFactory.vectors(vector))
                .putPayload(PointSchema.DATASET, ValueFactory.value("bench"))
                .putPayload(PointSchema.PATH, ValueFactory.value(key(i).path()))
                .putPayload(PointSchema.KIND, ValueFactory.value(PointSchema.KIND_IMAGE))
                .putPayload(PointSchema.SHA256, ValueFactory.value("%064x".formatted(i)))
                .putPayload(PointSchema.PHASH, ValueFactory.value("00000000000000ff"))
                .putPayload(PointSchema.ETAG, ValueFactory.value("%032x".formatted(i)))
                .putPayload(PointSchema.FORMAT, ValueFactory.value("jpeg"))
                .putPayload(PointSchema.BYTES, ValueFactory.value(100_000 + i))
                .putPayload(PointSchema.WIDTH, ValueFactory.value(1024))
                .putPayload(PointSchema.HEIGHT, ValueFactory.value(768))
                .putPayload(PointSchema.SHARPNESS, ValueFactory.value(1.5))
                .putPayload(PointSchema.BRIGHTNESS, ValueFactory.value(0.5))
                .putPayload(PointSchema.CONTRAST, ValueFactory.value(0.2))
                .putPayload(PointSchema.ENTROPY, ValueFactory.value(7.1))
                .putPayload(PointSchema.LABELS, ValueFactory.list(List.of(ValueFactory.value("label-" + i % 50))))
                .build();
    }
}
