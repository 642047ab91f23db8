package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of docs/models.md as they stand there, in a folder of their own. */
class DocumentedModelsTest {

    /** What runs with a JDK alone. */
    private static final String BASH = "bash";
    /** What needs Python, too. */
    private static final String SH = "sh";

    private static final Path PHOTOS =
            RunningSuite.ROOT.resolveSibling("shared").resolve("data/photos");
    private static final String PYTHON =
            Optional.ofNullable(System.getenv("WINNOW_PYTHON")).orElse("python3");

    @TempDir
    Path folder;

    @Test
    void everyCommandOfTheModelsGuideWorks() throws IOException, InterruptedException {
        String printed = run(blocks(BASH), 90);
        assertThat(printed).contains("can be fetched", "images/s", "Chosen: winnow-default-");
        assertThat(folder.resolve("my-data/model.json")).exists();
    }

    @Test
    void everyCommandOfTheModelsGuideThatNeedsPythonWorks() throws IOException, InterruptedException {
        assumeTrue(Files.exists(PHOTOS), () -> "skipped: no " + PHOTOS);
        Process libraries =
                new ProcessBuilder("sh", "-c", PYTHON + " -c 'import torch, torchvision, onnxruntime, yaml'").start();
        assumeTrue(
                libraries.waitFor(2, TimeUnit.MINUTES) && libraries.exitValue() == 0,
                () -> "skipped: " + PYTHON + " has no PyTorch or ONNX Runtime; name one that has in WINNOW_PYTHON");
        copyPhotos();
        Files.createSymbolicLink(folder.resolve("models"), RunningSuite.ROOT.resolve("models"));
        String printed = run("python() { PYTHONDONTWRITEBYTECODE=1 " + PYTHON + " \"$@\"; }\n" + blocks(SH), 1800);
        assertThat(printed)
                .contains(
                        "Added mine-",
                        "Added mine-top-",
                        "Added mine-top-int8-",
                        "Added mine-top-fp16-",
                        "kNN-10 among held-out images")
                .contains("recommended (overlap@10 >= 0.95)");
    }

    /** 40 photos of each of some classes, a folder each. */
    private void copyPhotos() throws IOException {
        Map<String, Integer> taken = new HashMap<>();
        for (String line : Files.readAllLines(PHOTOS.resolve("labels.csv"))) {
            Path photo = PHOTOS.resolve(line.substring(0, line.lastIndexOf(',')));
            String label = line.substring(line.lastIndexOf(',') + 1);
            if (List.of("Dress", "Longsleeve", "Outwear", "Pants", "Shoes", "T-Shirt")
                            .contains(label)
                    && taken.merge(label, 1, Integer::sum) <= 40) {
                Path beside = Files.createDirectories(folder.resolve("photos").resolve(label));
                Files.copy(photo, beside.resolve(photo.getFileName()));
            }
        }
    }

    /** The commands of the guide's code blocks of one kind. */
    private static String blocks(String kind) throws IOException {
        StringBuilder script = new StringBuilder();
        Matcher blocks = Pattern.compile("^```" + kind + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(RunningSuite.ROOT.resolve("docs/models.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        assertThat(script.toString().lines()).hasSizeGreaterThanOrEqualTo(3);
        return script.toString();
    }

    private String run(String script, int seconds) throws IOException, InterruptedException {
        Path launcher = Files.writeString(
                folder.resolve("winnow"), "#!/bin/sh\nexec '" + RunningSuite.ROOT.resolve("winnow") + "' \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        Path output = folder.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", "set -euxo pipefail\n" + script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
        shell.environment().put("WINNOW_BUILD", "no");
        shell.environment()
                .put("WINNOW_MODELS", folder.resolve(".winnow/models").toString());
        Process process = shell.start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
        return printed;
    }
}
