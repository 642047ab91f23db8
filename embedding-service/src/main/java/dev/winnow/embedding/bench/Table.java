package dev.winnow.embedding.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures for people, ratios first. */
final class Table {

    private static final double MIB = 1 << 20;

    private final PrintWriter out;

    Table(PrintWriter out) {
        this.out = out;
    }

    void print(Figures figures) {
        setting(figures.setting(), figures);
        ratios(figures);
        rates(figures);
        stages(figures);
        queries(figures.queryMs());
        memory(figures);
    }

    private void setting(Figures.Setting setting, Figures figures) {
        heading("Measured");
        line(
                "model",
                "%s on %s, %d cores, batches of up to %d",
                setting.model(),
                setting.executionProvider(),
                setting.cores(),
                setting.workerBatch());
        line(
                "images",
                "%,d of %,d files, %.0f KB in the mean%s",
                setting.images(),
                setting.files(),
                setting.meanBytes() / 1000.0,
                setting.refused() == 0 ? "" : "; " + setting.refused() + " unusable files left out");
        BareForward.Arrangement best = figures.forwardArrangement();
        line(
                "bare forward pass",
                "batch %d, %d × %d threads: the fastest arrangement",
                best.batch(),
                best.callers(),
                best.threads());
        line("rounds", "%d; medians of them", setting.rounds());
    }

    private void ratios(Figures figures) {
        Figures.Ratios ratios = figures.ratios();
        heading("Ratios");
        line("worker / forward", "%.2f", ratios.workerToForward());
        line("worker / ideal", "%.2f   of 1 / (1/preparation + 1/forward)", ratios.workerToIdeal());
        line("upload / worker", "%.2f", ratios.uploadToWorker());
        if (ratios.queryP95ToOneForward() == null) {
            line("query p95 / forward", "none: the worker was done before a query was; take more images");
        } else {
            line("query p95 / forward", "%.1f    at full load, beside one picture", ratios.queryP95ToOneForward());
        }
        ratios.workerToPython().forEach((pipeline, ratio) -> line("worker / " + words(pipeline), "%.2f", ratio));
    }

    private void rates(Figures figures) {
        heading("Images a second");
        figures.imagesPerSecond().forEach((what, rate) -> line(words(what), "%8.1f   %s", rate, explained(what)));
        if (figures.setting().executionProvider().equals("cuda")) {
            heading("Bare forward pass by batch, images a second");
            double best = figures.forwardByBatch().values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
            for (Map.Entry<Integer, Double> each : figures.forwardByBatch().entrySet()) {
                line("batch " + each.getKey(), "%8.1f   %.2f of the best", each.getValue(), each.getValue() / best);
            }
        }
    }

    private static String explained(String what) {
        return switch (what) {
            case "worker" -> "events to outcomes, the images lie in the bucket";
            case "forward" -> "the network alone, random numbers";
            case "preparation" -> "decode, preprocess and identifiers alone, all cores";
            case "ideal" -> "1 / (1/preparation + 1/forward)";
            case "upload" -> "HTTP uploads until all points are searchable";
            default -> "Python, from files";
        };
    }

    private void stages(Figures figures) {
        heading("Preparation on one thread, ms an image, images a second");
        Preparation.Split split = figures.preparationMs();
        part("decode", split.decode());
        part("preprocess", split.preprocess());
        part("identifiers", split.identifiers());
        part("  SHA-256 of that", split.sha256());
        heading("Stages in the worker, ms an image, images a second of one thread, images a run");
        for (Figures.WorkerStage stage : figures.workerStages()) {
            line(
                    words(stage.stage()),
                    "%8.2f %8.1f %8.1f",
                    stage.msPerImage(),
                    stage.imagesPerSecond(),
                    stage.imagesPerRun());
        }
    }

    private void part(String what, double milliseconds) {
        line(what, "%8.2f %8.1f", milliseconds, 1000 / milliseconds);
    }

    private void queries(Figures.QueryMs query) {
        heading("POST /v1/embed, ms");
        line("one forward pass", "%8.1f", query.oneForward());
        line("idle", "%8.1f p50 %8.1f p95", query.idleP50(), query.idleP95());
        if (query.busyP50() != null && query.busyP95() != null) {
            line(
                    "worker at full load",
                    "%8.1f p50 %8.1f p95, of %d",
                    query.busyP50(),
                    query.busyP95(),
                    query.busyQueries());
        }
    }

    private void memory(Figures figures) {
        heading("Memory of the worker, MB after images: heap after a full collection, direct buffers, resident");
        for (Figures.MemoryAt at : figures.memory()) {
            line(
                    String.format(Locale.ROOT, "%,d", at.images()),
                    "%8.0f %8.0f %8.0f",
                    at.heapBytes() / MIB,
                    at.directBytes() / MIB,
                    at.residentBytes() / MIB);
        }
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private void heading(String text) {
        out.println();
        out.println(text);
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation is of a library that is not needed otherwise.
    private void line(String what, String format, @Nullable Object... values) {
        out.printf(Locale.ROOT, "  %-26s %s%n", what, String.format(Locale.ROOT, format, values));
    }
}
