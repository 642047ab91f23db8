package dev.winnow.cli.demo;

import java.util.Locale;

/** What of the planted answers was found; only where there are any. */
record ScoreSection(Markup html) {

    void write(Scores scores) {
        html.raw(
                "<section id=\"scores\"><h2>Checked against what was planted</h2><p class=\"lead\">The sample set is drawn, so its answers "
                        + "are known: copies under other names, edited versions (cropped, compressed, resized, relit, blurred), and strays of no "
                        + "class.</p><div class=\"card wide\"><table>");
        row("Exact copies found", scores.exactFound(), scores.exactPlanted());
        row("Edited versions found", scores.nearFound(), scores.nearPlanted());
        row("Strays among the first " + scores.topN() + " outliers", scores.outliersFound(), scores.outliersPlanted());
        share("Duplicates: precision", scores.precision());
        share("Duplicates: recall", scores.recall());
        share("Images in a cluster of their class", scores.purity());
        html.raw("</table></div></section>");
    }

    private void row(String name, int found, int planted) {
        line(name, found + " of " + planted, planted == 0 ? 1 : found / (double) planted);
    }

    private void share(String name, double value) {
        line(name, String.format(Locale.ROOT, "%.1f %%", 100 * value), value);
    }

    private void line(String name, String value, double share) {
        html.raw("<tr><td style=\"width:34%\">")
                .text(name)
                .raw("</td><td class=\"number\" style=\"width:6.5em\">")
                .text(value);
        html.raw(String.format(
                Locale.ROOT,
                "</td><td><div class=\"track\"><div class=\"bar\" style=\"width:%.1f%%\"></div></div></td></tr>",
                100 * share));
    }
}
