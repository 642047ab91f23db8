package dev.winnow.cli.demo;

import dev.winnow.cli.terminal.Terminal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The findings in a screenful or two. */
record TerminalReport(Terminal terminal) {

    private static final int LISTED = 12;
    private static final int BAR = 24;

    void print(Findings f) {
        Intake.Outcome intake = f.intake();
        heading("Images");
        line(String.format(
                Locale.ROOT,
                "%d embedded, %d rejected at upload, %d failed later; %.0f images/s",
                intake.embedded(),
                intake.rejected().size(),
                intake.failed(),
                f.throughput()));
        intake.rejected().stream()
                .limit(LISTED)
                .forEach(file -> line(String.format(
                        Locale.ROOT,
                        "  rejected  %s  (%s)",
                        Terminal.printable(file.path()),
                        Terminal.printable(file.reason()))));
        f.failures().stream()
                .limit(LISTED)
                .forEach(file -> line(String.format(
                        Locale.ROOT,
                        "  failed    %s  (%s: %s)",
                        Terminal.printable(file.path()),
                        file.reason(),
                        Terminal.printable(file.detail()))));
        line(terminal.faint(f.stages().entrySet().stream()
                .map(stage -> String.format(
                        Locale.ROOT,
                        "%s %.1f s",
                        stage.getKey(),
                        stage.getValue().toMillis() / 1000.0))
                .collect(Collectors.joining(", "))));

        heading("Clusters");
        List<Results.Cluster> clusters = f.clusters().clusters().stream()
                .sorted(Comparator.comparingInt(Results.Cluster::size).reversed())
                .toList();
        clusters.stream()
                .limit(LISTED)
                .forEach(cluster -> line(String.format(
                        Locale.ROOT, "%3d  %5d images  %s", cluster.id(), cluster.size(), about(cluster))));
        more(clusters.size());

        heading("Duplicates");
        Results.Duplicates duplicates = f.duplicates();
        line(String.format(
                Locale.ROOT,
                "%d group(s): %d exact and %d near duplicates (similarity of about %.3f or more)",
                duplicates.groups().size(),
                duplicates.exact(),
                duplicates.near(),
                duplicates.threshold().similarity()));
        duplicates.groups().stream()
                .limit(5)
                .forEach(group -> line(String.format(
                        Locale.ROOT,
                        "  keep %s, drop %s",
                        Terminal.printable(group.survivor().path()),
                        group.members().stream()
                                .map(member -> Terminal.printable(member.path()))
                                .collect(Collectors.joining(", ")))));

        heading("Outliers");
        f.outliers().outliers().stream()
                .limit(10)
                .forEach(outlier -> line(String.format(
                        Locale.ROOT,
                        "%3d  %6.2f  %s",
                        outlier.rank(),
                        outlier.score(),
                        Terminal.printable(outlier.path()))));

        heading("Balanced selection");
        selection(f.selection());
        Scores scores = f.scores();
        if (scores != null) {
            heading("Against what was planted");
            line(String.format(
                    Locale.ROOT,
                    "duplicates  precision %.3f, recall %.3f (%d of %d exact pairs, %d of %d near pairs)",
                    scores.precision(),
                    scores.recall(),
                    scores.exactFound(),
                    scores.exactPlanted(),
                    scores.nearFound(),
                    scores.nearPlanted()));
            line(String.format(
                    Locale.ROOT,
                    "outliers    %d of %d strays among the first %d",
                    scores.outliersFound(),
                    scores.outliersPlanted(),
                    scores.topN()));
            line(String.format(
                    Locale.ROOT,
                    "clusters    %.1f %% of the images lie in a cluster of their class",
                    100 * scores.purity()));
        }
        terminal.line("");
    }

    private void selection(Results.Selection selection) {
        int most = selection.before().values().stream().mapToInt(n -> n).max().orElse(1);
        int mostAfter =
                selection.after().values().stream().mapToInt(n -> n).max().orElse(1);
        selection.before().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(LISTED)
                .forEach(group -> {
                    int after = selection.after().getOrDefault(group.getKey(), 0);
                    line(String.format(
                            Locale.ROOT,
                            "%s %5d %s %5d %s",
                            Terminal.pad(Terminal.printable(group.getKey()), 16),
                            group.getValue(),
                            terminal.faint(bar(group.getValue(), most)),
                            after,
                            terminal.accent(bar(after, mostAfter))));
                });
        more(selection.before().size());
    }

    private static String bar(int value, int most) {
        int length = (int) Math.ceil(value * (double) BAR / Math.max(1, most));
        return "█".repeat(length) + " ".repeat(BAR - length);
    }

    /** Its labels, or a typical image where there are none. */
    private static String about(Results.Cluster cluster) {
        if (cluster.labels().isEmpty()) {
            return cluster.typical().stream()
                    .findFirst()
                    .map(image -> "such as " + Terminal.printable(image.path()))
                    .orElse("");
        }
        return mix(cluster.labels());
    }

    private static String mix(Map<String, Integer> labels) {
        return labels.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(4)
                .map(label -> Terminal.printable(label.getKey()) + " " + label.getValue())
                .collect(Collectors.joining(", "));
    }

    private void heading(String text) {
        terminal.line("");
        terminal.line(terminal.strong(text));
    }

    private void more(int count) {
        if (count > LISTED) {
            line(terminal.faint("and " + (count - LISTED) + " more"));
        }
    }

    private void line(String text) {
        terminal.line("  " + text);
    }
}
