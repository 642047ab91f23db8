package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.UnusableModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code winnow models list}. */
@Command(
        name = "list",
        description = "Lists the models that are there and those that can be fetched.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--long", description = "With a line on what each is good for.")
    private boolean descriptions;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException {
        ModelFolders folders = options.folders();
        Map<String, CatalogueEntry> entries = folders.entries();
        String active = ChosenModel.read(data.folder()).map(ChosenModel::name).orElse(ModelFolders.DEFAULT);
        PrintWriter out = Output.of(spec);
        row(out, "name", "dimension", "size", "licence", "text", "state");
        for (String name : folders.names()) {
            String state = name.equals(ModelFolders.DEFAULT) ? "built in" : "installed";
            installed(out, name, folders, name.equals(active) ? state + ", active" : state);
            describe(out, entries.get(name));
        }
        TreeSet<String> others = new TreeSet<>(entries.keySet());
        others.removeAll(folders.names());
        for (String name : others) {
            CatalogueEntry entry = ModelsOptions.entry(folders, name);
            long bytes = entry.bytes();
            boolean verified = entry.download().stream()
                    .allMatch(file -> file.expectedSha256().isPresent());
            String state = verified ? "can be fetched" : "can be fetched, unverified";
            row(
                    out,
                    name,
                    Integer.toString(entry.feature().dimension()),
                    bytes < 0 ? "?" : Progress.bytes(bytes),
                    entry.licence(),
                    entry.text() == null ? "no" : "yes",
                    entry.int8() == null ? state : state + ", " + entry.int8().words());
            describe(out, entry);
        }
        return 0;
    }

    private static void installed(PrintWriter out, String name, ModelFolders folders, String state) throws IOException {
        Path file = folders.manifest(name).orElseThrow();
        try {
            ModelManifest manifest = ModelFolders.read(file);
            Path network = file.resolveSibling(manifest.file());
            row(
                    out,
                    name,
                    Integer.toString(manifest.feature().dimension()),
                    Files.exists(network) ? Progress.bytes(Files.size(network)) : "missing",
                    manifest.licence(),
                    manifest.text().isPresent() ? "yes" : "no",
                    state);
        } catch (UnusableModelException e) {
            row(out, name, "?", "?", "?", "?", state + ", unusable: " + e.getMessage());
        }
    }

    private void describe(PrintWriter out, @Nullable CatalogueEntry entry) {
        if (descriptions && entry != null) {
            out.println("    " + entry.description());
        }
    }

    private static void row(
            PrintWriter out, String name, String dimension, String size, String licence, String text, String state) {
        out.println(
                String.format(Locale.ROOT, "%-20s %9s %9s  %-13s %-4s  %s", name, dimension, size, licence, text, state)
                        .stripTrailing());
    }
}
