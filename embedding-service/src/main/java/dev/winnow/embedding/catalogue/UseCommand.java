package dev.winnow.embedding.catalogue;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models use NAME}. */
@Command(
        name = "use",
        description = "Chooses the model that ./winnow up and demo start with; every image is embedded again then.",
        mixinStandardHelpOptions = true)
final class UseCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "NAME", description = "A model that is there; winnow-default is the built-in one.")
    private String name = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, OrtException {
        ModelFolders folders = options.folders();
        Path manifest = ModelsOptions.manifest(folders, name);
        ModelManifest model;
        int threads = Runtime.getRuntime().availableProcessors();
        try (EmbeddingModel loaded =
                EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, threads, 4))) {
            model = loaded.manifest();
        }
        if (!model.name().equals(name)) {
            throw new Failure(manifest + " describes a model " + model.name() + ", not " + name);
        }
        Path folder = data.folder();
        new ChosenModel(name, manifest.toAbsolutePath().toString()).write(folder);
        PrintWriter out = Output.of(spec);
        out.println("Chosen: " + model.id() + ", " + model.feature().dimension() + " numbers an image.");
        out.println(
                Files.exists(folder.resolve("endpoints.json"))
                        ? "The suite that runs on " + folder
                                + " goes on with its model until it is stopped and started again."
                        : "The next ./winnow up starts with it and embeds what it has no vectors of yet; labels and tags stay.");
        return 0;
    }
}
