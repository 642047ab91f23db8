package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code ./winnow bench curate} on few vectors: that it measures everything, not how fast that is. */
class BenchCurateTest {

    @Test
    void theBenchmarkOfTheGuideMeasuresEveryPart() throws Exception {
        assertThat(Files.readString(RunningSuite.ROOT.resolve("docs/benchmarks.md")))
                .contains("./winnow bench curate");
        RunningSuite.Run run = bench();
        assertThat(run.out()).contains("faiss and scikit-learn are missing", "peak memory");
        JsonPath figures = figures(run);
        assertThat(figures.getInt("setting.n")).isEqualTo(2_000);
        assertThat(figures.getInt("setting.dimension")).isEqualTo(16);
        assertThat(figures.getList("contests.name", String.class))
                .containsExactly(
                        "neighbours",
                        "k_means",
                        "near_duplicates",
                        "hdbscan",
                        "linear_probe",
                        "k_center",
                        "facility_location");
        assertThat(figures.getList("contests.by.winnow.seconds", Double.class)).allMatch(seconds -> seconds > 0);
        assertThat(figures.getList("growth.n", Integer.class)).containsExactly(2_000);
        assertThat(figures.getDouble("growth[0].near_duplicates")).isPositive();
    }

    @Test
    void whatIsUsedInPythonStandsBesideIt() throws Exception {
        String python = System.getenv("WINNOW_PYTHON");
        assumeTrue(python != null, "WINNOW_PYTHON names no Python");
        JsonPath figures = figures(bench("--python", python));
        for (int contest = 0; contest < 3; contest++) {
            String by = "contests[" + contest + "].by.";
            double ours = figures.getDouble(by + "winnow.quality");
            for (String who : List.of("faiss", "'scikit-learn'")) {
                assertThat(figures.getDouble(by + who + ".quality"))
                        .as(by + who)
                        .isCloseTo(ours, within(ours / 50));
            }
        }
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws Exception {
        RunningSuite.Run none = RunningSuite.run("bench", "curate", "--n", "0");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("--n 0 is less than 1");
        assertThat(none.out()).isEmpty();
    }

    private static RunningSuite.Run bench(String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("bench", "curate", "--n", "2000", "--d", "16", "--rounds", "1", "--json"));
        all.addAll(List.of(arguments));
        RunningSuite.Run run = RunningSuite.run(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    /** The last line. */
    private static JsonPath figures(RunningSuite.Run run) {
        return JsonPath.from(run.out().lines().toList().getLast());
    }
}
