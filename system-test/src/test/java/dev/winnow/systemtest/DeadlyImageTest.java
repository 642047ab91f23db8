package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.systemtest.RunningSuite.Service;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image that kills the worker. No image is known that does, so one is made to: as soon as the worker has written down that
 * it tries this image, its process is killed, each time. Nobody outside can tell the difference.
 */
class DeadlyImageTest {

    private static final int IMAGES = 60;
    private static final String DEADLY = "deadly.png";

    @Test
    void isDeadLetteredAfterTwoDeathsAndTakesNoOtherAlong(@TempDir Path data) throws Exception {
        List<String> paths = SampleImages.truth().images().stream()
                .map(image -> image.path())
                .limit(IMAGES)
                .toList();
        try (RunningSuite suite = RunningSuite.start(data);
                Executioner executioner = new Executioner(suite, ImageId.of(new ObjectKey("deadly", DEADLY)))) {
            Client client = new Client(suite.endpoints(), "deadly");
            // While nobody takes them, so that it is in work together with others.
            suite.process(Service.EMBEDDING).destroyForcibly();
            suite.copyIntoBucket("deadly/" + DEADLY, OddFiles.wide());
            for (String path : paths) {
                suite.copyIntoBucket("deadly/" + path, SampleImages.read(path));
            }
            await("two deaths").atMost(Duration.ofMinutes(3)).until(() -> executioner.notes.size() >= 2);
            client.awaitCounts(IMAGES, 1);

            assertThat(client.get("/failures").jsonPath().getList("failures.path"))
                    .containsExactly(DEADLY);
            assertThat(client.get("/failures").jsonPath().getList("failures.reason"))
                    .containsExactly("kills-worker");
            assertThat(executioner.notes).hasSize(2);
            assertThat(imagesOf(executioner.notes.getFirst())).isGreaterThan(1);
            assertThat(imagesOf(executioner.notes.getLast())).isEqualTo(1);
            await("nothing is left").untilAsserted(() -> assertThat(suite.keys(".winnow/attempts/"))
                    .isEmpty());

            ProcessHandle survivor = suite.process(Service.EMBEDDING);
            suite.copyIntoBucket("deadly/one more.jpg", OddFiles.jpeg());
            client.awaitCounts(IMAGES + 1, 1);
            assertThat(suite.process(Service.EMBEDDING)).isEqualTo(survivor);

            // Whoever asks for another try gets one, from the beginning.
            executioner.retire();
            assertThat(client.replay().statusCode()).isLessThan(300);
            client.awaitCounts(IMAGES + 2, 0);
        }
    }

    private static int imagesOf(String note) {
        return note.split("\"image\"", -1).length - 1;
    }

    /** Watches over the bucket, and kills the worker once for each new note that names the image. */
    private static final class Executioner implements AutoCloseable {

        final List<String> notes = new CopyOnWriteArrayList<>();
        private final RunningSuite suite;
        private final String image;
        private final Thread watch;
        private volatile boolean retired;

        Executioner(RunningSuite suite, ImageId image) {
            this.suite = suite;
            this.image = image.toString();
            this.watch = Thread.ofVirtual().start(this::watch);
        }

        private void watch() {
            Set<String> seen = new HashSet<>();
            while (!retired) {
                try {
                    for (String key : suite.keys(".winnow/attempts/")) {
                        String note = seen.contains(key) ? "" : suite.read(key);
                        if (note.contains(image)) {
                            suite.process(Service.EMBEDDING).destroyForcibly();
                            notes.add(note);
                        }
                        seen.add(key);
                    }
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (IOException | MinioException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        /** From now on nobody is killed. */
        void retire() throws InterruptedException {
            retired = true;
            watch.join();
        }

        @Override
        public void close() {
            retired = true;
        }
    }
}
