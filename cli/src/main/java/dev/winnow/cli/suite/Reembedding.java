package dev.winnow.cli.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * After a start with another model: has every dataset reconciled, so that every image is embedded again, and shows how far
 * that is. A file in the data folder says for which model that was done last; it is written once all events are out, so a
 * start that dies before is made up for by the next.
 */
public final class Reembedding {

    private static final String FILE = "reconciled-model";
    private static final Duration POLL = Duration.ofMillis(500);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Suite suite;
    private final Terminal terminal;
    private final HttpClient http;

    private Reembedding(Suite suite, Terminal terminal, HttpClient http) {
        this.suite = suite;
        this.terminal = terminal;
        this.http = http;
    }

    /**
     * Returns when every image has its vector of the model in use, or the suite is stopped.
     *
     * @throws Failure if the data folder cannot be written
     */
    public static void run(Suite suite, Terminal terminal) throws Failure, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            new Reembedding(suite, terminal, http).run();
        } catch (IOException e) {
            throw new Failure("cannot use " + suite.data().resolve(FILE) + ": " + e.getMessage(), e);
        }
    }

    private void run() throws IOException, InterruptedException {
        Optional<JsonNode> active = ask("GET", suite.endpoints().embedding() + "/v1/models");
        if (active.isEmpty()) {
            return;
        }
        String id = active.get().path("active").path("id").asText();
        Path file = suite.data().resolve(FILE);
        if (Files.exists(file) && Files.readString(file).strip().equals(id)) {
            return;
        }
        List<String> datasets = new ArrayList<>();
        ask("GET", suite.endpoints().ingest() + "/v1/datasets")
                .ifPresent(answer -> answer.path("datasets").forEach(name -> datasets.add(name.asText())));
        long published = 0;
        for (String dataset : datasets) {
            Optional<JsonNode> report =
                    ask("POST", suite.endpoints().ingest() + "/v1/datasets/" + dataset + "/reconcile");
            if (report.isEmpty()) {
                return;
            }
            long images = report.get().path("published").asLong();
            if (images > 0) {
                terminal.line("Embedding the " + images + " images of " + dataset + " with " + id + "…");
            }
            published += images;
        }
        Path unfinished = file.resolveSibling(FILE + ".new");
        Files.writeString(unfinished, id);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (published > 0) {
            awaitEmbedded(datasets, id, published);
        }
    }

    private void awaitEmbedded(List<String> datasets, String id, long published) throws InterruptedException {
        while (!suite.awaitClosed(POLL)) {
            long images = 0;
            long failed = 0;
            long pending = 0;
            for (String dataset : datasets) {
                Optional<JsonNode> counts = ask("GET", suite.endpoints().curation() + "/v1/datasets/" + dataset);
                if (counts.isEmpty()) {
                    return;
                }
                images += counts.get().path("images").asLong();
                failed += counts.get().path("failed").asLong();
                pending += counts.get().path("pending").asLong();
            }
            long done = Math.max(0, published - pending);
            terminal.progress("model", (double) done / published, done + " of " + published + " embedded with " + id);
            if (pending == 0 && images + failed >= published) {
                terminal.line("All images have their vector of " + id + " (" + images + " images, " + failed
                        + " failed). Labels and tags stayed.");
                return;
            }
        }
    }

    /** Asks until there is an answer, which is empty for what is not known yet; nothing once the suite is stopped. */
    private Optional<JsonNode> ask(String method, String uri) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        do {
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() == 200) {
                    return Optional.of(JSON.readTree(response.body()));
                }
                if (response.statusCode() == 404) {
                    return Optional.of(JSON.createObjectNode());
                }
            } catch (IOException e) {
                // The service is being started again, or the suite is being stopped.
            }
        } while (!suite.awaitClosed(POLL));
        return Optional.empty();
    }
}
