package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageFormat;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code winnow models check NAME}. */
@Command(
        name = "check",
        description = "Embeds pictures with a model: dimension, lengths, nearest pairs, pictures a second.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private static final int MOST_PICTURES = 100;
    private static final int BATCH = 16;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Parameters(paramLabel = "NAME", description = "A model that is there.")
    private String name = "";

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "Your pictures, at any depth; the first 100 by name. Without it, 15 are drawn.")
    @Nullable
    private Path images;

    @Option(
            names = "--execution-provider",
            paramLabel = "PROVIDER",
            defaultValue = "auto",
            description = "cpu, cuda, or auto: CUDA where there is one. Default: auto.")
    private ExecutionProvider provider = ExecutionProvider.AUTO;

    @Option(names = "--json", description = "The findings as one line of JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        Path manifest = ModelsOptions.manifest(options.folders(), name);
        Map<String, byte[]> files = images == null ? SamplePictures.draw() : read(images);
        int threads = Runtime.getRuntime().availableProcessors();
        try (EmbeddingModel model = EmbeddingModel.load(manifest, InferenceOptions.of(provider, threads, BATCH))) {
            CheckModel.Report report = new CheckModel(model, threads).run(files);
            PrintWriter out = Output.of(spec);
            if (json) {
                ObjectNode line = JSON.valueToTree(report);
                line.put("model", model.manifest().id());
                line.put("execution_provider", model.provider().toString());
                line.put("threads", threads);
                out.println(line);
            } else {
                print(out, model, threads, report);
            }
        }
        return 0;
    }

    private void print(PrintWriter out, EmbeddingModel model, int threads, CheckModel.Report report) {
        ModelManifest manifest = model.manifest();
        Preset preset = new Preset(
                manifest.name(),
                manifest.input().width(),
                manifest.input().height(),
                manifest.resize(),
                manifest.input().colour(),
                manifest.scale(),
                manifest.mean(),
                manifest.std());
        line(out, "model", manifest.id() + ", " + manifest.licence() + ", " + manifest.source());
        line(out, "input", preset.words() + ", " + manifest.input().layout());
        line(out, "runs on", model.provider() + ", " + threads + " threads");
        line(out, "pictures", report.pictures() + (images == null ? " drawn" : " of " + images));
        report.refused().forEach(refused -> line(out, "", "not " + refused.file() + ": " + refused.reason()));
        line(out, "dimension", Integer.toString(report.dimension()));
        line(
                out,
                "length",
                String.format(Locale.ROOT, "%.4g to %.4g before scaling to 1", report.shortest(), report.longest()));
        line(out, "same again", String.format(Locale.ROOT, "cosine %.7f at least", report.sameAgain()));
        line(
                out,
                "alone",
                String.format(
                        Locale.ROOT, "cosine %.7f at least, between alone and in a batch", report.batchOrSingle()));
        line(out, "forward", String.format(Locale.ROOT, "%.1f images/s", report.forward()));
        line(
                out,
                "in all",
                String.format(Locale.ROOT, "%.1f images/s with decoding and preprocessing", report.whole()));
        for (CheckModel.Pair pair : report.nearest()) {
            line(
                    out,
                    pair.equals(report.nearest().getFirst()) ? "nearest" : "",
                    String.format(Locale.ROOT, "%.4f  %s  %s", pair.cosine(), pair.a(), pair.b()));
        }
    }

    private static void line(PrintWriter out, String what, String text) {
        out.println(String.format(Locale.ROOT, "%-11s %s", what, text));
    }

    private static Map<String, byte[]> read(Path folder) throws Failure, IOException {
        if (!Files.isDirectory(folder)) {
            throw Failure.usage("--images " + folder + " is no folder");
        }
        List<Path> pictures;
        try (Stream<Path> all = Files.walk(folder)) {
            pictures = all.filter(Files::isRegularFile)
                    .filter(CheckCommand::looksLikeAPicture)
                    .sorted()
                    .limit(MOST_PICTURES)
                    .toList();
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Path picture : pictures) {
            files.put(folder.relativize(picture).toString(), Files.readAllBytes(picture));
        }
        return files;
    }

    private static boolean looksLikeAPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(ImageFormat.values())
                        .anyMatch(
                                format -> name.endsWith("." + format.toString().toLowerCase(Locale.ROOT)))
                || name.endsWith(".jpg");
    }
}
