package dev.winnow.curation.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.search.Embedder;
import dev.winnow.curation.search.NotEmbeddableException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEmbedderTest {

    /** What the embedding service was asked, as content type and body. */
    private record Asked(String contentType, String body) {}

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private volatile int status = 200;
    private volatile String answer = "";
    private HttpServer server;
    private Embedder embedder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/embed", exchange -> {
            asked.add(new Asked(
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        CurationConfig config = new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .withDefaultValue(
                        "winnow.embedding.url",
                        "http://localhost:" + server.getAddress().getPort())
                .build()
                .getConfigMapping(CurationConfig.class);
        embedder = new HttpEmbedder(config, new ObjectMapper());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void asksForTextsAsJson() throws Exception {
        answer = "{\"model\": \"clip-1\", \"dimension\": 2, \"vector\": [0.6, 0.8], \"truncated\": true}";
        Embedder.Embedding embedding = embedder.embed("a \"red\" 🚲");
        assertThat(embedding.model()).isEqualTo("clip-1");
        assertThat(embedding.vector()).containsExactly(0.6f, 0.8f);
        assertThat(embedding.truncated()).isTrue();
        Asked question = asked.take();
        assertThat(question.contentType()).isEqualTo("application/json");
        assertThat(new ObjectMapper().readTree(question.body()).get("text").textValue())
                .isEqualTo("a \"red\" 🚲");
    }

    @Test
    void leavesHalfACharacterForTheServiceToRefuse() throws Exception {
        status = 422;
        assertThatThrownBy(() -> embedder.embed("half a \ud83d")).isInstanceOf(NotEmbeddableException.class);
        assertThat(asked.take().body().toLowerCase(Locale.ROOT)).contains("\\ud83d");
    }

    @Test
    void asksForImagesByTheirBytes() throws InterruptedException {
        answer = "{\"model\": \"clip-1\", \"dimension\": 2, \"vector\": [0.6, 0.8]}";
        assertThat(embedder.embed(new byte[] {'j', 'p', 'g'}).truncated()).isFalse();
        assertThat(asked.take()).isEqualTo(new Asked("application/octet-stream", "jpg"));
    }

    @Test
    void passesOnWhyATextCannotBeEmbedded() {
        status = 422;
        answer = "{\"status\": 422, \"detail\": \"the active model m embeds images only\", \"field\": \"text\"}";
        NotEmbeddableException refused =
                catchThrowableOfType(NotEmbeddableException.class, () -> embedder.embed("a red bicycle"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.problem()).isEqualTo(answer);
    }

    @Test
    void tellsAServiceThatFailsFromATextThatIsWrong() {
        status = 503;
        assertThatThrownBy(() -> embedder.embed("a red bicycle")).isInstanceOf(DependencyUnavailableException.class);
        server.stop(0);
        assertThatThrownBy(() -> embedder.embed("a red bicycle")).isInstanceOf(DependencyUnavailableException.class);
    }
}
