package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole networks, as people export them, taken the way of a user: {@code ./winnow models add}, then a worker that is
 * started on the model, photos in the bucket, events, points. Their vectors are those of PyTorch.
 *
 * <p>WINNOW_PROOF says which networks: {@code standard}, {@code all}, or a folder in which models/export_torchvision.py
 * has written some before.
 */
@EnabledIfSystemProperty(
        named = "worker.jar",
        matches = ".+",
        disabledReason = "runs when the worker is packaged: mvnw verify")
class WholeNetworksIT {

    private static final Path ROOT = Path.of(System.getProperty("suite.root"));
    private static final Path SHARED = ROOT.resolve("../shared");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Suite SUITE = new Suite();

    @TempDir
    static Path work;

    @BeforeAll
    static void startTheStack() {
        SUITE.start();
    }

    @AfterAll
    static void stopTheStack() {
        SUITE.stop();
    }

    @TestFactory
    List<DynamicTest> embedPhotosAsPyTorchDoes() throws IOException, InterruptedException {
        String which = Optional.ofNullable(System.getenv("WINNOW_PROOF")).orElse("standard");
        List<DynamicTest> tests = new ArrayList<>();
        Path cases = work;
        if (!List.of("standard", "all").contains(which)) {
            cases = Path.of(which);
            assertThat(cases)
                    .as("WINNOW_PROOF: standard, all or a folder of exported networks")
                    .isDirectory();
        } else if (Python.hasModules("torchvision", "timm", "onnxscript", "onnxruntime")) {
            export(which);
            if (Files.notExists(SHARED)) {
                tests.add(skipped("published networks", "no " + SHARED));
            }
        } else {
            tests.add(skipped("all networks", "no Python with models/requirements.txt; WINNOW_PYTHON names one"));
        }
        for (NetworkCase network : NetworkCase.in(cases)) {
            Path photos = cases.resolve("photos");
            tests.add(DynamicTest.dynamicTest(network.name(), () -> assertEmbedsAsPyTorch(network, photos)));
        }
        return tests;
    }

    private static void export(String set) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--out", work.toString(), "--set", set));
        if (Files.exists(SHARED)) {
            arguments.addAll(List.of(
                    "--photos",
                    SHARED.resolve("data/photos").toString(),
                    "--published",
                    SHARED.resolve("models").toString()));
        }
        Python.run(ROOT.resolve("models/export_torchvision.py"), work, arguments.toArray(String[]::new));
    }

    /** Only tests are reported as skipped, factories of tests are not. */
    private static DynamicTest skipped(String name, String reason) {
        return DynamicTest.dynamicTest(name, () -> Assumptions.abort(reason));
    }

    private static void assertEmbedsAsPyTorch(NetworkCase network, Path photos) throws Exception {
        String name = network.name();
        Path models = Files.createDirectories(work.resolve("added"));
        add(network, models);
        Path file = models.resolve(name).resolve(name + ".yaml");
        ModelManifest manifest = ModelManifest.read(file);
        assertThat(manifest.input()).as(name).isEqualTo(network.input());
        assertThat(manifest.feature().dimension()).as(name).isEqualTo(network.dimension());
        double largest = 0;
        Outside outside = new Outside(SUITE.stack());
        try (Worker worker = Worker.start(SUITE.stack(), file, work.resolve(name + ".log"))) {
            Map<String, Long> offsets = new LinkedHashMap<>();
            for (String photo : network.expected().keySet()) {
                outside.put(name + "/" + photo, Files.readAllBytes(photos.resolve(photo)));
                offsets.put(photo, outside.announce(name + "/" + photo));
            }
            for (Map.Entry<String, Long> sent : offsets.entrySet()) {
                String key = name + "/" + sent.getKey();
                assertThat(outcome(worker, outside, key, sent.getValue()))
                        .as(key)
                        .isInstanceOfSatisfying(ImageEmbedded.class, embedded -> assertThat(embedded.model())
                                .isEqualTo(manifest.id()));
                List<Float> vector = outside.vector(key);
                assertThat(vector).as(key).hasSize(network.dimension());
                largest = Math.max(largest, network.difference(sent.getKey(), vector));
            }
        } finally {
            outside.close();
        }
        System.out.printf(
                "%-28s %5d numbers, %d photos: relative difference to PyTorch at most %.2g%n",
                name, network.dimension(), network.expected().size(), largest);
        assertThat(largest).as(name).isLessThanOrEqualTo(network.tolerance());
    }

    /** By the command, with nothing said of the tensor: it is found. */
    private static void add(NetworkCase network, Path models) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("winnow").toString(), "models", "add"));
        command.addAll(network.options());
        command.addAll(List.of("--models", models.toString()));
        Path output = work.resolve(network.name() + "-add.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Maven is building right now; what it has built is what is tested.
        builder.environment().put("WINNOW_BUILD", "no");
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + command);
        }
        assertThat(process.exitValue())
                .as(network.name() + ": " + Files.readString(output))
                .isZero();
        assertThat(output).content().doesNotContain("ASSUMED");
    }

    private static EmbeddingEvent outcome(Worker worker, Outside outside, String key, long offset) {
        return await(key)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            Optional<EmbeddingEvent> outcome = outside.outcome(key, offset);
                            if (outcome.isEmpty()) {
                                worker.requireAlive();
                            }
                            return outcome;
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiny | sha256: 0 | sha256: 1 | its manifest says",
                "tiny | tensor: embedding | tensor: features | no output 'features'",
                "tiny | dimension: 49 | dimension: 48 | 48 numbers",
                "tiny | file: tiny | file: none | none.onnx",
                "tiny | licence: | license: | licence",
                "blind | | | the same vector for different pictures",
                "infinite | | | not finite",
            })
    void noWorkerStartsOnAModelThatIsNotAsItsManifestSays(
            String name, @Nullable String from, @Nullable String to, String because) throws Exception {
        Path sound = TestModels.path(name);
        Path folder = Files.createTempDirectory(work, "spoilt");
        Files.copy(sound.resolveSibling(name + ".onnx"), folder.resolve(name + ".onnx"));
        String manifest = Files.readString(sound);
        if (from != null && to != null) {
            assertThat(manifest).contains(from);
            manifest = manifest.replace(from, to);
        }
        Path file = Files.writeString(folder.resolve("spoilt.yaml"), manifest);
        try (Worker worker = Worker.start(SUITE.stack(), file, folder.resolve("log"))) {
            assertThat(worker.awaitEnd()).isNotZero();
            assertThat(worker.output()).contains(because);
        }
    }
}
