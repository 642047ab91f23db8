package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the whole suite takes of a machine. Times are printed, not asserted: they are the machine's as much as ours. */
@ExtendWith(SharedSuite.class)
class FootprintTest {

    private static final long LIMIT_KILOBYTES = 3 * 512 * 1024L;

    private final RunningSuite suite;

    FootprintTest(RunningSuite suite) {
        this.suite = suite;
    }

    @Test
    void itFitsIntoOneAndAHalfGigabytes() throws IOException, InterruptedException {
        Map<String, Long> kilobytes = new TreeMap<>();
        for (ProcessHandle process : suite.processes()) {
            kilobytes.put(name(process), residentKilobytes(process.pid()));
        }
        long total = kilobytes.values().stream().mapToLong(n -> n).sum();
        System.out.printf(
                Locale.ROOT,
                "suite: ready after %.1f s; resident %d MB %s%n",
                suite.readyAfter().toMillis() / 1000.0,
                total / 1000,
                kilobytes);
        assertThat(kilobytes).hasSize(5);
        assertThat(total).isLessThanOrEqualTo(LIMIT_KILOBYTES);
    }

    private static String name(ProcessHandle process) {
        String command = process.info().commandLine().orElse("");
        return List.of("ingest-service", "embedding-service", "curation-service", "LocalStack", "dev.winnow.cli.Winnow")
                .stream()
                .filter(command::contains)
                .findFirst()
                .orElse(command);
    }

    /** As ps tells it, on Linux and on macOS alike. */
    private static long residentKilobytes(long pid) throws IOException, InterruptedException {
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        String out = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ps.waitFor();
        return Long.parseLong(out.strip());
    }
}
