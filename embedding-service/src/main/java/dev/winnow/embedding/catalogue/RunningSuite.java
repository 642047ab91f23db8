package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The suite that runs on a data folder, over HTTP. Every request here may be sent twice without harm, so one that finds a
 * service away, killed or being started again, is repeated for {@link #PATIENCE}.
 */
final class RunningSuite implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String ingest;
    private final String embedding;
    private final String curation;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private RunningSuite(JsonNode endpoints) {
        this.ingest = endpoints.path("ingest").asText();
        this.embedding = endpoints.path("embedding").asText();
        this.curation = endpoints.path("curation").asText();
    }

    /** An answer that is no failure of the service: 2xx, or 4xx with a problem. */
    record Answer(int status, JsonNode body) {

        /** @throws Failure with the problem's detail, if it is one */
        JsonNode orFail() throws Failure {
            if (status >= 400) {
                throw new Failure(detail());
            }
            return body;
        }

        String detail() {
            return body.path("detail").asText("HTTP " + status);
        }
    }

    /** The suite that wrote {@code endpoints.json} in this folder, if one of its services answers. */
    static Optional<RunningSuite> on(Path data) throws IOException, InterruptedException {
        Path file = data.resolve("endpoints.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        RunningSuite suite = new RunningSuite(JSON.readTree(file.toFile()));
        for (String service : List.of(suite.embedding, suite.ingest, suite.curation)) {
            try {
                suite.send("GET", service + "/q/health/live", null);
                return Optional.of(suite);
            } catch (IOException e) {
                // Being started again, or the file was left by a suite that was killed.
            }
        }
        suite.close();
        return Optional.empty();
    }

    Answer embedding(String method, String path, @Nullable Object body)
            throws Failure, IOException, InterruptedException {
        return ask(method, embedding + path, body);
    }

    /**
     * Writes what an address of the embedding service answers to a file.
     *
     * @throws Failure with the problem's detail, if it is one
     */
    void download(String path, Path file) throws Failure, IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(embedding + path))
                .timeout(Duration.ofMinutes(10))
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() >= 300) {
                throw new Failure(new Answer(response.statusCode(), read(body.readAllBytes())).detail());
            }
            Files.copy(body, file);
        }
    }

    /** Compares every dataset of bucket and index, and has the difference embedded; says how many images that are. */
    long reconcile() throws Failure, IOException, InterruptedException {
        long published = 0;
        for (String dataset : datasets()) {
            Answer report = ask("POST", ingest + "/v1/datasets/" + dataset + "/reconcile", null);
            published += report.orFail().path("published").asLong();
        }
        return published;
    }

    /** How many images are on their way, over all datasets. */
    long pending() throws Failure, IOException, InterruptedException {
        long pending = 0;
        for (String dataset : datasets()) {
            Answer state = ask("GET", curation + "/v1/datasets/" + dataset, null);
            pending +=
                    state.status() == 404 ? 0 : state.orFail().path("pending").asLong();
        }
        return pending;
    }

    private List<String> datasets() throws Failure, IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        ask("GET", ingest + "/v1/datasets", null).orFail().path("datasets").forEach(name -> names.add(name.asText()));
        return names;
    }

    private Answer ask(String method, String uri, @Nullable Object body)
            throws Failure, IOException, InterruptedException {
        Instant limit = Instant.now().plus(PATIENCE);
        while (true) {
            String problem;
            try {
                HttpResponse<byte[]> response = send(method, uri, body);
                if (response.statusCode() < 500) {
                    return new Answer(response.statusCode(), read(response.body()));
                }
                problem = "HTTP " + response.statusCode() + " "
                        + read(response.body()).path("detail").asText();
            } catch (JsonProcessingException e) {
                throw new Failure(method + " " + uri + " gave no JSON: " + e.getOriginalMessage(), e);
            } catch (IOException e) {
                problem = Unreachable.why(e);
            }
            if (Instant.now().isAfter(limit)) {
                throw new Failure(method + " " + uri + " does not work: " + problem.strip());
            }
            Thread.sleep(PAUSE);
        }
    }

    private static JsonNode read(byte[] body) throws IOException {
        return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    }

    private HttpResponse<byte[]> send(String method, String uri, @Nullable Object body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofMinutes(10))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        http.close();
    }
}
