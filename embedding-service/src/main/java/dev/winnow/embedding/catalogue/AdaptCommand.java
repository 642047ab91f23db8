package dev.winnow.embedding.catalogue;

import dev.winnow.contract.Adapter;
import dev.winnow.embedding.ModelManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models adapt ID}. */
@Command(
        name = "adapt",
        description =
                "Adds the model that an adapter makes: the network it was learnt for with the projection behind it. "
                        + "./winnow models use then projects the vectors that are there, and embeds no image again.",
        mixinStandardHelpOptions = true)
final class AdaptCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "Of the adapter, as the job's result says.")
    private String id = "";

    @Option(names = "--replace", description = "Replaces a model of this name.")
    private boolean replace;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        if (!Adapter.isId(id)) {
            throw Failure.usage("no adapter can have the id '" + id + "'");
        }
        Path folder = data.folder();
        RunningSuite running = RunningSuite.on(folder)
                .orElseThrow(() -> Failure.usage("no suite runs on " + folder + ", in whose bucket the adapter is"));
        Path unpacked = Files.createTempDirectory("winnow-adapt");
        try (RunningSuite suite = running) {
            Path archive = unpacked.resolve("model.zip");
            suite.download("/v1/models/adapters/" + id, archive);
            AddModel.Added added = add(unpack(archive, Files.createDirectory(unpacked.resolve("model"))));
            PrintWriter out = Output.of(spec);
            ModelManifest model = added.manifest();
            out.println("Added " + model.id() + ": " + model.feature().dimension() + " numbers an image, from those of "
                    + model.adapter().map(ModelManifest.Adapted::base).orElse("another model") + "; " + added.path());
            out.println("Choose it: ./winnow models use " + model.name());
            return 0;
        } finally {
            ModelFolders.delete(unpacked);
        }
    }

    /** Unpacks files, and gives the manifest among them. */
    private static Path unpack(Path archive, Path folder) throws Failure, IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!folder.equals(file.getParent())) {
                    throw new Failure("not added: the service sent a file " + entry.getName());
                }
                Files.copy(in, file);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> manifest =
                    files.filter(file -> file.toString().endsWith(".yaml")).findFirst();
            return manifest.orElseThrow(() -> new Failure("not added: the service sent no manifest"));
        }
    }

    private AddModel.Added add(Path manifest) throws Failure, IOException, InterruptedException {
        ModelManifest model = ModelFolders.read(manifest);
        Map<String, Path> files = new LinkedHashMap<>();
        Stream.concat(Stream.of(model.file()), AddCommand.beside(model).stream())
                .forEach(file -> files.put(file, manifest.resolveSibling(file)));
        List<Path> missing = files.values().stream()
                .filter(file -> !Files.isRegularFile(file))
                .toList();
        if (!missing.isEmpty()) {
            throw new Failure("not added: the service did not send " + missing);
        }
        return new AddModel(options.folders(), Progress.standard()).ready(manifest, files, model.name(), replace);
    }
}
