package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of docs/http-api.md as they stand there, one after another in one shell that stops at an error. */
@ExtendWith(SharedSuite.class)
class DocumentedCommandsTest {

    private static final Pattern BASH_BLOCK =
            Pattern.compile("^```bash\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private final RunningSuite suite;

    DocumentedCommandsTest(RunningSuite suite) {
        this.suite = suite;
    }

    @Test
    void everyCommandOfTheApiGuideWorks(@TempDir Path folder) throws IOException, InterruptedException {
        Files.write(
                folder.resolve("cat.jpg"),
                SampleImages.read(SampleImages.paths("balloon", 1).getFirst()));
        Files.write(
                folder.resolve("dog.jpg"),
                SampleImages.read(SampleImages.paths("leaf", 1).getFirst()));
        Files.write(folder.resolve("bird.png"), SampleImages.read("strays/maze.png"));
        StringBuilder script = new StringBuilder("set -euxo pipefail\n");
        Matcher blocks = BASH_BLOCK.matcher(Files.readString(RunningSuite.ROOT.resolve("docs/http-api.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        assertThat(script.toString().lines()).hasSizeGreaterThan(20);

        Path output = folder.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("INGEST", suite.endpoints().ingest());
        shell.environment().put("EMBEDDING", suite.endpoints().embedding());
        shell.environment().put("CURATION", suite.endpoints().curation());
        shell.environment().put("IMAGES", folder.toString());
        Process process = shell.start();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
    }
}
