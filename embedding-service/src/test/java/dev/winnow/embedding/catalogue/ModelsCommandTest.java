package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.TestModels;
import dev.winnow.embedding.onnx.ElementType;
import dev.winnow.embedding.onnx.TestNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as they are typed; whatever is refused leaves nothing behind. */
class ModelsCommandTest {

    private static final Path ROOT = Path.of(System.getProperty("suite.root"));
    private static final Path DEFAULT = ROOT.resolve("models/default/winnow-default.onnx");
    /** Pixels of its input. */
    private static final int SIDE = ModelManifest.read(ROOT.resolve("models/default/winnow-default.yaml"))
            .input()
            .width();

    @TempDir
    Path models;

    @TempDir
    Path other;

    private CommandRun run(String... arguments) {
        return CommandRun.of(models, arguments);
    }

    @Test
    void addsAReadyModelListsChecksAndChoosesIt() throws Exception {
        Path tiny = TestModels.path("tiny");
        CommandRun added = run("add", tiny.resolveSibling("tiny.onnx").toString(), "--manifest", tiny.toString());
        assertThat(added.exitCode()).as(added.err()).isZero();
        assertThat(added.out()).contains("Added tiny-1: 49 numbers");
        assertThat(run("list", "--data", other.toString()).out())
                .containsPattern("winnow-default .*built in, active")
                .containsPattern("tiny +49 .*installed")
                .containsPattern("dinov2-small-int8 .*can be fetched, not recommended: INT8, overlap@10 not measured")
                .containsPattern("vgg16 +4096 +553.4 MB .*can be fetched");

        CommandRun check = run("check", "tiny", "--json");
        assertThat(check.exitCode()).as(check.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(check.out());
        assertThat(report.path("dimension").asInt()).isEqualTo(49);
        assertThat(report.path("same_again").asDouble()).isGreaterThan(0.999999);
        assertThat(report.path("forward").asDouble()).isPositive();
        assertThat(report.path("nearest")).hasSize(5);

        CommandRun use = run("use", "tiny", "--data", other.toString());
        assertThat(use.exitCode()).as(use.err()).isZero();
        assertThat(ChosenModel.read(other).orElseThrow().name()).isEqualTo("tiny");
        assertThat(run("list", "--data", other.toString()).out()).containsPattern("tiny .*installed, active");

        CommandRun again = run("add", tiny.resolveSibling("tiny.onnx").toString(), "--manifest", tiny.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("--replace");
        assertThat(run("add", tiny.resolveSibling("tiny.onnx").toString(), "--manifest", tiny.toString(), "--replace")
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "fetch", "add", "adapt", "check", "use", "rollback"})
    void explainsEachCommand(String command) {
        CommandRun run = run(command, "--help");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("Usage: ./winnow models " + command, "--help", "--models=DIR");
    }

    @Test
    void takesATextTowerAlong() throws Exception {
        Path towers = TestModels.path("two-towers");
        CommandRun added = run("add", towers.resolveSibling("tiny.onnx").toString(), "--manifest", towers.toString());
        assertThat(added.exitCode()).as(added.err()).isZero();
        assertThat(models.resolve("two-towers/tiny-text.onnx")).exists();
        assertThat(models.resolve("two-towers/tiny-tokenizer.json")).exists();
        assertThat(run("list").out()).containsPattern("two-towers +49 .* yes +installed");
        Path alone = Files.copy(towers, other.resolve("alone.yaml"));
        CommandRun without =
                run("add", towers.resolveSibling("tiny.onnx").toString(), "--manifest", alone.toString(), "--replace");
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.err()).contains("tiny-text.onnx");
    }

    @Test
    void cutsANetworkAndSaysWhatItAssumed() throws Exception {
        CommandRun added = run("add", DEFAULT.toString(), "--name", "own", "--licence", "Apache-2.0");
        assertThat(added.exitCode()).as(added.err()).isZero();
        assertThat(added.out())
                .contains("chosen", "ASSUMED: short side, interpolation", "--preset (torchvision-resnet50-v1,");
        ModelManifest manifest = ModelManifest.read(models.resolve("own/own.yaml"));
        assertThat(manifest.version()).matches("[0-9a-f]{8}");
        assertThat(manifest.input().width()).isEqualTo(SIDE);
        assertThat(manifest.feature().dimension()).isEqualTo(256);
        CommandRun stated = run(
                "add",
                DEFAULT.toString(),
                "--name",
                "own",
                "--replace",
                "--short-side",
                "200",
                "--interpolation",
                "bicubic",
                "--colour",
                "rgb",
                "--scale",
                "1/255",
                "--mean",
                "0.5",
                "--std",
                "0.5,0.5,0.25");
        assertThat(stated.exitCode()).as(stated.err()).isZero();
        assertThat(stated.out()).doesNotContain("ASSUMED");
        ModelManifest second = ModelManifest.read(models.resolve("own/own.yaml"));
        assertThat(second.std()).containsExactly(0.5, 0.5, 0.25);
        assertThat(second.scale()).isEqualTo(1 / 255.0);
        assertThat(second.version()).isNotEqualTo(manifest.version());
    }

    @ParameterizedTest
    @CsvSource({"blind, the same vector for different pictures", "infinite, not finite"})
    void refusesANetworkThatGivesNothingOfUse(String name, String because) throws Exception {
        Path manifest = TestModels.path(name);
        String network = manifest.resolveSibling(name + ".onnx").toString();
        assertRefused(run("add", network, "--manifest", manifest.toString()), because);
        assertRefused(run("add", network), because);
    }

    @Test
    void refusesANetworkForSomethingElse() throws Exception {
        TestNetwork numbers = TestNetwork.of("measurements", ElementType.FLOAT, -1, 10)
                .weight("weight", 10, 8)
                .node("MatMul", "features", "measurements", "weight")
                .output("features", ElementType.FLOAT);
        assertRefused(add(numbers), "takes colour pictures", "'measurements' float[-1, 10]");
        TestNetwork grey = TestNetwork.of("scan", ElementType.FLOAT, -1, 1, 32, 32)
                .node("GlobalAveragePool", "features", "scan")
                .output("features", ElementType.FLOAT);
        assertRefused(add(grey), "takes colour pictures", "'scan' float[-1, 1, 32, 32]");
        TestNetwork constant = TestNetwork.of("image", ElementType.FLOAT, -1, 3, 32, 32)
                .weight("weight", 1, 8)
                .node("Relu", "features", "weight")
                .output("features", ElementType.FLOAT);
        assertRefused(add(constant), "'features' does not depend on any input");
    }

    private CommandRun add(TestNetwork network) throws IOException {
        return run("add", network.write(other.resolve("own.onnx")).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sha256: 0 | sha256: 1 | SHA-256",
                "tensor: image | tensor: pixels | no input 'pixels'",
                "tensor: embedding | tensor: features | no output 'features'",
                "dimension: 49 | dimension: 48 | 48",
                "licence: Apache-2.0 | | licence",
            })
    void refusesAManifestThatIsNotTrue(String from, String to, String because) throws Exception {
        Path tiny = TestModels.path("tiny");
        Path spoilt = Files.writeString(
                other.resolve("spoilt.yaml"), Files.readString(tiny).replace(from, to == null ? "" : to));
        assertRefused(
                run("add", tiny.resolveSibling("tiny.onnx").toString(), "--manifest", spoilt.toString()), because);
    }

    @Test
    void refusesATruncatedFileAndOneThatIsNoNetwork() throws Exception {
        byte[] whole = Files.readAllBytes(DEFAULT);
        Path half = Files.write(other.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(run("add", half.toString()), "half.onnx", "cut short");
        Path text = Files.writeString(other.resolve("text.onnx"), "not a network");
        assertRefused(run("add", text.toString()), "text.onnx", "no ONNX");
        Path empty = Files.createFile(other.resolve("empty.onnx"));
        assertRefused(run("add", empty.toString()), "empty.onnx is empty");
        assertThat(run("add", other.resolve("none.onnx").toString()).exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--preset|nonsense|torchvision-vgg16",
                "--preset|clip|224 × 224, this one has SIDE × SIDE",
                "--size|64|SIDE × SIDE",
                "--mean|1,2|one number or three",
                "--scale|-1|positive",
                "--short-side|64|black borders",
                "--name|../up|cannot be called",
                "--name|winnow-default|cannot be replaced",
                "--feature|nowhere|nowhere",
            })
    void refusesOptionsThatDoNotFit(String option, String value, String because) throws Exception {
        List<String> words = new ArrayList<>(List.of("add", DEFAULT.toString(), option, value));
        if (!option.equals("--name")) {
            words.addAll(List.of("--name", "own"));
        }
        CommandRun run = run(words.toArray(String[]::new));
        assertThat(run.exitCode()).isBetween(1, 2);
        assertThat(run.err()).contains(because.replace("SIDE", Integer.toString(SIDE)));
        assertNothingLeft();
    }

    @Test
    void fetchesFromAServerAFolderAndAMirror() throws Exception {
        byte[] network = Files.readAllBytes(DEFAULT);
        try (FileServer server = new FileServer(network)) {
            URI url = server.uri("/net.onnx");
            CommandRun run = fetch(entry(url, Download.UNKNOWN, network.length));
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("--accept-unverified");
            assertNothingLeft();

            CommandRun taken = fetch(entry(url, Download.UNKNOWN, network.length), "--accept-unverified");
            assertThat(taken.exitCode()).as(taken.err()).isZero();
            String sha256 = Sha256.of(DEFAULT, Progress.standard());
            assertThat(taken.out()).contains("UNVERIFIED", sha256, "Installed net-1, 256 numbers");

            CommandRun local = fetch(entry(url, sha256, network.length), "--replace", "--from", DEFAULT.toString());
            assertThat(local.exitCode()).as(local.err()).isZero();
            CommandRun mirror = fetch(
                    entry(URI.create("https://nowhere.invalid/net.onnx"), sha256, network.length),
                    "--replace",
                    "--from",
                    server.uri("").toString());
            assertThat(mirror.exitCode()).as(mirror.err()).isZero();
            CommandRun wrong =
                    fetch(entry(url, "0".repeat(64), network.length), "--replace", "--from", DEFAULT.toString());
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.err()).contains(sha256);
        }
        assertThat(ModelManifest.read(models.resolve("net/net.yaml")).feature().dimension())
                .isEqualTo(256);
    }

    @Test
    void saysHowToGoOnWithoutNetwork() throws Exception {
        CommandRun run = fetch(entry(URI.create("https://nowhere.invalid/net.onnx"), "0".repeat(64), 5));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nowhere.invalid", "offline", "--from FILE-OR-FOLDER");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"use, winnow-default", "check, winnow-default", "fetch, resnet50-v2"})
    void namesWhatThereIsWhereANameIsUnknown(String command, String known) {
        CommandRun run = run(command, "no-such-model");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no-such-model", known);
    }

    /** A catalogue of one entry, as the repository's folder has many. */
    private Path entry(URI url, String sha256, int bytes) throws IOException {
        Path root = other.resolve("root");
        Files.createDirectories(root.resolve("models"));
        Files.writeString(root.resolve("models/net.yaml"), """
                name: net
                version: "1"
                description: "a network"
                source: here
                licence: Apache-2.0
                download:
                  - {file: net.onnx, url: "%1$s", bytes: %2$d, sha256: %3$s}
                input: {width: %4$d, height: %4$d, layout: NCHW, colour: RGB}
                resize: {short_side: %4$d, interpolation: bilinear}
                scale: 0.00392156862745098
                mean: [0.485, 0.456, 0.406]
                std: [0.229, 0.224, 0.225]
                feature: {pooling: none, dimension: 256, normalised: true}
                """.formatted(url, bytes, sha256, SIDE));
        return root;
    }

    private CommandRun fetch(Path root, String... options) {
        String before = System.getProperty("suite.root");
        System.setProperty("suite.root", root.toString());
        try {
            return run(Stream.concat(Stream.of("fetch", "net"), Arrays.stream(options))
                    .toArray(String[]::new));
        } finally {
            System.setProperty("suite.root", before);
        }
    }

    private void assertRefused(CommandRun run, String... because) throws IOException {
        assertThat(run.exitCode()).as(run.out()).isEqualTo(1);
        assertThat(run.err()).startsWith("winnow: ").contains(because).doesNotContain("\tat ");
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.walk(models)) {
            List<String> files = left.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .toList();
            assertThat(files).isEmpty();
        }
    }
}
