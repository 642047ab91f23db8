package dev.winnow.curation.jobs;

import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.adapter.AdapterStore;
import dev.winnow.curation.map.MapStore;
import dev.winnow.curation.tasks.AdapterTask;
import dev.winnow.curation.tasks.CurationEngine;
import dev.winnow.curation.tasks.MapTask;
import dev.winnow.curation.tasks.TaskResult;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job to one of its ends. A server that does not answer is waited for; only what a repetition cannot mend fails
 * the job. Running a job again that was interrupted begins anew and leads to the same result; running one that has
 * finished does nothing.
 *
 * <p>The work has a thread of its own. The caller's thread looks twice a second whether the job is still wanted and
 * writes down how far it is, whatever the work is busy with, or waiting for.
 */
@ApplicationScoped
public class JobRunner {

    private static final Logger LOG = Logger.getLogger(JobRunner.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final JobStore store;
    private final MapStore maps;
    private final AdapterStore adapters;
    private final CurationEngine engine;

    JobRunner(JobStore store, MapStore maps, AdapterStore adapters, CurationEngine engine) {
        this.store = store;
        this.maps = maps;
        this.adapters = adapters;
        this.engine = engine;
    }

    /**
     * Returns when the job has finished.
     *
     * @throws CancellationException if the service stops: the job is left as it is, for another replica
     */
    public void run(UUID id) {
        try {
            CurationJob job = patiently(() -> store.find(id).orElse(null));
            if (job instanceof CurationJob.Open open) {
                new Run(open.start(Instant.now())).toItsEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while running job " + id);
        }
    }

    /** One job from its beginning, over as many attempts as it takes. */
    private final class Run {

        private final UUID id;
        private final long begun = System.nanoTime();
        private final Pace pace = new Pace();
        private CurationJob.Running job;

        Run(CurationJob.Running job) {
            this.job = job;
            this.id = job.order().id();
        }

        void toItsEnd() throws InterruptedException {
            if (patiently(() -> store.isCancelRequested(id))) {
                finish(job.cancel(Instant.now()));
                return;
            }
            patiently(() -> save(job));
            Duration wait = FIRST_WAIT;
            while (!attempt()) {
                if (!isWantedAfter(wait)) {
                    finish(job.cancel(Instant.now()));
                    return;
                }
                wait = longer(wait);
            }
        }

        /** Whether the job has finished; otherwise a server did not answer. */
        private boolean attempt() throws InterruptedException {
            Attempt attempt = new Attempt(
                    id,
                    progress -> engine.run(job.order().dataset(), job.order().parameters(), progress));
            try {
                while (true) {
                    try {
                        TaskResult result = attempt.get(LOOK_EVERY);
                        patiently(() -> {
                            store.saveResult(id, result);
                            if (result.report() instanceof MapTask.MapReport drawn) {
                                maps.save(drawn.map());
                            }
                            if (result.report() instanceof AdapterTask.AdapterReport learnt) {
                                adapters.save(learnt.made(), result.dataset(), result);
                            }
                            return true;
                        });
                        finish(job.succeed(Instant.now()));
                        return true;
                    } catch (TimeoutException e) {
                        if (!isWanted(attempt.stage(), attempt.fraction())) {
                            // Said before the work has noticed: a kernel may be in the middle of a product.
                            finish(job.cancel(Instant.now()));
                            return true;
                        }
                    }
                }
            } catch (ExecutionException e) {
                Throwable reason = e.getCause() == null ? e : e.getCause();
                if (reason instanceof DependencyUnavailableException) {
                    LOG.warnf("event=job-waits job=%s reason=\"%s\"", id, reason.getMessage());
                    job = noted("waiting: " + reason.getMessage(), job.progress());
                    return false;
                }
                finish(job.fail(explain(reason), Instant.now()));
                return true;
            } finally {
                attempt.stop();
            }
        }

        private String explain(Throwable reason) {
            return switch (reason) {
                case InvalidParameterException e -> String.valueOf(e.getMessage());
                case NotFoundException e -> String.valueOf(e.getMessage());
                case OutOfMemoryError e -> {
                    LOG.errorf("event=job-too-large job=%s reason=\"%s\"", id, e.getMessage());
                    yield "the dataset does not fit into the service's memory";
                }
                default -> {
                    LOG.errorf(reason, "event=job-failed job=%s", id);
                    yield "internal error: " + reason.getClass().getSimpleName();
                }
            };
        }

        /** Whether nobody has asked the job to stop until the time is over. */
        private boolean isWantedAfter(Duration wait) throws InterruptedException {
            long end = System.nanoTime() + wait.toNanos();
            while (isWanted(job.stage(), job.progress())) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return true;
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_EVERY.toNanos()));
            }
            return false;
        }

        /** Writes down how far the job is, and looks whether it is still wanted. */
        private boolean isWanted(String stage, double fraction) {
            job = noted(stage, fraction);
            try {
                if (store.isCancelRequested(id)) {
                    return false;
                }
                store.save(job);
            } catch (DependencyUnavailableException e) {
                // The work goes on; its state is written down when the store is back.
                LOG.debugf("event=job-unnoted job=%s reason=\"%s\"", id, e.getMessage());
            }
            return true;
        }

        private CurationJob.Running noted(String stage, double fraction) {
            double elapsed = (System.nanoTime() - begun) / 1e9;
            return job.at(stage, fraction, elapsed, pace.note(elapsed, fraction));
        }

        private void finish(CurationJob.Finished end) throws InterruptedException {
            patiently(() -> save(end));
        }
    }

    private boolean save(CurationJob job) {
        store.save(job);
        return true;
    }

    /** Waits for a store that does not answer. */
    private static <T extends @Nullable Object> T patiently(Supplier<T> question) throws InterruptedException {
        Duration wait = FIRST_WAIT;
        while (true) {
            try {
                return question.get();
            } catch (DependencyUnavailableException e) {
                LOG.warnf("event=job-store-waits reason=\"%s\"", e.getMessage());
                TimeUnit.NANOSECONDS.sleep(wait.toNanos());
                wait = longer(wait);
            }
        }
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
    }
}
