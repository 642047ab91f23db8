package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.cli.suite.Endpoints;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every process of the suite is killed once while images come in; later the suite is stopped and started again. */
class FaultTest {

    private static final int IMAGES = 200;
    private static final int UPLOADERS = 3;

    @Test
    void nothingIsLostAndNothingIsEmbeddedTwice(@TempDir Path data) throws IOException, InterruptedException {
        List<String> paths = SampleImages.truth().images().stream()
                .map(SampleSet.Labelled::path)
                .limit(IMAGES)
                .toList();
        List<String> expected = paths.stream()
                .map(path -> ImageId.of(new ObjectKey("faults", path)).toString())
                .toList();
        List<ProcessHandle> processes;
        try (RunningSuite suite = RunningSuite.start(data)) {
            uploadWhileKilling(suite, paths);
            Client client = new Client(suite.endpoints(), "faults");
            client.awaitCounts(IMAGES, 0);
            assertThat(client.allIds()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(suite.output().stream().filter(line -> line.contains("starting it again")))
                    .hasSizeGreaterThanOrEqualTo(RunningSuite.Service.values().length);

            assertRefused(
                    RunningSuite.run("up", "--data", data.toString(), "--port-base", "0"), "in use by another suite");
            processes = suite.processes();
        }
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        assertThat(data.resolve(Endpoints.FILE)).doesNotExist();

        try (RunningSuite again = RunningSuite.start(data)) {
            Client client = new Client(again.endpoints(), "faults");
            client.awaitCounts(IMAGES, 0);
            assertThat(client.allIds()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aTakenPortIsRefusedByName(@TempDir Path data) throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0)) {
            // The third of the eight ports.
            int base = taken.getLocalPort() - 2;
            RunningSuite.Run run =
                    RunningSuite.run("up", "--data", data.toString(), "--port-base", Integer.toString(base));
            assertRefused(run, "port " + taken.getLocalPort() + ", wanted for the curation service, is taken");
        }
    }

    @Test
    void aDataFolderThatIsAFileIsRefused(@TempDir Path folder) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertRefused(RunningSuite.run("up", "--data", file.toString(), "--port-base", "0"), "is not a folder");
    }

    private static void assertRefused(RunningSuite.Run run, String why) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains(why);
    }

    private static void uploadWhileKilling(RunningSuite suite, List<String> paths) throws InterruptedException {
        Queue<String> waiting = new ConcurrentLinkedQueue<>(paths);
        AtomicInteger stored = new AtomicInteger();
        List<Thread> uploaders = java.util.stream.IntStream.range(0, UPLOADERS)
                .mapToObj(i -> Thread.ofVirtual().start(() -> upload(suite.endpoints(), waiting, stored)))
                .toList();
        int step = IMAGES / (RunningSuite.Service.values().length + 1);
        int killed = 0;
        for (RunningSuite.Service service : RunningSuite.Service.values()) {
            int due = ++killed * step;
            await("uploads before the kill of " + service)
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> stored.get() >= due);
            assertThat(suite.process(service).destroyForcibly())
                    .as("kill -9 of " + service)
                    .isTrue();
        }
        for (Thread uploader : uploaders) {
            uploader.join(Duration.ofMinutes(2));
        }
        assertThat(stored).hasValue(IMAGES);
    }

    /** As a client that does not give up: what was not acknowledged is sent again. */
    private static void upload(Endpoints endpoints, Queue<String> waiting, AtomicInteger stored) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path = waiting.poll(); path != null; path = waiting.poll()) {
                byte[] image = SampleImages.read(path);
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(endpoints.ingest() + "/v1/datasets/faults/images/" + path))
                        .timeout(Duration.ofSeconds(10))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(image))
                        .build();
                await("the upload of " + path)
                        .atMost(Duration.ofSeconds(60))
                        .pollInSameThread()
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 201);
                stored.incrementAndGet();
            }
        }
    }
}
