package dev.winnow.curation.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.search.Embedder;
import dev.winnow.curation.search.NotEmbeddableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Asks the embedding service, so that a query is preprocessed exactly as the indexed images were. */
@ApplicationScoped
class HttpEmbedder implements Embedder {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI embed;
    private final ObjectMapper json;

    HttpEmbedder(CurationConfig config, ObjectMapper json) {
        this.embed = URI.create(config.embedding().url().toString().replaceAll("/$", "") + "/v1/embed");
        this.json = json;
    }

    @Override
    public Embedding embed(byte[] image) {
        return ask("application/octet-stream", image);
    }

    @Override
    public Embedding embed(String text) {
        try {
            return ask("application/json", json.writeValueAsBytes(Map.of("text", text)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Embedding ask(String contentType, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(embed)
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 200) {
                JsonNode answer = json.readTree(response.body());
                return new Embedding(
                        answer.path("model").asText(),
                        json.treeToValue(answer.path("vector"), float[].class),
                        answer.path("truncated").asBoolean(false));
            }
            if (response.statusCode() >= 400 && response.statusCode() < 500) {
                throw new NotEmbeddableException(
                        response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
            }
            throw new DependencyUnavailableException(
                    "the embedding service", new IOException("status " + response.statusCode()));
        } catch (IOException e) {
            throw new DependencyUnavailableException("the embedding service", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DependencyUnavailableException("the embedding service", e);
        }
    }
}
