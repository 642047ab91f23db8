package dev.winnow.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

    private static final String HOSTILE = "\"><script>alert('x')</script>&\u202Egpj.exe\u0007.jpg";

    @Test
    void hostileNamesStayText(@TempDir Path folder) throws Exception {
        Results.Image image = new Results.Image("1", HOSTILE);
        Findings findings = new Findings(
                "photos",
                "/home/" + HOSTILE,
                Instant.EPOCH,
                new Intake.Outcome(
                        3,
                        List.of(new Intake.Rejected(HOSTILE, HOSTILE)),
                        2,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2)),
                List.of(new Results.FailedImage(HOSTILE, "truncated", HOSTILE)),
                Map.of("upload", Duration.ofSeconds(1)),
                new Results.Clusters(
                        1, List.of(new Results.Cluster(0, 2, 0.9, Map.of(HOSTILE, 2), List.of(image))), List.of(), 0.1),
                new Results.Duplicates(
                        new Results.Threshold(0.98),
                        List.of(new Results.Group(image, List.of(new Results.Member("2", HOSTILE, HOSTILE, 0.99)))),
                        0,
                        1,
                        0.1),
                new Results.Outliers(List.of(new Results.Outlier("1", HOSTILE, 2.5, 1, null)), 0.1),
                new Results.Selection(
                        List.of(new Results.Selected("1", HOSTILE, HOSTILE)),
                        Map.of(HOSTILE, 2),
                        Map.of(HOSTILE, 1),
                        0.1),
                null);
        Path file = folder.resolve("report.html");
        new HtmlReport(findings, id -> "data:image/jpeg;base64,AAAA").write(file);

        String html = Files.readString(file);
        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("\u202E")
                .doesNotContain("\u0007")
                .contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;?gpj.exe?.jpg")
                .endsWith("</html>\n");
        assertThat(html.split("<section ", -1)).hasSameSizeAs(html.split("</section>", -1));
    }
}
