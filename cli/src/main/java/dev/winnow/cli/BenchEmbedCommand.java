package dev.winnow.cli;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.cli.suite.Endpoints;
import dev.winnow.cli.suite.Installation;
import dev.winnow.cli.suite.ScratchFolder;
import dev.winnow.cli.suite.Suite;
import dev.winnow.cli.suite.Worker;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code winnow bench embed}: starts a suite for the run, and beside it the benchmark, which lies with the embedding
 * service: it runs the worker's own network and preprocessing alone, to compare.
 */
@Command(
        name = "embed",
        description = {
            "Measures the embedding worker: the whole, each stage, the bare forward pass, and their ratios.",
            "A suite is started on a temporary folder and free ports, and vanishes afterwards."
        },
        mixinStandardHelpOptions = true)
final class BenchEmbedCommand implements Callable<Integer> {

    private static final String BENCHMARK = "dev.winnow.embedding.bench.EmbedBenchmark";

    /** What a model can be told to run on. */
    enum Device {
        AUTO,
        CPU,
        CUDA;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "An installed model. Default: the one chosen for .winnow/data.")
    @Nullable
    private String model;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "Your images, at any depth. Without a folder, the sample set is drawn.")
    @Nullable
    private Path images;

    @Option(
            names = "--n",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Images of a round; fewer files are repeated under other paths. Default: ${DEFAULT-VALUE}.")
    private int n;

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "3",
            description = "Rounds; the figures are medians of them. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "What the model runs on: cpu, cuda, or auto: CUDA where there is one. Default: auto.")
    private Device device = Device.AUTO;

    @Option(
            names = "--python",
            paramLabel = "PYTHON",
            description = "Runs models/bench_python.py with this Python in each round, to compare; needs PyTorch, "
                    + "torchvision and ONNX Runtime.")
    @Nullable
    private String python;

    @Option(names = "--json", description = "The figures as one line of JSON, the last one.")
    private boolean json;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        requirePositive("--n", n);
        requirePositive("--rounds", rounds);
        // Standard output is for the figures.
        Terminal terminal = new Terminal(System.err, false);
        Installation installation = Installation.current();
        // Where CUDA is demanded and not there, the benchmark says so at once; a worker would be started in vain.
        String provider = device == Device.CUDA ? Device.AUTO.toString() : device.toString();
        Worker worker = Worker.of(model, provider, installation);
        try (ScratchFolder scratch = ScratchFolder.create("winnow-bench")) {
            Path folder = images == null ? draw(scratch.path().resolve("sample"), terminal) : requireFolder(images);
            // Not in the scratch folder, which would vanish under a suite that is still stopping.
            Path data = Files.createTempDirectory("winnow-data");
            terminal.line("Starting the suite…");
            try (Suite suite = Suite.start(installation, data, true, 0, worker, terminal)) {
                return measure(installation, suite, worker.modelManifest(), folder);
            }
        }
    }

    private int measure(Installation installation, Suite suite, Path manifest, Path folder)
            throws Failure, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Installation.java(),
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                installation.classPath("embedding-service"),
                BENCHMARK));
        command.addAll(List.of("--suite", suite.data().resolve(Endpoints.FILE).toString()));
        command.addAll(List.of("--worker", Long.toString(suite.worker().pid())));
        command.addAll(List.of("--manifest", manifest.toString()));
        command.addAll(List.of("--images", folder.toAbsolutePath().toString()));
        command.addAll(List.of("--n", Integer.toString(n), "--rounds", Integer.toString(rounds)));
        command.addAll(List.of("--device", device.toString()));
        if (python != null) {
            String script =
                    installation.root().resolve("models/bench_python.py").toString();
            command.addAll(List.of("--python", python, "--python-script", script));
        }
        if (json) {
            command.add("--json");
        }
        Process benchmark = new ProcessBuilder(command).inheritIO().start();
        Thread stop = Thread.ofPlatform().name("stop-benchmark").unstarted(benchmark::destroy);
        Runtime.getRuntime().addShutdownHook(stop);
        return benchmark.waitFor();
    }

    private static Path draw(Path folder, Terminal terminal) throws Failure {
        terminal.line("Drawing the sample set…");
        try {
            SampleSet.write(folder);
            return folder;
        } catch (IOException e) {
            throw new Failure("cannot write the sample set into " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Path requireFolder(Path folder) throws Failure {
        if (!Files.isDirectory(folder)) {
            throw new Failure("--images " + folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        }
        return folder;
    }

    private static void requirePositive(String option, int number) throws Failure {
        if (number < 1) {
            throw new Failure(option + " " + number + ": expected 1 or more");
        }
    }
}
