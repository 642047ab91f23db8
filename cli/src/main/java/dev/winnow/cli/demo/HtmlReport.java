package dev.winnow.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The findings as one HTML file that needs nothing else: pictures as data URIs, its own style, no script. */
final class HtmlReport {

    private static final int GROUPS_SHOWN = 60;
    private static final int MEMBERS_SHOWN = 11;
    private static final int OUTLIERS_SHOWN = 24;
    private static final int SELECTED_SHOWN = 150;
    private static final int TYPICAL_SHOWN = 8;

    private final Findings findings;
    private final Function<String, String> pictures;
    private final LabelColours colours;
    private final Markup html = new Markup();

    /** @param pictures a data URI for an image id; empty where there is none */
    HtmlReport(Findings findings, Function<String, String> pictures) {
        this.findings = findings;
        this.pictures = pictures;
        this.colours = LabelColours.of(findings.clusters());
    }

    void write(Path file) throws IOException {
        head();
        overview();
        if (findings.scores() != null) {
            new ScoreSection(html).write(findings.scores());
        }
        balance();
        clusters();
        duplicates();
        outliers();
        selection();
        files();
        html.raw(
                "<footer>Made by Winnow from the bucket and the vectors of this dataset; every job is reproducible from its parameters and "
                        + "its seed.</footer></div></body></html>\n");
        Files.writeString(file, html.toString());
    }

    private void head() throws IOException {
        html.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                // Whatever a file name tries: nothing is loaded and no script runs.
                .raw(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">")
                .raw("<title>Winnow: ")
                .text(findings.dataset())
                .raw("</title><style>")
                .raw(style())
                .raw("</style></head><body><div class=\"page\"><header><div class=\"brand\">")
                .raw(
                        "<svg viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linecap=\"round\">")
                .raw(
                        "<path d=\"M3 9.5c0 6 4 10 9 10s9-4 9-10z\"/><path d=\"M8 5.5v.01M12 3.5v.01M16 5.5v.01M12 13.5v.01M9 13v.01M15 13v.01\"/></svg>")
                .raw("winnow</div><h1>")
                .text(findings.dataset())
                .raw("</h1><p class=\"quiet\">")
                .text(findings.source())
                .raw(" · ")
                .text(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm", Locale.ENGLISH)
                        .format(findings.at().atZone(ZoneId.systemDefault())))
                .raw("</p></header><nav><a href=\"#balance\">Balance</a><a href=\"#clusters\">Clusters</a>")
                .raw("<a href=\"#duplicates\">Duplicates</a><a href=\"#outliers\">Outliers</a>")
                .raw("<a href=\"#selection\">Selection</a><a href=\"#files\">Files and times</a></nav>");
    }

    private void overview() {
        Intake.Outcome intake = findings.intake();
        html.raw("<div class=\"tiles\">");
        tile((double) intake.embedded(), "images in the index");
        tile(findings.clusters().k(), "clusters");
        tile(findings.duplicates().exact(), "exact duplicates");
        tile(findings.duplicates().near(), "near duplicates");
        tile(findings.selection().selected().size(), "in the balanced selection");
        tile((double) intake.failed() + intake.rejected().size(), "files not usable");
        tile(findings.throughput(), "images per second");
        html.raw("</div>");
    }

    private void tile(double value, String name) {
        html.raw("<div class=\"tile\"><b>").number(value, 0).raw("</b><span>" + name + "</span></div>");
    }

    private void balance() {
        Results.Selection selection = findings.selection();
        int most = selection.before().values().stream().mapToInt(n -> n).max().orElse(1);
        int mostAfter =
                selection.after().values().stream().mapToInt(n -> n).max().orElse(1);
        section(
                "balance",
                "Balance",
                "How many images of each group there are, and how many the balanced selection takes. "
                        + "Each column has its own scale.");
        html.raw(
                "<div class=\"card wide\"><table><tr><th>Group</th><th></th><th>Before</th><th></th><th>Selected</th></tr>");
        byCount(selection.before()).forEach(entry -> {
            int after = selection.after().getOrDefault(entry.getKey(), 0);
            html.raw("<tr><td class=\"name\" title=\"")
                    .text(entry.getKey())
                    .raw("\">")
                    .text(entry.getKey());
            html.raw("</td><td class=\"number\">").number(entry.getValue(), 0).raw("</td><td>");
            bar("bar", entry.getValue() / (double) most);
            html.raw("</td><td class=\"number\">").number(after, 0).raw("</td><td>");
            bar("bar after", after / (double) mostAfter);
            html.raw("</td></tr>");
        });
        html.raw("</table></div></section>");
    }

    private void clusters() {
        section(
                "clusters",
                "Clusters",
                "Images that look alike, found without any label. The pictures are the most typical ones; the bar "
                        + "shows which labels are in the cluster.");
        html.raw("<div class=\"cards\">");
        findings.clusters().clusters().stream()
                .sorted(Comparator.comparingInt(Results.Cluster::size).reversed())
                .forEach(this::cluster);
        html.raw("</div></section>");
    }

    private void cluster(Results.Cluster cluster) {
        html.raw("<div class=\"card\"><div class=\"head\"><h3>Cluster ").number(cluster.id(), 0);
        html.raw("</h3><span class=\"quiet\">").number(cluster.size(), 0).raw(" images · cohesion ");
        html.number(cluster.cohesion(), 2).raw("</span></div>");
        if (!cluster.labels().isEmpty()) {
            labelMix(cluster);
        }
        html.raw("<div class=\"pictures\">");
        cluster.typical().stream().limit(TYPICAL_SHOWN).forEach(image -> figure(image.id(), image.path(), "", "", ""));
        html.raw("</div></div>");
    }

    private void labelMix(Results.Cluster cluster) {
        List<Map.Entry<String, Integer>> labels = byCount(cluster.labels());
        html.raw("<div class=\"mix\">");
        for (Map.Entry<String, Integer> label : labels) {
            double percent = 100.0 * label.getValue() / Math.max(1, cluster.size());
            html.raw(String.format(
                            Locale.ROOT,
                            "<i style=\"width:%.2f%%;background:%s\" title=\"",
                            percent,
                            colours.of(label.getKey())))
                    .text(label.getKey() + " " + label.getValue())
                    .raw("\"></i>");
        }
        html.raw("</div><div class=\"legend\">");
        labels.stream().limit(5).forEach(label -> html.raw(
                        "<span><i style=\"background:" + colours.of(label.getKey()) + "\"></i>")
                .text(label.getKey())
                .raw(" ")
                .number(label.getValue(), 0)
                .raw("</span>"));
        html.raw(labels.size() > 5 ? "and " + (labels.size() - 5) + " more" : "")
                .raw("</div>");
    }

    private void duplicates() {
        Results.Duplicates duplicates = findings.duplicates();
        section(
                "duplicates",
                "Duplicates",
                String.format(
                        Locale.ROOT,
                        "%d group(s). In each, one image is kept and every other one is close to it: the same bytes (exact), or a cosine similarity "
                                + "of about %.3f or more, depending on how dense the dataset is there (near). Nothing was deleted.",
                        duplicates.groups().size(),
                        duplicates.threshold().similarity()));
        html.raw("<div class=\"groups\">");
        duplicates.groups().stream().limit(GROUPS_SHOWN).forEach(group -> {
            int shown = Math.min(MEMBERS_SHOWN, group.members().size());
            html.raw("<div class=\"card group\" style=\"--n:" + Math.min(4, shown + 1) + "\">");
            figure(group.survivor().id(), group.survivor().path(), "kept", "kept", "keep");
            group.members().stream()
                    .limit(shown)
                    .forEach(member -> figure(
                            member.id(),
                            member.path(),
                            "",
                            member.verdict().equals("exact")
                                    ? "exact copy"
                                    : String.format(Locale.ROOT, "near · %.3f", member.similarity()),
                            ""));
            more(group.members().size() - shown, "in this group");
            html.raw("</div>");
        });
        html.raw("</div>");
        more(duplicates.groups().size() - GROUPS_SHOWN, "groups");
        html.raw("</section>");
    }

    private void outliers() {
        section(
                "outliers",
                "Outliers",
                "The images least like their neighbours, rarest first: strays to remove, or rare cases worth "
                        + "collecting more of. The number is the score.");
        html.raw("<div class=\"card wide\"><div class=\"pictures large\" style=\"margin-top:0\">");
        findings.outliers().outliers().stream()
                .limit(OUTLIERS_SHOWN)
                .forEach(outlier -> figure(
                        outlier.id(),
                        outlier.path(),
                        "",
                        String.format(Locale.ROOT, "%d · %.2f", outlier.rank(), outlier.score()),
                        ""));
        html.raw("</div></div></section>");
    }

    private void selection() {
        List<Results.Selected> selected = findings.selection().selected();
        section(
                "selection",
                "Selection",
                "A balanced subset without duplicates: what to label, or to train on, first.");
        html.raw("<div class=\"card wide\"><div class=\"pictures small\" style=\"margin-top:0\">");
        selected.stream().limit(SELECTED_SHOWN).forEach(image -> figure(image.id(), image.path(), "", "", ""));
        html.raw("</div>");
        more(selected.size() - SELECTED_SHOWN, "images");
        html.raw("</div></section>");
    }

    private void files() {
        section("files", "Files and times", "");
        html.raw(
                "<div class=\"split\"><div class=\"card\"><h3>Seconds per stage</h3><table style=\"margin-top:10px\">");
        double longest = findings.stages().values().stream()
                .mapToDouble(d -> d.toMillis())
                .max()
                .orElse(1);
        findings.stages().forEach((stage, time) -> {
            html.raw("<tr><td class=\"name\">").text(stage).raw("</td><td class=\"number\">");
            html.number(time.toMillis() / 1000.0, 1).raw("</td><td>");
            bar("bar", time.toMillis() / Math.max(1, longest));
            html.raw("</td></tr>");
        });
        html.raw("</table></div><div class=\"card\"><h3>Files that could not be used</h3>");
        List<Intake.Rejected> rejected = findings.intake().rejected();
        if (rejected.isEmpty() && findings.failures().isEmpty()) {
            html.raw("<p class=\"quiet\" style=\"margin-top:8px\">None.</p>");
        } else {
            html.raw("<table class=\"files\" style=\"margin-top:10px\">");
            rejected.forEach(file -> row(file.path(), file.reason()));
            findings.failures().forEach(file -> row(file.path(), file.reason() + ": " + file.detail()));
            html.raw("</table>");
        }
        html.raw("</div></div></section>");
    }

    private void row(String path, String reason) {
        html.raw("<tr><td class=\"path\">")
                .text(path)
                .raw("</td><td class=\"quiet\">")
                .text(reason)
                .raw("</td></tr>");
    }

    private void section(String id, String title, String lead) {
        html.raw("<section id=\"" + id + "\"><h2>" + title + "</h2><p class=\"lead\">")
                .text(lead)
                .raw("</p>");
    }

    private void figure(String id, String path, String kind, String tag, String tagKind) {
        String picture = pictures.apply(id);
        html.raw("<figure class=\"" + kind + "\"><span class=\"frame\">");
        if (!picture.isEmpty()) {
            html.raw("<img src=\"" + picture + "\" loading=\"lazy\" alt=\"")
                    .text(path)
                    .raw("\">");
        }
        if (!tag.isEmpty()) {
            html.raw("<span class=\"tag " + tagKind + "\">").text(tag).raw("</span>");
        }
        html.raw("</span><figcaption title=\"")
                .text(path)
                .raw("\">")
                .text(path.substring(path.lastIndexOf('/') + 1))
                .raw("</figcaption></figure>");
    }

    private void bar(String kind, double share) {
        html.raw(String.format(Locale.ROOT, "<div class=\"%s\" style=\"width:%.1f%%\"></div>", kind, 100 * share));
    }

    private void more(int count, String what) {
        if (count > 0) {
            html.raw("<p class=\"quiet\" style=\"margin-top:12px\">and " + count + " more " + what + "</p>");
        }
    }

    private static List<Map.Entry<String, Integer>> byCount(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }

    private static String style() throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IOException("report.css is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
