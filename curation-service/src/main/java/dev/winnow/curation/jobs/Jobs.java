package dev.winnow.curation.jobs;

import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.tasks.CurationTask;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Submitting jobs, and asking after them. */
@ApplicationScoped
public class Jobs {

    private final Datasets datasets;
    private final JobStore store;
    private final JobQueue queue;
    private final int perDataset;
    /** Two submissions at the same moment see each other; on two replicas they may not, and then both are accepted. */
    private final ReentrantLock submitting = new ReentrantLock();

    Jobs(Datasets datasets, JobStore store, JobQueue queue, CurationConfig config) {
        this.datasets = datasets;
        this.store = store;
        this.queue = queue;
        this.perDataset = config.jobs().perDataset();
    }

    /**
     * Accepts a task: it is written down and queued when this returns. While a job with the same parameters has not
     * finished, that one is returned in place of a new one.
     *
     * @throws NotFoundException if there is no such dataset, or none of those the task reads besides
     * @throws InvalidParameterException if a parameter asks for more than the dataset has
     * @throws TooManyJobsException if the dataset has as many unfinished jobs as it may have
     */
    public CurationJob submit(String dataset, CurationTask task) {
        task.check(datasets.get(dataset).images());
        if (task.others().contains(dataset)) {
            throw new InvalidParameterException("against", "expected another dataset");
        }
        task.others().forEach(datasets::get);
        submitting.lock();
        try {
            List<CurationJob.Open> open = store.open(dataset);
            Optional<CurationJob.Open> same = open.stream()
                    .filter(job -> job.order().parameters().equals(task))
                    .findFirst();
            if (same.isPresent()) {
                return again(same.get());
            }
            if (open.size() >= perDataset) {
                throw new TooManyJobsException(
                        dataset,
                        perDataset,
                        open.stream().map(job -> job.order().id()).sorted().toList());
            }
            return enqueue(
                    new CurationJob.Queued(new CurationJob.Order(UUID.randomUUID(), dataset, task, Instant.now())));
        } finally {
            submitting.unlock();
        }
    }

    private CurationJob again(CurationJob.Open job) {
        // Its service may have died between writing the job down and queueing it. A job that is queued twice runs once.
        queue.add(job);
        return job;
    }

    private CurationJob enqueue(CurationJob.Queued job) {
        store.save(job);
        try {
            queue.add(job);
        } catch (DependencyUnavailableException e) {
            // The caller is told that nothing came of it, so nothing shall.
            store.save(job.cancel(Instant.now()));
            throw e;
        }
        return job;
    }

    /** @throws NotFoundException if there is no such job */
    public CurationJob get(UUID id) {
        return store.find(id).orElseThrow(() -> new NotFoundException("job", id));
    }

    /**
     * The jobs of a dataset, the newest first.
     *
     * @param after what the page before said comes next; null for the first page
     * @throws NotFoundException if there is neither such a dataset nor a job of one
     */
    public JobStore.Page list(String dataset, int limit, @Nullable String after) {
        JobStore.Page page = store.list(dataset, limit, after);
        if (page.jobs().isEmpty() && after == null) {
            datasets.get(dataset);
        }
        return page;
    }

    /** Asks a job to stop; one that has finished stays as it is. */
    public CurationJob cancel(UUID id) {
        CurationJob job = get(id);
        return switch (job) {
            case CurationJob.Finished finished -> finished;
            case CurationJob.Queued queued -> {
                store.requestCancel(id);
                CurationJob.Cancelled cancelled = queued.cancel(Instant.now());
                store.save(cancelled);
                yield cancelled;
            }
            case CurationJob.Running running -> {
                store.requestCancel(id);
                yield running;
            }
        };
    }

    /** A succeeded job's result as JSON; empty while there is none. The caller closes the stream. */
    public Optional<InputStream> openResult(UUID id) {
        return get(id) instanceof CurationJob.Succeeded ? store.openResult(id) : Optional.empty();
    }
}
