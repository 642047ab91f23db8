package dev.winnow.curation.jobs;

import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.map.MapStore;
import dev.winnow.curation.tasks.CurationEngine;
import dev.winnow.curation.tasks.MapTask;
import dev.winnow.curation.tasks.TaskResult;
import dev.winnow.curation.vectors.TooManyVectorsException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Runs a job to one of its ends. A server that does not answer is waited for; only what a repetition cannot mend fails
 * the job. Running a job again that was interrupted begins anew and leads to the same result; running one that has
 * finished does nothing.
 */
@ApplicationScoped
public class JobRunner {

    private static final Logger LOG = Logger.getLogger(JobRunner.class);
    private static final Duration REPORT_EVERY = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final JobStore store;
    private final MapStore maps;
    private final CurationEngine engine;

    JobRunner(JobStore store, MapStore maps, CurationEngine engine) {
        this.store = store;
        this.maps = maps;
        this.engine = engine;
    }

    /** Returns when the job has finished. */
    public void run(UUID id) {
        Duration wait = Duration.ofMillis(500);
        while (!Thread.currentThread().isInterrupted()) {
            try {
                attempt(id);
                return;
            } catch (DependencyUnavailableException e) {
                LOG.warnf("event=job-waits job=%s reason=\"%s\"", id, e.getMessage());
                LockSupport.parkNanos(wait.toNanos());
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            }
        }
        throw new CancellationException("interrupted while waiting to run job " + id);
    }

    private void attempt(UUID id) {
        CurationJob job = store.find(id).orElse(null);
        if (!(job instanceof CurationJob.Open open)) {
            return;
        }
        CurationJob.Running running = open.start(Instant.now());
        Reporter progress = new Reporter(running);
        try {
            progress.at("starting", 0);
            TaskResult result =
                    engine.run(running.order().dataset(), running.order().parameters(), progress);
            store.saveResult(id, result);
            if (result.report() instanceof MapTask.MapReport drawn) {
                maps.save(drawn.map());
            }
            store.save(running.succeed(Instant.now()));
        } catch (CancellationException e) {
            store.save(progress.job.cancel(Instant.now()));
        } catch (InvalidParameterException | NotFoundException | TooManyVectorsException e) {
            store.save(progress.job.fail(String.valueOf(e.getMessage()), Instant.now()));
        } catch (OutOfMemoryError e) {
            // Off-heap memory is reserved by the caller's thread: the job was too large, the service is sound.
            LOG.errorf("event=job-too-large job=%s reason=\"%s\"", id, e.getMessage());
            store.save(progress.job.fail("the dataset does not fit into the service's memory", Instant.now()));
        } catch (DependencyUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "event=job-failed job=%s", id);
            store.save(progress.job.fail("internal error: " + e.getClass().getSimpleName(), Instant.now()));
        }
    }

    /** Writes progress down twice a second at most, and looks whether the job is still wanted. */
    private final class Reporter implements Progress {

        private CurationJob.Running job;
        private long reported = System.nanoTime() - TimeUnit.DAYS.toNanos(1);

        Reporter(CurationJob.Running job) {
            this.job = job;
        }

        @Override
        public void at(String stage, double fraction) {
            long now = System.nanoTime();
            if (now - reported >= REPORT_EVERY.toNanos()) {
                reported = now;
                job = job.at(stage, Math.clamp(fraction, 0.0, 1.0));
                store.save(job);
                if (store.isCancelRequested(job.order().id())) {
                    throw new CancellationException("asked to stop");
                }
            }
        }
    }
}
