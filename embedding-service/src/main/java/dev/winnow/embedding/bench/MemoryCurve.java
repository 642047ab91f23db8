package dev.winnow.embedding.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** The worker's memory over the images that it has embedded. */
final class MemoryCurve {

    /** What lies this near, as a share of all images, counts as the same time. */
    private static final double NEAR = 0.05;

    /** A sample takes some tenths of a second of the worker: no more than a hundredth of its time. */
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final WorkerProcess worker;
    private final List<Sample> samples = new ArrayList<>();
    private int before;

    MemoryCurve(WorkerProcess worker) {
        this.worker = worker;
    }

    private record Sample(int images, WorkerProcess.Memory memory) {}

    /** Something that is watched while it lasts. */
    interface Pass {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Takes a sample before, one every {@link #INTERVAL}, and one after.
     *
     * @param images that are embedded in the end
     * @param done how many of them are by now
     */
    void during(int images, IntSupplier done, Pass pass) throws IOException, InterruptedException {
        add(0);
        CountDownLatch ended = new CountDownLatch(1);
        Thread watch = Thread.ofVirtual().start(() -> watch(done, ended));
        try {
            pass.run();
        } finally {
            ended.countDown();
            watch.join();
        }
        add(images);
        before += images;
    }

    private void watch(IntSupplier done, CountDownLatch ended) {
        try {
            while (!ended.await(INTERVAL.toSeconds(), TimeUnit.SECONDS)) {
                add(done.getAsInt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The pass itself fails where the worker is gone, and says so.
        }
    }

    private synchronized void add(int images) throws IOException, InterruptedException {
        samples.add(new Sample(before + images, worker.memory()));
    }

    /** How many images that were. */
    int images() {
        return before;
    }

    /**
     * Heap and buffers at their lowest (the least that is only in flight), the process at its highest, around a share of
     * all images; from the nearest sample where none lies near.
     */
    synchronized WorkerProcess.Memory at(double share) {
        double middle = share * before;
        double nearest = samples.stream()
                .mapToDouble(sample -> Math.abs(sample.images - middle))
                .min()
                .orElseThrow();
        double within = Math.max(nearest, NEAR * before);
        List<WorkerProcess.Memory> near = samples.stream()
                .filter(sample -> Math.abs(sample.images - middle) <= within)
                .map(Sample::memory)
                .toList();
        return new WorkerProcess.Memory(
                near.stream().mapToLong(WorkerProcess.Memory::heap).min().orElseThrow(),
                near.stream().mapToLong(WorkerProcess.Memory::direct).min().orElseThrow(),
                near.stream().mapToLong(WorkerProcess.Memory::resident).max().orElseThrow());
    }
}
