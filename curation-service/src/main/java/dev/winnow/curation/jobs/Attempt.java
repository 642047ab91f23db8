package dev.winnow.curation.jobs;

import dev.winnow.curation.Progress;
import dev.winnow.curation.tasks.TaskResult;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Work on a thread of its own, watched by another. */
final class Attempt implements Progress {

    private final FutureTask<TaskResult> work;
    private final Thread thread;
    private volatile Reached reached = new Reached("starting", 0);
    private volatile boolean stopped;

    private record Reached(String stage, double fraction) {}

    Attempt(UUID job, Function<Progress, TaskResult> work) {
        this.work = new FutureTask<>(() -> work.apply(this));
        this.thread = Thread.ofPlatform().name("job-" + job).daemon().start(this.work);
    }

    /** What is being done. */
    String stage() {
        return reached.stage;
    }

    /** How much is done, 0 to 1. */
    double fraction() {
        return reached.fraction;
    }

    /**
     * What came of the work.
     *
     * @throws TimeoutException if it has not ended after that long
     * @throws ExecutionException with what the work has thrown
     */
    TaskResult get(Duration longest) throws InterruptedException, ExecutionException, TimeoutException {
        return work.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void at(String stage, double fraction) {
        if (stopped) {
            throw new CancellationException("asked to stop");
        }
        reached = new Reached(stage, Math.clamp(fraction, 0.0, 1.0));
    }

    /**
     * Stops the work, if it has not ended: a call to a server is interrupted, a computation ends when it next reports
     * progress. Returns when the thread has ended, so that the memory of two jobs is never held at the same time.
     */
    void stop() throws InterruptedException {
        stopped = true;
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join();
        }
    }
}
