package dev.winnow.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start that failed, or a kill, leaves to the next start. */
class LocalStackFailureTest {

    @TempDir
    private Path data;

    private LocalStackOptions options() {
        return LocalStackOptions.parse(
                "--data",
                data.toString(),
                "--kafka-port",
                "0",
                "--s3-port",
                "0",
                "--qdrant-port",
                "0",
                "--qdrant-http-port",
                "0");
    }

    @Test
    void a_start_that_fails_leaves_nothing_running() throws Exception {
        Path inTheWay = Files.createFile(data.resolve("qdrant"));
        Path form = Files.createDirectories(data.resolve("s3/forms")).resolve("MultiPart1");
        Files.writeString(form, "half an upload");
        assertThatThrownBy(() -> LocalStack.start(options())).isInstanceOf(StartException.class);
        Files.delete(inTheWay);

        // A broker that still ran would hold its folder.
        try (LocalStack stack = LocalStack.start(options())) {
            assertThat(stack.addresses()).containsKeys("kafka", "s3", "qdrant");
            assertThat(form).doesNotExist();
        }
    }
}
