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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * After a start: if another model than the chosen one is active, or the chosen one took over because the other was gone, runs
 * {@code ./winnow models use}, which changes to it without a gap. A file in the data folder says with which model everything
 * was embedded last, so a start that is ended before is made up for by the next.
 */
public final class ChosenModelInUse {

    private static final String FILE = "reconciled-model";
    private static final Duration POLL = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Suite suite;
    private final Terminal terminal;

    private ChosenModelInUse(Suite suite, Terminal terminal) {
        this.suite = suite;
        this.terminal = terminal;
    }

    /**
     * Returns when the chosen model is in use, it cannot be, or the suite is stopped.
     *
     * @throws Failure if the data folder cannot be written
     */
    public static void ensure(Suite suite, Terminal terminal) throws Failure, InterruptedException {
        try {
            new ChosenModelInUse(suite, terminal).ensure();
        } catch (IOException e) {
            throw new Failure("cannot use " + suite.data().resolve(FILE) + ": " + e.getMessage(), e);
        }
    }

    private void ensure() throws Failure, IOException, InterruptedException {
        String chosen = suite.model().id();
        Optional<String> active = active();
        if (active.isEmpty()) {
            return;
        }
        Path file = suite.data().resolve(FILE);
        boolean embedded = !Files.exists(file) || Files.readString(file).strip().equals(chosen);
        if (!(active.get().equals(chosen) && embedded) && !use()) {
            return;
        }
        Path unfinished = file.resolveSibling(FILE + ".new");
        Files.writeString(unfinished, chosen);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Says whether it was done. */
    private boolean use() throws IOException, InterruptedException {
        ModelChoice model = suite.model();
        List<String> arguments = List.of(
                "use",
                model.name(),
                "--data",
                suite.data().toString(),
                "--models",
                model.folder(suite.installation()).toString());
        Process process = new ProcessBuilder(suite.installation().modelsCommand(arguments))
                .inheritIO()
                .start();
        try {
            while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                if (suite.awaitClosed(Duration.ZERO)) {
                    return false;
                }
            }
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            terminal.line("The change to " + model.name() + " is not finished; the model of before answers."
                    + " To go on: ./winnow models use " + model.name() + " --data " + suite.data());
        }
        return process.exitValue() == 0;
    }

    /** The active model's id; asks until there is an answer, or the suite is stopped. */
    private Optional<String> active() throws InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(suite.endpoints().embedding() + "/v1/models"))
                    .build();
            do {
                try {
                    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                    JsonNode id = JSON.readTree(response.body()).path("active").path("id");
                    if (response.statusCode() == 200) {
                        return Optional.of(id.asText());
                    }
                } catch (IOException e) {
                    // The service is being started again, or the suite is being stopped.
                }
            } while (!suite.awaitClosed(POLL));
        }
        return Optional.empty();
    }
}
