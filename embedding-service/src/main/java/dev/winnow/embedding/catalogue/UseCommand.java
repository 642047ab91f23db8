package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models use NAME}. */
@Command(
        name = "use",
        description =
                "Chooses the model of a suite. One that runs changes to it without a gap: everything is embedded again "
                        + "while the old model answers; interrupted, the same command goes on. Otherwise the next ./winnow up does that.",
        mixinStandardHelpOptions = true)
final class UseCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "NAME", description = "A model that is there; winnow-default is the built-in one.")
    private String name = "";

    @Option(
            names = "--no-activate",
            description = "Embeds everything and compares, but lets the old model go on answering.")
    private boolean noActivate;

    @Option(
            names = "--force",
            description = "Activates it even if some images get no vector of it: answers lack them then.")
    private boolean force;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        ModelFolders folders = options.folders();
        Path manifest = ModelsOptions.manifest(folders, name);
        ModelManifest model = ModelFolders.read(manifest);
        if (!model.name().equals(name)) {
            throw new Failure(manifest + " describes a model " + model.name() + ", not " + name);
        }
        Path folder = data.folder();
        PrintWriter out = Output.of(spec);
        ChosenModel choice = ChosenModel.of(name, manifest, folders);
        Optional<RunningSuite> running = RunningSuite.on(folder);
        if (running.isPresent()) {
            try (RunningSuite suite = running.get()) {
                Progress progress = Progress.standard();
                try {
                    if (new ChangeModel(suite, out, progress).run(name, model.id(), !noActivate, force)) {
                        choice.write(folder);
                    }
                } finally {
                    progress.clear();
                }
            }
            return 0;
        }
        if (noActivate) {
            throw Failure.usage("--no-activate is for a suite that runs, and none does on " + folder);
        }
        tryOut(manifest);
        choice.write(folder);
        out.println("Chosen: " + model.id() + ", " + model.feature().dimension() + " numbers an image.");
        out.println(
                "The next ./winnow up has everything embedded with it while the model of before answers, and goes over to it;"
                        + " labels and tags stay.");
        return 0;
    }

    private static void tryOut(Path manifest) {
        int threads = Runtime.getRuntime().availableProcessors();
        EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, threads, 4))
                .close();
    }
}
