package dev.winnow.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** History in the bucket: few objects, all entries, whoever reads and merges at the same time. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class HistoryStoreTest {

    private static final Instant BEGIN = Instant.parse("2026-11-02T08:21:00Z");

    @Inject
    HistoryStore history;

    @ConfigProperty(name = "winnow.s3.endpoint")
    String s3;

    @Test
    void manyImagesAtOnceTakeFewObjects() {
        List<HistoryEntry> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(entry(image("h-bulk", i), i));
        }
        history.append("h-bulk", entries);
        assertThat(objects("h-bulk/")).isBetween(200, 256);
        assertThat(history.of("h-bulk", image("h-bulk", 1_234))).containsExactly(entries.get(1_234));
        assertThat(history.of("h-bulk", image("h-bulk", 2_000))).isEmpty();
        assertThat(history.of("h-other", image("h-bulk", 1_234))).isEmpty();
    }

    @Test
    void smallObjectsAreMergedAndNothingIsLost() throws Exception {
        ImageId image = image("h-merge", 0);
        String shard = "h-merge/" + image.toString().substring(0, 2) + "/";
        // Another image of the same shard.
        ImageId other = IntStream.iterate(1, i -> i + 1)
                .mapToObj(i -> image("h-merge", i))
                .filter(id -> id.toString().startsWith(image.toString().substring(0, 2)))
                .findFirst()
                .orElseThrow();
        List<HistoryEntry> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            written.add(entry(image, i));
            history.append("h-merge", List.of(written.getLast(), entry(other, i)));
        }
        assertThat(objects(shard)).isEqualTo(100);
        List<HistoryEntry> newestFirst = List.copyOf(written.reversed());
        try (ExecutorService readers = Executors.newFixedThreadPool(4)) {
            List<Future<List<HistoryEntry>>> read = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                read.add(readers.submit(() -> history.of("h-merge", image)));
            }
            for (Future<List<HistoryEntry>> each : read) {
                assertThat(each.get()).isEqualTo(newestFirst);
            }
        }
        assertThat(objects(shard)).isLessThan(64);
        assertThat(history.of("h-merge", image)).isEqualTo(newestFirst);
        assertThat(history.of("h-merge", other)).hasSize(100);
        written.add(entry(image, 100));
        history.append("h-merge", List.of(written.getLast()));
        assertThat(history.of("h-merge", image)).isEqualTo(List.copyOf(written.reversed()));
    }

    private static ImageId image(String dataset, int i) {
        return ImageId.ofRawKey(dataset + "/" + i);
    }

    private static HistoryEntry entry(ImageId image, int i) {
        return HistoryEntry.ofBoxes(image, BEGIN.plusSeconds(i), new Author("ann", "test"), i);
    }

    private int objects(String prefix) {
        int count = 0;
        for (var object : MinioClient.builder()
                .endpoint(s3)
                .credentials("local-access", "local-secret")
                .build()
                .listObjects(ListObjectsArgs.builder()
                        .bucket("winnow")
                        .prefix(".winnow/history/" + prefix)
                        .recursive(true)
                        .build())) {
            assertThat(object).isNotNull();
            count++;
        }
        return count;
    }
}
