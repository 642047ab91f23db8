package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code ./winnow bench embed} on few images: that it measures everything, not how fast that is. */
class BenchEmbedTest {

    private static final int IMAGES = 48;

    @Test
    void theBenchmarkOfTheGuideMeasuresEveryPart() throws Exception {
        assertThat(Files.readString(RunningSuite.ROOT.resolve("docs/benchmarks.md")))
                .contains("./winnow bench embed");
        RunningSuite.Run run = bench("--model", "winnow-default", "--device", "cpu", "--json");
        assertThat(run.out()).contains("Ratios", "worker / forward", "Memory of the worker");
        JsonPath figures = figures(run);
        assertThat(figures.getInt("setting.images")).isEqualTo(IMAGES);
        assertThat(figures.getInt("setting.files")).isEqualTo(IMAGES);
        assertThat(figures.getInt("setting.rounds")).isEqualTo(1);
        assertThat(figures.getString("setting.model")).startsWith("winnow-default-");
        assertThat(figures.getString("setting.execution_provider")).isEqualTo("cpu");
        assertThat(figures.getLong("setting.mean_bytes")).isPositive();
        for (String ratio : List.of("worker_to_forward", "worker_to_ideal", "upload_to_worker")) {
            assertThat(figures.getDouble("ratios." + ratio)).as(ratio).isPositive();
        }
        Map<String, Number> rates = figures.getMap("images_per_second");
        assertThat(rates).containsOnlyKeys("worker", "forward", "preparation", "ideal", "upload");
        assertThat(rates.values()).allMatch(rate -> rate.doubleValue() > 0);
        assertThat(figures.getDouble("images_per_second.ideal"))
                .isLessThan(figures.getDouble("images_per_second.forward"));
        assertThat(figures.getList("worker_stages.stage", String.class)).contains("fetch", "decode", "forward");
        assertThat(figures.getList("worker_stages.ms_per_image", Double.class)).allMatch(ms -> ms > 0);
        assertThat(figures.getList("memory.images", Integer.class)).containsExactly(0, IMAGES / 2, IMAGES);
        assertThat(figures.getList("memory.resident_bytes", Long.class)).allMatch(bytes -> bytes > 50_000_000);
        assertThat(figures.getList("memory.heap_bytes", Long.class)).allMatch(bytes -> bytes > 1_000_000);
        assertThat(figures.getDouble("query_ms.idle_p95"))
                .isGreaterThanOrEqualTo(figures.getDouble("query_ms.idle_p50"));
    }

    @Test
    void pipelinesInPythonStandBesideIt() throws Exception {
        String python = System.getenv("WINNOW_PYTHON");
        assumeTrue(python != null, "WINNOW_PYTHON names no Python");
        JsonPath figures = figures(bench("--device", "cpu", "--python", python, "--json"));
        assertThat(figures.getDouble("images_per_second.python_onnxruntime")).isPositive();
        assertThat(figures.getDouble("ratios.worker_to_python.python_onnxruntime"))
                .isPositive();
    }

    @Test
    void whereThereIsNoCudaItSaysSo() throws Exception {
        RunningSuite.Run run = RunningSuite.run("bench", "embed", "--n", "1", "--rounds", "1", "--device", "cuda");
        assumeFalse(run.exitCode() == 0, "there is CUDA");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("there is no CUDA here");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws Exception {
        RunningSuite.Run none = RunningSuite.run("bench", "embed", "--n", "0");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("--n 0: expected 1 or more");
        RunningSuite.Run unknown = RunningSuite.run("bench", "embed", "--model", "no-such-model");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no model no-such-model is installed");
        RunningSuite.Run folder = RunningSuite.run("bench", "embed", "--images", "no-such-folder");
        assertThat(folder.exitCode()).isEqualTo(1);
        assertThat(folder.err()).contains("--images no-such-folder does not exist");
        assertThat(RunningSuite.run("bench", "nothing").exitCode()).isEqualTo(2);
    }

    private static RunningSuite.Run bench(String... arguments) throws Exception {
        List<String> all =
                new java.util.ArrayList<>(List.of("bench", "embed", "--n", Integer.toString(IMAGES), "--rounds", "1"));
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
