package dev.winnow.systemtest;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.WithVectorsSelectorFactory.enable;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.winnow.cli.suite.Endpoints;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** Real photos, each with a class, as a dataset. */
record LabelledPhotos(Client client, Map<String, String> classes) {

    private static final Path PHOTOS =
            RunningSuite.ROOT.resolveSibling("shared").resolve("data/photos");

    /** Skips the running test where there are none. */
    static void assumeThereAreSome() {
        assumeTrue(Files.exists(PHOTOS), () -> "skipped: no " + PHOTOS);
    }

    /** Stores all photos and waits until they are embedded. No labels are given yet. */
    static LabelledPhotos store(Endpoints endpoints, String dataset) throws IOException {
        Map<String, String> classes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PHOTOS.resolve("labels.csv")).stream()
                .skip(1)
                .toList()) {
            int comma = line.lastIndexOf(',');
            classes.put(line.substring(0, comma), line.substring(comma + 1));
        }
        Client client = new Client(endpoints, dataset);
        for (String path : classes.keySet()) {
            assertThat(client.put(path, photo(path)).statusCode()).isEqualTo(201);
        }
        client.awaitCounts(classes.size(), 0);
        return new LabelledPhotos(client, classes);
    }

    String classOf(String path) {
        return classes.getOrDefault(path, "");
    }

    static byte[] photo(String path) throws IOException {
        return Files.readAllBytes(PHOTOS.resolve(path));
    }

    /** Labels images by their paths; an empty label takes their labels away. */
    void label(Map<String, String> labels) {
        String lines = labels.entrySet().stream()
                .map(entry -> "{\"path\": \"%s\", \"labels\": [%s]}"
                        .formatted(entry.getKey(), entry.getValue().isEmpty() ? "" : "\"" + entry.getValue() + "\""))
                .collect(Collectors.joining("\n"));
        assertThat(given().baseUri(client.endpoints().curation())
                        .config(RestAssuredConfig.config()
                                .encoderConfig(EncoderConfig.encoderConfig()
                                        .encodeContentTypeAs("application/x-ndjson", ContentType.TEXT)))
                        .contentType("application/x-ndjson")
                        .body(lines)
                        .post("/v1/datasets/{dataset}/labels", client.dataset())
                        .jsonPath()
                        .getInt("labelled"))
                .isEqualTo(labels.size());
    }

    /** The vectors of all photos, by their paths. */
    Map<String, List<Float>> vectors() throws ExecutionException, InterruptedException {
        Map<String, String> paths = classes.keySet().stream()
                .collect(Collectors.toMap(
                        path -> ImageId.of(new ObjectKey(client.dataset(), path))
                                .toString(),
                        path -> path));
        Map<String, List<Float>> vectors = new HashMap<>();
        Endpoints.Qdrant server = client.endpoints().qdrant();
        try (QdrantClient qdrant = new QdrantClient(
                QdrantGrpcClient.newBuilder(server.host(), server.port(), false).build())) {
            ScrollPoints.Builder page = ScrollPoints.newBuilder()
                    .setCollectionName(PointSchema.ALIAS)
                    .setFilter(Filter.newBuilder()
                            .addMust(matchKeyword(PointSchema.DATASET, client.dataset()))
                            .addMust(matchKeyword(PointSchema.KIND, PointSchema.KIND_IMAGE)))
                    .setWithVectors(enable(true))
                    .setLimit(500);
            ScrollResponse found;
            do {
                found = qdrant.scrollAsync(page.build()).get();
                found.getResultList()
                        .forEach(point -> vectors.put(
                                paths.getOrDefault(point.getId().getUuid(), ""),
                                point.getVectors().getVector().getDense().getDataList()));
                page.setOffset(found.getNextPageOffset());
            } while (found.hasNextPageOffset());
        }
        vectors.remove("");
        return vectors;
    }
}
