package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another model on a running suite, while images come in and questions are asked all the time; the worker is killed half-way.
 * No answer lacks an image that was there before, and nothing that people decided is lost, there or back.
 */
class GaplessModelChangeTest {

    private static final Path TINY = RunningSuite.ROOT.resolve("embedding-service/src/test/resources/models");
    private static final int EACH = 80;

    @TempDir
    Path data;

    @TempDir
    Path models;

    private final List<String> paths = SampleImages.truth().images().stream()
            .map(SampleSet.Labelled::path)
            .limit(3 * EACH)
            .toList();

    @Test
    void changesWithoutAGapWhileTheWorkerIsKilledAndGoesBack() throws Exception {
        assertSucceeds(
                "add",
                TINY.resolve("tiny.onnx").toString(),
                "--manifest",
                TINY.resolve("tiny.yaml").toString());
        // Tells the suite where the models are.
        assertSucceeds("use", "winnow-default", "--data", data.toString());
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client first = new Client(suite.endpoints(), "first");
            Client second = new Client(suite.endpoints(), "second");
            Client arrivals = new Client(suite.endpoints(), "arrivals");
            List<String> known = paths.subList(0, EACH);
            known.forEach(path -> store(first, path));
            paths.subList(EACH, 2 * EACH).forEach(path -> store(second, path));
            first.awaitCounts(EACH, 0);
            second.awaitCounts(EACH, 0);
            label(first, paths.get(0), "before");

            try (Background uploads = new Background(paths.subList(2 * EACH, 3 * EACH), path -> store(arrivals, path));
                    Questions questions = new Questions(first, known)) {
                int status = given().baseUri(suite.endpoints().embedding())
                        .contentType("application/json")
                        .body(Map.of("name", "tiny"))
                        .put("/v1/models/next")
                        .statusCode();
                assertThat(status).isEqualTo(202);
                given().baseUri(suite.endpoints().ingest()).post("/v1/datasets/first/reconcile");
                await("half of the change")
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> change(suite).getLong("next_images") >= EACH);
                assertThat(change(suite).getLong("missing")).isGreaterThanOrEqualTo(EACH);
                label(first, paths.get(1), "during");

                questions.workerMayBeAway(true);
                assertThat(suite.process(RunningSuite.Service.EMBEDDING).destroyForcibly())
                        .isTrue();
                await("the worker is back").atMost(Duration.ofSeconds(90)).until(() -> isReady(suite));
                questions.workerMayBeAway(false);
                assertThat(change(suite).getString("next")).isEqualTo("tiny-1");

                RunningSuite.Run filled = assertSucceeds("use", "tiny", "--data", data.toString(), "--no-activate");
                assertThat(filled.out()).contains("Completeness 1.0000", "Overlap of the 10 nearest", "seed 1");
                assertThat(active(suite)).isNotEqualTo("tiny-1");
                label(first, paths.get(2), "late");

                uploads.awaitAll();
                arrivals.awaitCounts(EACH, 0);
                JsonPath complete = change(suite);
                assertThat(complete.getString("state")).isEqualTo("complete");
                assertThat(complete.getDouble("completeness")).isEqualTo(1);
                assertThat(complete.getLong("active_images")).isEqualTo(3 * EACH);
                assertThat(complete.getLong("next_images")).isEqualTo(3 * EACH);

                RunningSuite.Run changed = assertSucceeds("use", "tiny", "--data", data.toString());
                assertThat(changed.out()).contains("Active: tiny-1");
                assertThat(active(suite)).isEqualTo("tiny-1");
                assertThat(labels(first, paths.get(0))).containsExactly("before");
                assertThat(labels(first, paths.get(1))).containsExactly("during");
                assertThat(labels(first, paths.get(2))).containsExactly("late");
                for (Client client : List.of(first, second, arrivals)) {
                    client.awaitCounts(EACH, 0);
                }
                label(first, paths.get(2), "later");
                store(first, "new/" + paths.get(0));
                first.awaitCounts(EACH + 1, 0);
                questions.awaitMore();

                RunningSuite.Run back = assertSucceeds("rollback", "--data", data.toString());
                assertThat(back.out()).contains("Active again: winnow-default");
                assertThat(active(suite)).startsWith("winnow-default-");
                assertThat(labels(first, paths.get(1))).containsExactly("during");
                assertThat(labels(first, paths.get(2))).containsExactly("later");
                first.awaitCounts(EACH + 1, 0);
                questions.awaitMore();
                assertThat(questions.wrong).isEmpty();
            }
        }
    }

    private RunningSuite.Run assertSucceeds(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 3];
        all[0] = "models";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--models";
        all[all.length - 1] = models.toString();
        RunningSuite.Run run = RunningSuite.run(all);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run;
    }

    private static void store(Client client, String path) {
        byte[] image = SampleImages.read(path.startsWith("new/") ? path.substring(4) : path);
        Response response = client.put(path, image);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
    }

    private static JsonPath change(RunningSuite suite) {
        return given().baseUri(suite.endpoints().embedding())
                .get("/v1/models/change?sample=0")
                .jsonPath();
    }

    private static String active(RunningSuite suite) {
        return given().baseUri(suite.endpoints().embedding())
                .get("/v1/models")
                .jsonPath()
                .getString("active.id");
    }

    private static boolean isReady(RunningSuite suite) {
        try {
            return given().baseUri(suite.endpoints().embedding())
                            .get("/q/health/ready")
                            .statusCode()
                    == 200;
        } catch (Exception refused) {
            // REST Assured throws what its client throws, declared or not; anything but refusal shows in the end.
            return false;
        }
    }

    private static void label(Client client, String path, String label) {
        Response response = given().baseUri(client.endpoints().curation())
                .contentType("application/json")
                .body(Map.of("labels", List.of(label)))
                .patch("/v1/datasets/first/images/" + id(path));
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    }

    private static List<String> labels(Client client, String path) {
        return client.get("/images/" + id(path)).jsonPath().getList("labels", String.class);
    }

    private static String id(String path) {
        return ImageId.of(new ObjectKey("first", path)).toString();
    }

    /** Does something with each of many things, one after another, beside everything else. */
    private static final class Background implements AutoCloseable {

        private interface Work {
            void on(String thing);
        }

        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Thread thread;

        Background(List<String> things, Work work) {
            this.thread = Thread.ofVirtual().start(() -> {
                try {
                    things.forEach(work::on);
                } catch (RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            });
        }

        void awaitAll() throws InterruptedException {
            assertThat(thread.join(Duration.ofMinutes(2))).isTrue();
            assertThat(failures).isEmpty();
        }

        @Override
        public void close() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Asks what is like an image, by its id and by its file, without end: each answer has all images of the beginning. */
    private static final class Questions implements AutoCloseable {

        private final Client client;
        private final List<String> known;
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final AtomicInteger answers = new AtomicInteger();
        private final Thread thread;
        private volatile boolean workerMayBeAway;
        private volatile boolean ended;

        Questions(Client client, List<String> known) {
            this.client = client;
            this.known = known;
            this.thread = Thread.ofVirtual().start(this::ask);
        }

        /** Whether the service that embeds a query may be missing, which the answer has to say. */
        void workerMayBeAway(boolean away) {
            workerMayBeAway = away;
        }

        /** Waits for answers to questions that are asked from now on. */
        void awaitMore() {
            int enough = answers.get() + 4;
            await("more answers")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> answers.get() >= enough || !wrong.isEmpty());
        }

        private void ask() {
            try {
                for (int i = 0; !ended; i++) {
                    String path = known.get(i % known.size());
                    Set<String> others = new HashSet<>(known);
                    others.remove(path);
                    check("by id", client.search(Map.of("id", id(path), "limit", 1000)), others);
                    boolean away = workerMayBeAway;
                    Response byFile = client.searchByUpload(SampleImages.read(path), "", 1000);
                    away |= workerMayBeAway;
                    if (!(away && byFile.statusCode() == 503)) {
                        check("by file", byFile, new HashSet<>(known));
                    }
                    answers.incrementAndGet();
                }
            } catch (RuntimeException e) {
                wrong.add(e.toString());
            }
        }

        private void check(String question, Response answer, Set<String> expected) {
            if (answer.statusCode() != 200) {
                wrong.add(question + ": " + answer.statusCode() + " " + answer.asString());
                return;
            }
            expected.removeAll(Set.copyOf(answer.jsonPath().getList("hits.path", String.class)));
            if (!expected.isEmpty()) {
                wrong.add(question + " by " + answer.jsonPath().getString("model") + " lacks " + expected);
            }
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
