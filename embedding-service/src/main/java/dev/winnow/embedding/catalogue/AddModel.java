package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.UnusableModelException;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.FeatureTensors;
import dev.winnow.embedding.onnx.GraphCut;
import dev.winnow.embedding.onnx.ImageInput;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.onnx.InvalidNetworkException;
import dev.winnow.embedding.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes a model of a network: cuts it at the feature, describes it, tries it, and only then puts it in its place. What
 * fails leaves nothing behind.
 */
final class AddModel {

    private final ModelFolders folders;
    private final Progress progress;

    AddModel(ModelFolders folders, Progress progress) {
        this.folders = folders;
        this.progress = progress;
    }

    /** A model in its place, and what its trial showed. */
    record Added(Path path, ModelManifest manifest, TrialRun.Result trial) {}

    /**
     * Cuts a network and installs it.
     *
     * @param beside further files that belong to the model, by the names they get
     * @throws Failure if it cannot be used, with the reason
     */
    Added cut(OnnxGraph graph, Plan plan, Map<String, Path> beside, boolean replace)
            throws Failure, IOException, InterruptedException {
        ImageInput input = input(graph, plan);
        return inFolderOfItsOwn(plan.name(), replace, folder -> {
            String file = plan.name() + ".onnx";
            Path network = folder.resolve(file);
            GraphCut.at(graph, plan.tensor(), plan.pooling(), ManifestWriter.OUTPUT)
                    .write(network);
            copy(beside, folder);
            String sha256 = Sha256.of(network, progress);
            ManifestWriter.Cut cut =
                    new ManifestWriter.Cut(file, sha256, input.name(), input.layout(), dimension(network, plan), false);
            String version = plan.version().orElseGet(() -> version(cut, plan));
            Path manifest = folder.resolve(plan.name() + ".yaml");
            Files.writeString(manifest, ManifestWriter.write(version, plan, cut));
            TrialRun.Result trial = tryOut(manifest);
            if (trial.isNormalised()) {
                ManifestWriter.Cut normalised =
                        new ManifestWriter.Cut(file, sha256, input.name(), input.layout(), cut.dimension(), true);
                Files.writeString(manifest, ManifestWriter.write(version, plan, normalised));
            }
            return trial;
        });
    }

    /**
     * Installs a network that has its manifest already.
     *
     * @param files by the names that the manifest gives them
     */
    Added ready(Path manifest, Map<String, Path> files, String name, boolean replace)
            throws Failure, IOException, InterruptedException {
        return inFolderOfItsOwn(name, replace, folder -> {
            copy(files, folder);
            Path copied = Files.copy(manifest, folder.resolve(name + ".yaml"));
            return tryOut(copied);
        });
    }

    /** What happens in the new model's folder before it is in its place. */
    private interface Making {
        TrialRun.Result make(Path folder) throws Failure, IOException, InterruptedException;
    }

    private Added inFolderOfItsOwn(String name, boolean replace, Making making)
            throws Failure, IOException, InterruptedException {
        folders.requireFree(name, replace);
        Path folder = folders.unfinished(name);
        try {
            TrialRun.Result trial = making.make(folder);
            folders.install(folder, name, replace);
            Path manifest = folders.manifest(name).orElseThrow();
            return new Added(manifest, ModelFolders.read(manifest), trial);
        } catch (InvalidNetworkException | UnusableModelException e) {
            throw new Failure("not added: " + e.getMessage(), e);
        } finally {
            progress.clear();
            ModelFolders.delete(folder);
        }
    }

    private static TrialRun.Result tryOut(Path manifest) throws Failure, InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (EmbeddingModel model =
                EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, threads, 4))) {
            return TrialRun.of(model);
        }
    }

    /** The input that takes the pictures, of the size that they are given. */
    private static ImageInput input(OnnxGraph graph, Plan plan) throws Failure {
        ImageInput input = imageInput(graph, plan.input().orElse(null));
        if (!fits(input.width(), plan.preset().width())
                || !fits(input.height(), plan.preset().height())) {
            throw new Failure("not added: its input '" + input.name() + "' takes " + input.width() + " × "
                    + input.height() + " pixels, the preprocessing gives "
                    + plan.preset().width() + " × " + plan.preset().height());
        }
        return input;
    }

    /** @throws Failure if no input of this name takes pictures, or none of any name, or several */
    static ImageInput imageInput(OnnxGraph graph, @org.jspecify.annotations.Nullable String name) throws Failure {
        List<ImageInput> inputs = graph.imageInputs().stream()
                .filter(input -> name == null || input.name().equals(name))
                .toList();
        if (inputs.isEmpty()) {
            throw new Failure("not added: it has no input " + (name == null ? "" : "'" + name + "' ")
                    + "that takes colour pictures (four axes, one of them of 3 channels); its inputs are "
                    + graph.describeInputs());
        }
        if (inputs.size() > 1) {
            throw new Failure("not added: more than one of its inputs takes pictures: "
                    + inputs.stream().map(ImageInput::name).toList());
        }
        return inputs.getFirst();
    }

    /** Stated, or that of the network that was cut: its only output. */
    private static int dimension(Path network, Plan plan) throws Failure {
        if (plan.dimension() >= 0) {
            return plan.dimension();
        }
        return FeatureTensors.propose(OnnxGraph.read(network)).stream()
                .filter(proposal -> proposal.tensor().equals(ManifestWriter.OUTPUT))
                .map(FeatureTensors.Proposal::dimension)
                .findFirst()
                .orElseThrow(() -> new Failure(
                        "not added: '" + plan.tensor() + "' has no fixed number of values for each picture"));
    }

    private static boolean fits(long axis, int pixels) {
        return axis < 0 || axis == pixels;
    }

    private static void copy(Map<String, Path> files, Path folder) throws IOException {
        for (Map.Entry<String, Path> file : files.entrySet()) {
            Files.copy(file.getValue(), folder.resolve(file.getKey()));
        }
    }

    /** The first 8 digits of a hash over all that makes the vectors what they are. */
    private static String version(ManifestWriter.Cut cut, Plan plan) {
        String all = cut + "\n" + plan.preset().words() + "\n"
                + plan.text().map(Object::toString).orElse("");
        byte[] digest = Sha256.digest().digest(all.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, 4);
    }
}
