package dev.winnow.embedding.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the worker and the operating system tell of its process. */
final class WorkerProcess {

    /** A sample of Prometheus' text format: name, labels, value. */
    private static final Pattern SAMPLE = Pattern.compile("^(\\w+)(?:\\{([^}]*)})? ([0-9.Ee+-]+)$", Pattern.MULTILINE);

    private static final Pattern STAGE = Pattern.compile("stage=\"(\\w+)\"");

    private final long pid;
    private final URI metrics;
    private final HttpClient http;

    WorkerProcess(long pid, String url, HttpClient http) {
        this.pid = pid;
        this.metrics = URI.create(url + "/q/metrics");
        this.http = http;
    }

    /**
     * Memory in bytes.
     *
     * @param heap in use after a full collection: garbage would hide what is kept
     * @param direct buffers outside the heap that Java knows of
     * @param resident all of the process that lies in memory, before that collection
     */
    record Memory(long heap, long direct, long resident) {}

    /** What a stage has done so far: how often it ran, and for how long in all. */
    record Stage(double runs, double seconds) {

        Stage minus(Stage before) {
            return new Stage(runs - before.runs, seconds - before.seconds);
        }

        Stage plus(Stage other) {
            return new Stage(runs + other.runs, seconds + other.seconds);
        }
    }

    /** Has the worker collect its garbage, which costs it some tenths of a second. */
    Memory memory() throws IOException, InterruptedException {
        long resident = resident();
        collectGarbage();
        double heap = 0;
        double direct = 0;
        Matcher sample = SAMPLE.matcher(scrape());
        while (sample.find()) {
            String labels = labels(sample);
            if (sample.group(1).equals("jvm_memory_used_bytes") && labels.contains("area=\"heap\"")) {
                heap += Double.parseDouble(sample.group(3));
            }
            if (sample.group(1).equals("jvm_buffer_memory_used_bytes") && labels.contains("id=\"direct\"")) {
                direct += Double.parseDouble(sample.group(3));
            }
        }
        return new Memory((long) heap, (long) direct, resident);
    }

    /** Every stage, by name. */
    Map<String, Stage> stages() throws IOException, InterruptedException {
        TreeMap<String, Stage> stages = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(scrape());
        while (sample.find()) {
            Matcher stage = STAGE.matcher(labels(sample));
            String name = stage.find() ? stage.group(1) : "";
            double value = Double.parseDouble(sample.group(3));
            switch (sample.group(1)) {
                case "winnow_stage_seconds_count" -> stages.merge(name, new Stage(value, 0), Stage::plus);
                case "winnow_stage_seconds_sum" -> stages.merge(name, new Stage(0, value), Stage::plus);
                default -> {
                    // Buckets and maxima.
                }
            }
        }
        return stages;
    }

    private void collectGarbage() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("the worker, process " + pid + ", does not collect its garbage: " + answer);
        }
    }

    private static String labels(Matcher sample) {
        String labels = sample.group(2);
        return labels == null ? "" : labels;
    }

    private String scrape() throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(metrics + " answered " + response.statusCode());
        }
        return response.body();
    }

    private long resident() throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        String answer = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (ps.waitFor() != 0 || answer.isEmpty()) {
            throw new IOException("the worker, process " + pid + ", is gone");
        }
        return 1024 * Long.parseLong(answer);
    }
}
