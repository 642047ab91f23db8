package dev.winnow.curation.bench;

import dev.winnow.curation.bench.Figures.Compared;
import dev.winnow.curation.bench.Figures.Grown;
import java.util.Locale;

/** The figures for a person. */
final class Table {

    private Table() {}

    static void print(Figures figures) {
        Figures.Setting setting = figures.setting();
        line(
                "%,d vectors of dimension %d (%s; seed %d), %d cores, on %s; medians of %d",
                setting.n(),
                setting.dimension(),
                setting.data(),
                setting.seed(),
                setting.cores(),
                setting.executionProvider(),
                setting.rounds());
        for (Compared compared : figures.contests()) {
            line("");
            line("%s, %,d vectors", compared.what(), compared.rows());
            compared.by().forEach((who, outcome) -> {
                Double ratio = compared.ratios().get(who);
                line(
                        "  %-14s %9.2f s   %s %.6g%s",
                        who,
                        outcome.seconds(),
                        compared.quality(),
                        outcome.quality(),
                        ratio == null ? "" : String.format(Locale.ROOT, "   winnow takes %.2f of it", ratio));
            });
            if (compared.by().size() == 1) {
                line("  faiss and scikit-learn are missing: --python names a Python that has them");
            }
        }
        line("");
        line(
                "%9s %9s %9s %12s %17s %9s  %s",
                "vectors", "load s", "k-means s", "neighbours s", "near duplicates s", "HDBSCAN s", "neighbours");
        for (Grown grown : figures.growth()) {
            line(
                    "%,9d %9.2f %9.2f %12.2f %17.2f %9s  %s",
                    grown.n(),
                    grown.load(),
                    grown.kMeans(),
                    grown.neighbours(),
                    grown.nearDuplicates(),
                    grown.hdbscan() == null ? "" : String.format(Locale.ROOT, "%.2f", grown.hdbscan()),
                    grown.recall() == null
                            ? "exact"
                            : String.format(Locale.ROOT, "recall %.4f, %s cells", grown.recall(), grown.probed()));
        }
        line("");
        for (Figures.Exported export : figures.exports()) {
            line(
                    "export as %-8s %,9d images of %d boxes %9.2f s %,9.0f images/s %6d MiB   live heap %d to %d MiB",
                    export.format(),
                    export.images(),
                    export.boxes(),
                    export.seconds(),
                    export.images() / export.seconds(),
                    export.bytes() >> 20,
                    export.leastLiveBytes() >> 20,
                    export.mostLiveBytes() >> 20);
        }
        Long peak = figures.peakBytes();
        line("");
        line("peak memory of this process: %s", peak == null ? "unknown here" : (peak >> 20) + " MiB");
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation is of a library that is not needed otherwise.
    private static void line(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
