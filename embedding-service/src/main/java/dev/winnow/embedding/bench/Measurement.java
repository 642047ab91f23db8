package dev.winnow.embedding.bench;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.bench.Outcomes.Expected;
import dev.winnow.embedding.bench.WorkerProcess.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The rounds. All that is compared is measured in each of them, one after the other, so that a machine that is slower for a
 * while is so for all.
 */
final class Measurement {

    /** Uploads, queries and Python need no more images for their figures. */
    private static final int ENOUGH = 2000;

    private static final int MOST_WARM_UPS = 6;
    private static final double STILL_FASTER = 1.03;

    private static final String DATASET = "bench";

    private final Photos photos;
    private final int threads;
    private final BareForward forward;
    private final BareForward.Arrangement arrangement;
    private final Preparation preparation;
    private final WorkerProcess worker;
    private final MemoryCurve memory;
    private final Events events;
    private final Outcomes outcomes;
    private final Bucket bucket;
    private final Index index;
    private final ServiceApi api;
    private final Queries queries;
    private final Optional<PythonPipelines> python;
    private final Consumer<String> progress;
    private List<Stored> objects = List.of();

    /** What is measured, and by what. */
    record Parts(
            Photos photos,
            int threads,
            BareForward forward,
            BareForward.Arrangement arrangement,
            Preparation preparation,
            WorkerProcess worker,
            Events events,
            Outcomes outcomes,
            Bucket bucket,
            Index index,
            ServiceApi api,
            Optional<PythonPipelines> python) {}

    Measurement(Parts parts, Consumer<String> progress) {
        this.photos = parts.photos;
        this.threads = parts.threads;
        this.forward = parts.forward;
        this.arrangement = parts.arrangement;
        this.preparation = parts.preparation;
        this.worker = parts.worker;
        this.memory = new MemoryCurve(worker);
        this.events = parts.events;
        this.outcomes = parts.outcomes;
        this.bucket = parts.bucket;
        this.index = parts.index;
        this.api = parts.api;
        this.queries = new Queries(api, photos.typical());
        this.python = parts.python;
        this.progress = progress;
    }

    /**
     * Puts the images into the bucket, whose notifications reach the worker, then repeats what will be measured until it gets no
     * faster: a worker runs for days, the compilers of its process are busy in its first minute only.
     */
    void prepare() throws IOException, InterruptedException {
        progress.accept("putting " + photos.count() + " images into the bucket; the worker warms up on them");
        Expected all = outcomes.expect(DATASET, photos.count());
        objects = bucket.put(photos, DATASET);
        all.awaitLast();
        preparation.rate(photos, threads);
        untilNoFaster(() -> {
            Expected some = expectAgain(enough());
            long begun = System.nanoTime();
            events.send(enough());
            some.awaitLast();
            return enough().size() / Callers.seconds(begun);
        });
        String uploads = DATASET + "-upload-warm";
        untilNoFaster(() -> {
            double rate = upload(uploads);
            index.delete(uploads);
            return rate;
        });
    }

    private interface Pass {
        /** Images a second. */
        double run() throws IOException, InterruptedException;
    }

    private static void untilNoFaster(Pass pass) throws IOException, InterruptedException {
        double before = 0;
        double now = pass.run();
        for (int i = 1; i < MOST_WARM_UPS && now > STILL_FASTER * before; i++) {
            before = now;
            now = pass.run();
        }
    }

    /** As many of the images in the bucket as tell enough. */
    private List<Stored> enough() {
        return objects.subList(0, Math.min(ENOUGH, objects.size()));
    }

    /** Forgets the points, so that the same objects are embedded again when events tell of them. */
    private Expected expectAgain(List<Stored> again) throws IOException, InterruptedException {
        index.delete(DATASET);
        return outcomes.expect(DATASET, again.size());
    }

    List<Round> rounds(int count) throws IOException, InterruptedException, OrtException {
        List<Round> rounds = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            progress.accept("round " + i + " of " + count);
            rounds.add(round(i));
        }
        return rounds;
    }

    private Round round(int number) throws IOException, InterruptedException, OrtException {
        double bare = forward.rate(arrangement);
        double prepared = preparation.rate(photos, threads);
        Map<String, Stage> before = worker.stages();
        double embedded = pass();
        Map<String, Stage> stages = new TreeMap<>(worker.stages());
        before.forEach((name, stage) -> stages.computeIfPresent(name, (key, after) -> after.minus(stage)));
        double uploaded = upload(DATASET + "-upload-" + number);
        queriesUnderLoad();
        double one = forward.one();
        queries.whileIdle();
        Preparation.Split split = preparation.split(photos);
        Map<String, Double> others =
                python.isPresent() ? python.get().rates(photos, Math.min(ENOUGH, photos.count())) : Map.of();
        return new Round(bare, prepared, embedded, uploaded, one, split, stages, others);
    }

    /** The worker alone: all images, events only. */
    private double pass() throws IOException, InterruptedException {
        Expected all = expectAgain(objects);
        long[] times = new long[2];
        memory.during(objects.size(), all::count, () -> {
            times[0] = System.nanoTime();
            events.send(objects);
            times[1] = all.awaitLast();
        });
        requireSearchable(DATASET, objects.size());
        return objects.size() / ((times[1] - times[0]) / 1e9);
    }

    private double upload(String dataset) throws IOException, InterruptedException {
        int count = Math.min(ENOUGH, photos.count());
        Expected all = outcomes.expect(dataset, count);
        long begun = System.nanoTime();
        api.upload(photos, count, dataset);
        all.awaitLast();
        requireSearchable(dataset, count);
        return count / Callers.seconds(begun);
    }

    private void queriesUnderLoad() throws IOException, InterruptedException {
        Expected all = expectAgain(enough());
        events.send(enough());
        all.awaitFirst();
        queries.whileBusy(all::isComplete);
        all.awaitLast();
    }

    /** An outcome is told once its point is there. */
    private void requireSearchable(String dataset, int count) throws IOException, InterruptedException {
        long there = index.count(dataset);
        if (there != count) {
            throw new IOException("of " + count + " images of " + dataset + " " + there + " are searchable");
        }
    }

    Queries queries() {
        return queries;
    }

    MemoryCurve memory() {
        return memory;
    }
}
