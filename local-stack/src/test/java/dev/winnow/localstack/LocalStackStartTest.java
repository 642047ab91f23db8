package dev.winnow.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack that cannot run says why in one line, and the pages that probes look at. */
class LocalStackStartTest {

    @TempDir
    private Path data;

    private record Refusal(int code, List<String> lines) {}

    private static Refusal refused(Path data, String... args) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        LocalStackProcess.command(SharedLocalStack.winnowRoot(), data, Arrays.asList(args)))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Refusal(
                process.waitFor(),
                stderr.lines()
                        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                        .toList());
    }

    @Test
    void a_folder_in_use_is_refused() throws Exception {
        try (DataFolder held = DataFolder.open(data)) {
            assertThat(held.folder("kafka")).isDirectory();
            Refusal refusal = refused(data);
            assertThat(refusal.code()).isEqualTo(1);
            assertThat(refusal.lines()).containsExactly("local-stack: another local stack is running on " + data);
        }
    }

    @Test
    void a_port_in_use_is_refused() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Refusal refusal = refused(data, "--kafka-port", "0", "--s3-port", Integer.toString(taken.getLocalPort()));
            assertThat(refusal.code()).isEqualTo(1);
            assertThat(refusal.lines()).containsExactly("local-stack: port " + taken.getLocalPort() + " (S3) is taken");
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_refused() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "not a folder");
        Refusal refusal = refused(file.resolve("data"));
        assertThat(refusal.code()).isEqualTo(1);
        assertThat(refusal.lines()).singleElement().asString().startsWith("local-stack: cannot write to " + file);
    }

    @Test
    void an_option_it_does_not_know_is_refused() throws Exception {
        Refusal refusal = refused(data, "--topics", "a");
        assertThat(refusal.code()).isEqualTo(1);
        assertThat(refusal.lines()).containsExactly("local-stack: unknown option --topics");
    }

    @Test
    void probes_find_their_pages() throws Exception {
        String base = "http://localhost:" + SharedLocalStack.get().qdrantHttpPort();
        HttpClient http = HttpClient.newHttpClient();
        for (String path : List.of("/", "/healthz", "/readyz", "/livez")) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(base + path)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
        }
    }
}
