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
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of docs/models.md as they stand there, in a folder of their own. */
class DocumentedModelsTest {

    private static final Pattern BASH_BLOCK =
            Pattern.compile("^```bash\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void everyCommandOfTheModelsGuideWorks(@TempDir Path folder) throws IOException, InterruptedException {
        Path launcher = Files.writeString(
                folder.resolve("winnow"), "#!/bin/sh\nexec '" + RunningSuite.ROOT.resolve("winnow") + "' \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        StringBuilder script = new StringBuilder("set -euxo pipefail\n");
        Matcher blocks = BASH_BLOCK.matcher(Files.readString(RunningSuite.ROOT.resolve("docs/models.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        assertThat(script.toString().lines()).hasSizeGreaterThan(3);

        Path output = folder.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
        shell.environment().put("WINNOW_BUILD", "no");
        shell.environment().put("WINNOW_MODELS", folder.resolve("models").toString());
        Process process = shell.start();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
        assertThat(printed).contains("can be fetched", "images/s", "Chosen: winnow-default-");
        assertThat(folder.resolve("my-data/model.json")).exists();
    }
}
