package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.onnx.FeatureTensors;
import dev.winnow.embedding.onnx.InvalidNetworkException;
import dev.winnow.embedding.onnx.OnnxGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models fetch NAME}. */
@Command(
        name = "fetch",
        description = "Downloads a network of the catalogue, verifies it and makes a model of it.",
        mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Parameters(paramLabel = "NAME", description = "A network of the catalogue, see list.")
    private String name = "";

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description = "Instead of the publisher: a file or folder here; the URL of the file; a mirror's host "
                    + "(https://host) with the same paths; or the URL of a folder, ending in a slash.")
    @Nullable
    private String from;

    @Option(
            names = "--accept-unverified",
            description = "Takes files of which the catalogue does not know the SHA-256, and prints it.")
    private boolean acceptUnverified;

    @Option(names = "--replace", description = "Replaces a model of this name.")
    private boolean replace;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        return run(Fetcher::standard);
    }

    /** How a fetcher is come by; a test has one that is less patient. */
    interface Fetchers {
        Fetcher with(Progress progress);
    }

    int run(Fetchers fetchers) throws Failure, IOException, InterruptedException {
        ModelFolders folders = options.folders();
        PrintWriter out = Output.of(spec);
        if (name.equals(ModelFolders.DEFAULT)) {
            out.println(name + " comes with Winnow; there is nothing to fetch.");
            return 0;
        }
        CatalogueEntry entry = ModelsOptions.entry(folders, name);
        if (!replace && folders.manifest(name).isPresent()) {
            out.println(
                    name + " is installed already (" + folders.manifest(name).get() + "); --replace fetches it again.");
            return 0;
        }
        requireVerifiable(entry);
        Progress progress = Progress.standard();
        AddModel.Added added;
        try {
            Map<String, Path> files = files(entry, folders, fetchers.with(progress), progress, out);
            added = install(entry, files, folders, progress);
            ModelFolders.delete(folders.downloads(name));
        } finally {
            folders.tidyDownloads(name);
        }
        out.println("Installed " + added.manifest().id() + ", "
                + added.manifest().feature().dimension() + " numbers an image: " + added.path());
        out.println("Try it: ./winnow models check " + name + "; choose it: ./winnow models use " + name);
        return 0;
    }

    private void requireVerifiable(CatalogueEntry entry) throws Failure {
        List<String> unknown = entry.download().stream()
                .filter(file -> file.expectedSha256().isEmpty())
                .map(Download::file)
                .toList();
        if (!unknown.isEmpty() && !acceptUnverified) {
            throw new Failure("the catalogue does not know the SHA-256 of " + String.join(", ", unknown)
                    + ": whatever " + (from == null ? entry.network().url().getHost() : from)
                    + " gives would be run. --accept-unverified takes it all the same, and prints its SHA-256");
        }
    }

    private Map<String, Path> files(
            CatalogueEntry entry, ModelFolders folders, Fetcher fetcher, Progress progress, PrintWriter out)
            throws Failure, IOException, InterruptedException {
        Sources sources = new Sources(from);
        Map<String, Path> files = new LinkedHashMap<>();
        for (Download file : entry.download()) {
            Optional<Path> local = sources.local(entry, file);
            String sha256;
            if (local.isPresent()) {
                sha256 = Sources.verified(file, local.get(), progress);
                files.put(file.file(), local.get());
            } else {
                Path target = folders.downloads(entry.name()).resolve(file.file());
                sha256 = fetcher.isThere(file, target)
                        ? file.sha256()
                        : fetched(file, sources.remote(entry, file), target, fetcher);
                files.put(file.file(), target);
            }
            out.println(
                    file.expectedSha256().isPresent()
                            ? "Verified " + file.file() + ", "
                                    + Progress.bytes(Files.size(files.getOrDefault(file.file(), Path.of(""))))
                            : "UNVERIFIED " + file.file() + " has the SHA-256 " + sha256);
        }
        return files;
    }

    private String fetched(Download file, List<java.net.URI> sources, Path target, Fetcher fetcher)
            throws Failure, InterruptedException {
        try {
            return fetcher.fetch(file, sources, target);
        } catch (Failure e) {
            throw new Failure(
                    e.getMessage() + "\nOn a machine without network: bring the file (SHA-256 " + file.sha256()
                            + ") here by other means, and run ./winnow models fetch " + name + " --from FILE-OR-FOLDER",
                    e);
        }
    }

    private AddModel.Added install(
            CatalogueEntry entry, Map<String, Path> files, ModelFolders folders, Progress progress)
            throws Failure, IOException, InterruptedException {
        Map<String, Path> beside = new LinkedHashMap<>(files);
        Path network =
                java.util.Objects.requireNonNull(beside.remove(entry.network().file()));
        if (entry.text() == null) {
            beside.clear();
        }
        try {
            OnnxGraph graph = OnnxGraph.read(network);
            Plan plan = new Plan(
                    entry.name(),
                    Optional.of(entry.version()),
                    entry.network().url() + " (sha256 " + Sha256.of(network, progress) + ")",
                    entry.licence(),
                    Optional.ofNullable(entry.input().tensor()),
                    entry.preset(),
                    tensor(entry, graph),
                    entry.feature().pooling(),
                    entry.feature().dimension(),
                    Optional.ofNullable(entry.text()));
            return new AddModel(folders, progress).cut(graph, plan, beside, replace);
        } catch (InvalidNetworkException e) {
            throw new Failure("not added: " + e.getMessage(), e);
        }
    }

    private static String tensor(CatalogueEntry entry, OnnxGraph graph) throws Failure {
        CatalogueEntry.Feature feature = entry.feature();
        if (feature.tensor() != null) {
            return feature.tensor();
        }
        List<FeatureTensors.Proposal> proposals = FeatureTensors.propose(graph);
        return proposals.stream()
                .filter(proposal ->
                        proposal.pooling() == feature.pooling() && proposal.dimension() == feature.dimension())
                .map(FeatureTensors.Proposal::tensor)
                .findFirst()
                .orElseThrow(() -> new Failure(
                        "not added: no tensor of " + feature.dimension() + " numbers was found, only " + proposals));
    }
}
