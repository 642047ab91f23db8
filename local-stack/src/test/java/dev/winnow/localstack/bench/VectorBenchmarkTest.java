package dev.winnow.localstack.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VectorBenchmarkTest {

    @Test
    void measures_everything_it_names() throws Exception {
        Map<String, String> figures =
                VectorBenchmark.run("--points", "1500", "--dimension", "8", "--queries", "8", "--json");

        assertThat(figures)
                .containsKeys("disk", "load", "delete", "restart")
                .containsKeys("many segments, all", "after deletions, 10 % by keyword", "after restart, 10 % by range");
        assertThat(figures.get("after restart")).startsWith("1,000 points");
    }

    @Test
    void wrong_options_are_named() {
        assertThatThrownBy(() -> VectorBenchmark.run("--points", "many")).hasMessageContaining("--points many");
        assertThatThrownBy(() -> VectorBenchmark.run("--queries", "0")).hasMessageContaining("less than 1");
        assertThatThrownBy(() -> VectorBenchmark.run("--seed")).hasMessageContaining("--seed needs a value");
        assertThatThrownBy(() -> VectorBenchmark.run("--fast")).hasMessageContaining("unknown option --fast");
    }
}
