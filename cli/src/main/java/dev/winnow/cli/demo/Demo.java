package dev.winnow.cli.demo;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.cli.suite.Endpoints;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder from files to findings, over the services' HTTP alone: what any client could do. */
public final class Demo {

    /** A stray is alone. As many neighbours as are usual also find groups of ten, which here are the smallest classes. */
    private static final int STRAY_NEIGHBOURS = 20;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long SEED = 42;
    private static final int SELECTION = 150;
    private static final int THUMBNAIL_PIXELS = 160;

    private final Terminal terminal;
    private final ImageFolder folder;
    private final String dataset;
    private final String source;
    private final SampleSet.@Nullable Truth truth;

    private Demo(
            Terminal terminal, ImageFolder folder, String dataset, String source, SampleSet.@Nullable Truth truth) {
        this.terminal = terminal;
        this.folder = folder;
        this.dataset = dataset;
        this.source = source;
        this.truth = truth;
    }

    /** A demo on someone's own images. */
    public static Demo of(Path images, Terminal terminal) throws Failure {
        ImageFolder folder = ImageFolder.open(images);
        return new Demo(terminal, folder, folder.datasetName(), folder.root().toString(), null);
    }

    /** A demo on the sample set, drawn into {@code folder}. */
    public static Demo ofSample(Path folder, Terminal terminal) throws Failure {
        try {
            SampleSet.Truth truth = SampleSet.write(folder);
            return new Demo(terminal, ImageFolder.open(folder), "sample", "the drawn sample set", truth);
        } catch (IOException e) {
            throw new Failure("cannot write the sample set into " + folder + ": " + e.getMessage(), e);
        }
    }

    /** How many images it will take in. */
    public int size() {
        return folder.files().size();
    }

    /** Takes the images in, runs the jobs, prints the findings and writes the report. */
    public void run(Endpoints endpoints, Path report) throws Failure {
        try (SuiteApi api = new SuiteApi(endpoints)) {
            Findings findings = curate(api);
            new TerminalReport(terminal).print(findings);
            writeReport(api, findings, report);
        } catch (IOException e) {
            throw new Failure("cannot write " + report + ": " + e.getMessage(), e);
        }
    }

    private Findings curate(SuiteApi api) throws Failure, IOException {
        Instant at = Instant.now();
        Map<String, Duration> stages = new LinkedHashMap<>();
        Intake.Outcome intake = new Intake(api, terminal, folder, dataset).run();
        stages.put("upload", intake.uploading());
        stages.put("embed", intake.total().minus(intake.uploading()));
        if (intake.embedded() == 0) {
            String first = intake.rejected().stream()
                    .findFirst()
                    .map(file -> file.path() + ": " + file.reason())
                    .orElse("see the failures of the dataset");
            throw new Failure("none of the " + size() + " files is an image Winnow can use; the first one, " + first);
        }
        Optional<String> labels = folder.labels();
        if (labels.isPresent()) {
            Instant begun = Instant.now();
            api.annotate(dataset, labels.get());
            stages.put("label", Duration.between(begun, Instant.now()));
        }
        Results.Duplicates duplicates =
                job(api, stages, Map.of("type", "deduplicate", "seed", SEED), Results.Duplicates.class);
        Results.Clusters clusters = job(api, stages, Map.of("type", "cluster", "seed", SEED), Results.Clusters.class);
        Results.Outliers outliers = job(
                api,
                stages,
                Map.of(
                        "type",
                        "outliers",
                        "k",
                        Math.clamp(intake.embedded() - 1, 1, STRAY_NEIGHBOURS),
                        "limit",
                        24,
                        "seed",
                        SEED),
                Results.Outliers.class);
        boolean labelled = clusters.clusters().stream()
                .anyMatch(cluster -> !cluster.labels().isEmpty());
        long chosen = Math.clamp(intake.embedded() / 3, 1, SELECTION);
        Results.Selection selection = job(
                api,
                stages,
                Map.of(
                        "type",
                        "select",
                        "n",
                        chosen,
                        "by",
                        labelled ? "label" : "cluster",
                        "exclude_duplicates",
                        true,
                        "seed",
                        SEED),
                Results.Selection.class);
        Scores scores = truth == null ? null : Scores.of(truth, duplicates, outliers, clusters);
        return new Findings(
                dataset,
                source,
                at,
                intake,
                api.failures(dataset).failures(),
                stages,
                clusters,
                duplicates,
                outliers,
                selection,
                scores);
    }

    private <T> T job(SuiteApi api, Map<String, Duration> stages, Map<String, Object> parameters, Class<T> type)
            throws Failure {
        Instant begun = Instant.now();
        String name = String.valueOf(parameters.get("type"));
        Results.Job job = api.submit(dataset, parameters);
        while (!job.status().equals("succeeded")) {
            if (job.status().equals("failed") || job.status().equals("cancelled")) {
                throw new Failure(
                        "the job " + name + " " + job.status() + (job.error() == null ? "" : ": " + job.error()));
            }
            terminal.progress(name, job.progress(), job.status());
            api.pause(POLL);
            job = api.job(job.id());
        }
        T result = api.result(job.id(), type);
        stages.put(name, Duration.between(begun, Instant.now()));
        return result;
    }

    private void writeReport(SuiteApi api, Findings findings, Path report) throws Failure, IOException {
        Map<String, String> pictures = new HashMap<>();
        try {
            new HtmlReport(findings, id -> pictures.computeIfAbsent(id, image -> picture(api, image))).write(report);
        } catch (ThumbnailFailure e) {
            throw e.failure;
        }
        terminal.line("Report: " + report.toAbsolutePath().normalize());
    }

    private String picture(SuiteApi api, String image) {
        try {
            return api.thumbnail(dataset, image, THUMBNAIL_PIXELS)
                    .map(jpeg -> "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg))
                    .orElse("");
        } catch (Failure e) {
            throw new ThumbnailFailure(e);
        }
    }

    /** Carries a failure out of the report's picture lookup. */
    private static final class ThumbnailFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Failure failure;

        ThumbnailFailure(Failure failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
