package dev.winnow.embedding.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.embedding.bench.BareForward.Arrangement;
import dev.winnow.embedding.bench.WorkerProcess.Memory;
import dev.winnow.embedding.bench.WorkerProcess.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is printed: medians of the rounds; a ratio is the median of the rounds' ratios.
 *
 * @param imagesPerSecond of the whole worker and of what it is compared with
 * @param forwardByBatch images a second of the bare forward pass by its batch, tried briefly before the rounds
 */
record Figures(
        Setting setting,
        Ratios ratios,
        Map<String, Double> imagesPerSecond,
        Arrangement forwardArrangement,
        Map<Integer, Double> forwardByBatch,
        Preparation.Split preparationMs,
        List<WorkerStage> workerStages,
        QueryMs queryMs,
        List<MemoryAt> memory) {

    /**
     * What was measured on what.
     *
     * @param workerBatch pictures of a forward pass of the worker at most
     * @param images of a pass of the worker
     * @param files different images among them
     * @param meanBytes of a file
     * @param refused files of the folder that are no usable images, left out
     */
    record Setting(
            String model,
            String executionProvider,
            int workerBatch,
            int images,
            int files,
            long meanBytes,
            int refused,
            int rounds,
            int cores) {}

    /**
     * How the worker stands beside what it consists of.
     *
     * @param workerToIdeal beside 1 / (1/P + 1/F), P and F being preparation and forward pass, each alone on all cores
     * @param queryP95ToOneForward a query's 95th percentile while the worker is busy, beside a forward pass of one picture;
     *     null where the worker was done before a query was
     */
    record Ratios(
            double workerToForward,
            double workerToIdeal,
            double uploadToWorker,
            @Nullable Double queryP95ToOneForward,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> workerToPython) {}

    /**
     * A stage of the worker. Stages overlap, and several images are in one at a time: the times do not add up.
     *
     * @param msPerImage its time in all, by the images
     * @param imagesPerSecond the inverse: of one thread that does nothing else
     * @param imagesPerRun how many it takes at a time
     */
    record WorkerStage(String stage, double msPerImage, double imagesPerSecond, double imagesPerRun) {}

    /** Milliseconds of {@code POST /v1/embed}, of all rounds together. */
    record QueryMs(
            double oneForward,
            double idleP50,
            double idleP95,
            @Nullable Double busyP50,
            @Nullable Double busyP95,
            int busyQueries) {}

    /** Memory of the worker's process after some images. */
    record MemoryAt(long images, long heapBytes, long directBytes, long residentBytes) {}

    static Figures of(Setting setting, List<BareForward.Trial> trials, Measurement done, List<Round> rounds) {
        Map<String, Double> rates = new LinkedHashMap<>();
        rates.put("worker", median(rounds, Round::worker));
        rates.put("forward", median(rounds, Round::forward));
        rates.put("preparation", median(rounds, Round::preparation));
        rates.put("ideal", median(rounds, Round::ideal));
        rates.put("upload", median(rounds, Round::upload));
        Map<String, Double> toPython = new TreeMap<>();
        for (String pipeline : rounds.getFirst().python().keySet()) {
            rates.put(pipeline, median(rounds, round -> python(round, pipeline)));
            toPython.put(pipeline, median(rounds, round -> round.worker() / python(round, pipeline)));
        }
        Queries queries = done.queries();
        double one = median(rounds, Round::one);
        Double p95 = percentile(queries.busy(), 0.95);
        Ratios ratios = new Ratios(
                median(rounds, round -> round.worker() / round.forward()),
                median(rounds, round -> round.worker() / round.ideal()),
                median(rounds, round -> round.upload() / round.worker()),
                p95 == null ? null : p95 / one,
                toPython);
        Map<Integer, Double> byBatch = new TreeMap<>();
        trials.forEach(trial -> byBatch.merge(trial.arrangement().batch(), trial.rate(), Math::max));
        return new Figures(
                setting,
                ratios,
                rates,
                trials.getFirst().arrangement(),
                byBatch,
                new Preparation.Split(
                        median(rounds, round -> round.split().decode()),
                        median(rounds, round -> round.split().preprocess()),
                        median(rounds, round -> round.split().identifiers()),
                        median(rounds, round -> round.split().sha256())),
                stages(rounds, setting.images()),
                new QueryMs(
                        one,
                        Samples.percentile(queries.idle(), 0.5),
                        Samples.percentile(queries.idle(), 0.95),
                        percentile(queries.busy(), 0.5),
                        p95,
                        queries.busy().size()),
                memory(done.memory()));
    }

    private static double median(Collection<Round> rounds, ToDoubleFunction<Round> value) {
        return Samples.median(rounds, value);
    }

    private static double python(Round round, String pipeline) {
        return round.python().getOrDefault(pipeline, Double.NaN);
    }

    private static @Nullable Double percentile(List<Double> values, double share) {
        return values.isEmpty() ? null : Samples.percentile(values, share);
    }

    /** In the order in which an image passes through them; what is new comes last. */
    private static final List<String> ORDER = List.of("look_up", "fetch", "decode", "forward", "write", "publish");

    private static int position(String stage) {
        int known = ORDER.indexOf(stage);
        return known < 0 ? ORDER.size() : known;
    }

    private static List<WorkerStage> stages(List<Round> rounds, int images) {
        TreeSet<String> names =
                new TreeSet<>(Comparator.comparingInt(Figures::position).thenComparing(Comparator.naturalOrder()));
        rounds.forEach(round -> names.addAll(round.stages().keySet()));
        List<WorkerStage> stages = new ArrayList<>();
        for (String name : names) {
            Stage none = new Stage(0, 0);
            double seconds = median(
                    rounds, round -> round.stages().getOrDefault(name, none).seconds());
            double runs = median(
                    rounds, round -> round.stages().getOrDefault(name, none).runs());
            if (runs > 0) {
                stages.add(new WorkerStage(name, 1000 * seconds / images, images / seconds, images / runs));
            }
        }
        return stages;
    }

    private static List<MemoryAt> memory(MemoryCurve curve) {
        List<MemoryAt> all = new ArrayList<>();
        for (double share : new double[] {0, 0.5, 1}) {
            Memory memory = curve.at(share);
            all.add(new MemoryAt(
                    Math.round(share * curve.images()), memory.heap(), memory.direct(), memory.resident()));
        }
        return all;
    }
}
