package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreTest {

    private static final int UPLOADS = 200;

    @TempDir
    private Path folder;

    @Test
    void uploads_that_are_completed_at_once_do_not_wait_for_each_other_for_ever() throws Exception {
        // Threads of their own that do not keep the process up where they do wait.
        ExecutorService threads = Executors.newFixedThreadPool(
                UPLOADS, Thread.ofPlatform().daemon().factory());
        try (ObjectStore store = ObjectStore.open(folder, "bucket", 0, told -> {})) {
            store.create("bucket", "private");
            for (int round = 0; round < 3; round++) {
                List<Future<StoredObject>> completed = new ArrayList<>();
                for (int i = 0; i < UPLOADS; i++) {
                    String key = "round " + round + " key " + i;
                    completed.add(threads.submit(() -> {
                        String id = store.begin("bucket", key, new Attributes(Map.of(), Map.of(), false));
                        var unused = store.storePart(
                                id, "bucket", key, 1, new ByteArrayInputStream(new byte[] {1}), written -> {});
                        return store.complete(id, "bucket", key, List.of(1), Condition.NONE);
                    }));
                }
                for (Future<StoredObject> object : completed) {
                    assertThat(object.get(60, TimeUnit.SECONDS).size()).isEqualTo(1);
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void files_of_others_are_left_alone() throws Exception {
        var unused = new ObjectFiles(folder, file -> true);
        Path foreign = Files.createFile(folder.resolve("01").resolve(".DS_Store"));
        Path unnamed = Files.createFile(folder.resolve("01").resolve("1"));

        ObjectFiles files = new ObjectFiles(folder, file -> false);

        assertThat(foreign).exists();
        assertThat(unnamed).doesNotExist();
        assertThat(files.write(new ByteArrayInputStream(new byte[1])).size()).isEqualTo(1);
    }

    @Test
    void content_is_copied_where_it_cannot_be_linked() throws Exception {
        Path elsewhere = Path.of("/dev/shm");
        assumeThat(elsewhere).isDirectory().isWritable();
        assumeThat(Files.getFileStore(elsewhere)).isNotEqualTo(Files.getFileStore(folder));
        Path otherFileSystem = Files.createTempDirectory(elsewhere, "content");
        // The first file's folder, the second file has another.
        Path first = Files.createSymbolicLink(folder.resolve("01"), otherFileSystem);
        ObjectFiles files = new ObjectFiles(folder, file -> true);
        ObjectFiles.Written written = files.write(new ByteArrayInputStream(new byte[] {1, 2, 3}));
        try (var content = Files.newDirectoryStream(first)) {
            assertThat(content).hasSize(1);
        }

        long linked = files.link(written.file());
        files.delete(written.file());
        Files.delete(otherFileSystem);

        try (var channel = files.open(linked, 0)) {
            assertThat(channel.size()).isEqualTo(3);
        }
    }
}
