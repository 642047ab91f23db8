package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.FeatureTensors;
import dev.winnow.embedding.onnx.FeatureTensors.Proposal;
import dev.winnow.embedding.onnx.ImageInput;
import dev.winnow.embedding.onnx.InvalidNetworkException;
import dev.winnow.embedding.onnx.OnnxGraph;
import dev.winnow.embedding.onnx.Pooling;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models add FILE}. */
@Command(
        name = "add",
        description = "Makes a model of an ONNX classifier or backbone: finds its features, cuts it there, tries it.")
final class AddCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Mixin
    private final TextOptions text = new TextOptions();

    // Not the standard ones: --version is the model's.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused") // picocli looks at it
    private boolean help;

    @Parameters(paramLabel = "FILE", description = "An .onnx file; its weights may lie in files beside it.")
    private Path file = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "What the model is called. Default: the file's name.")
    @Nullable
    private String name;

    @Option(names = "--input", paramLabel = "TENSOR", description = "The input that takes pictures, where several do.")
    @Nullable
    private String input;

    @Option(
            names = "--feature",
            paramLabel = "TENSOR",
            description = "The tensor that serves as the feature. Default: the best proposal.")
    @Nullable
    private String feature;

    @Option(
            names = "--pooling",
            paramLabel = "POOLING",
            description =
                    "How it becomes one vector a picture: none, mean (of a map or of tokens) or cls (the first token).")
    @Nullable
    private Pooling pooling;

    @Option(names = "--licence", paramLabel = "SPDX", description = "Of the weights. Default: unknown.")
    private String licence = "unknown";

    @Option(names = "--source", paramLabel = "TEXT", description = "Where it comes from. Default: the file's name.")
    @Nullable
    private String source;

    @Option(names = "--version", paramLabel = "VERSION", description = "Default: a hash of network and preprocessing.")
    @Nullable
    private String version;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description =
                    "A manifest made elsewhere (models/finetune.py, models/quantise): the network is taken as it is.")
    @Nullable
    private Path manifest;

    @Option(names = "--replace", description = "Replaces a model of this name.")
    private boolean replace;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        ModelFolders folders = options.folders();
        PrintWriter out = Output.of(spec);
        if (!Files.isRegularFile(file)) {
            throw Failure.usage("there is no file " + file);
        }
        AddModel.Added added;
        try {
            added = manifest == null ? cut(folders, out) : ready(folders, manifest);
        } catch (InvalidNetworkException e) {
            throw new Failure("not added: " + e.getMessage(), e);
        }
        ModelManifest model = added.manifest();
        out.println(String.format(
                Locale.ROOT,
                "Added %s: %d numbers an image, of length %.4g to %.4g before scaling to 1; %s",
                model.id(),
                model.feature().dimension(),
                added.trial().shortest(),
                added.trial().longest(),
                added.path()));
        out.println(
                "Try it: ./winnow models check " + model.name() + "; choose it: ./winnow models use " + model.name());
        return 0;
    }

    private AddModel.Added cut(ModelFolders folders, PrintWriter out)
            throws Failure, IOException, InterruptedException {
        String called = name == null ? nameOf(file) : name;
        requireName(called);
        folders.requireFree(called, replace);
        OnnxGraph graph = OnnxGraph.read(file);
        ImageInput image = AddModel.imageInput(graph, input);
        out.println("input       " + image.name() + " " + image.shape() + ", " + image.elementType() + ", "
                + image.layout());
        out.flush();
        Chosen chosen = choose(graph, out);
        PreprocessingOptions.Settled settled = preprocessing.settle(image);
        out.println((settled.assumed().isEmpty() ? "given       " : "assumed     ")
                + settled.preset().words());
        if (!settled.assumed().isEmpty()) {
            out.println("            ASSUMED: " + String.join(", ", settled.assumed())
                    + ". The file does not say it, and with another one the vectors are wrong without any error.");
            out.println("            Pass --preset (" + Preset.names() + ") or the options of what it is, see --help.");
        }
        out.flush();
        Optional<TextOptions.Tower> tower = text.tower(called, chosen.dimension());
        Plan plan = new Plan(
                called,
                Optional.ofNullable(version),
                source == null ? file.getFileName().toString() : source,
                licence,
                Optional.of(image.name()),
                settled.preset(),
                chosen.tensor(),
                chosen.pooling(),
                chosen.dimension(),
                tower.map(TextOptions.Tower::block));
        return new AddModel(folders, Progress.standard())
                .cut(graph, plan, tower.map(TextOptions.Tower::files).orElse(Map.of()), replace);
    }

    /** @param dimension negative where only the cut will tell */
    private record Chosen(String tensor, Pooling pooling, int dimension) {}

    private Chosen choose(OnnxGraph graph, PrintWriter out) throws Failure {
        if (feature == null) {
            List<Proposal> proposals = FeatureTensors.propose(graph);
            List<Proposal> fitting = proposals.stream()
                    .filter(proposal -> pooling == null || proposal.pooling() == pooling)
                    .toList();
            if (fitting.isEmpty()) {
                throw new Failure("not added: nothing is proposed with --pooling " + pooling + "; proposed is "
                        + proposals.stream().map(AddCommand::words).toList());
            }
            for (Proposal proposal : proposals) {
                out.println((proposal.equals(fitting.getFirst()) ? "chosen      " : "possible    ") + words(proposal));
            }
            Proposal best = fitting.getFirst();
            return new Chosen(best.tensor(), best.pooling(), best.dimension());
        }
        Pooling asked = pooling == null ? Pooling.NONE : pooling;
        out.println("feature     " + feature + ", as asked for");
        return new Chosen(feature, asked, -1);
    }

    private static String words(Proposal proposal) {
        String pooled = proposal.pooling() == Pooling.NONE
                ? ""
                : ", " + proposal.pooling().name().toLowerCase(Locale.ROOT) + " pooling";
        return proposal.tensor() + " " + proposal.dimension() + pooled + ": " + proposal.why();
    }

    private AddModel.Added ready(ModelFolders folders, Path described)
            throws Failure, IOException, InterruptedException {
        if (feature != null
                || pooling != null
                || version != null
                || source != null
                || preprocessing.isGiven()
                || text.isGiven()) {
            throw Failure.usage(
                    "--manifest says all of that: --feature, --pooling, --version, --source, the preprocessing and the text half are not taken beside it");
        }
        ModelManifest model = ModelFolders.read(described);
        if (name != null && !name.equals(model.name())) {
            throw Failure.usage("the manifest calls the model " + model.name() + ", not " + name);
        }
        Map<String, Path> files = new LinkedHashMap<>();
        files.put(model.file(), file);
        // What belongs to it besides lies where the manifest does.
        beside(model)
                .forEach(beside -> files.put(beside, described.toAbsolutePath().resolveSibling(beside)));
        for (Path needed : files.values()) {
            if (!Files.isRegularFile(needed)) {
                throw new Failure("not added: the manifest names " + needed + ", which is not there");
            }
        }
        return new AddModel(folders, Progress.standard()).ready(described, files, model.name(), replace);
    }

    /** The files besides its network that a model needs. */
    static List<String> beside(ModelManifest model) {
        return Stream.concat(
                        model.text().stream()
                                .flatMap(text ->
                                        Stream.of(text.file(), text.tokenizer().file())),
                        model.adapter().stream().map(ModelManifest.Adapted::file))
                .toList();
    }

    private static String nameOf(Path file) {
        return file.getFileName()
                .toString()
                .replaceFirst("\\.onnx$", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceFirst("^[^a-z0-9]+", "");
    }

    private static void requireName(String name) throws Failure {
        if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
            throw Failure.usage("a model cannot be called '" + name
                    + "': expected 1 to 63 characters of a-z, 0-9, '.', '_', '-'; choose with --name");
        }
    }
}
