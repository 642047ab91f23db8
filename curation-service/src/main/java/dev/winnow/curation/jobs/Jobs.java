package dev.winnow.curation.jobs;

import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.tasks.CurationTask;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Submitting jobs, and asking after them. */
@ApplicationScoped
public class Jobs {

    private final Datasets datasets;
    private final JobStore store;
    private final JobQueue queue;

    Jobs(Datasets datasets, JobStore store, JobQueue queue) {
        this.datasets = datasets;
        this.store = store;
        this.queue = queue;
    }

    /**
     * Accepts a task: it is written down and queued when this returns.
     *
     * @throws NotFoundException if there is no such dataset, or none of those the task reads besides
     * @throws InvalidParameterException if a parameter asks for more than the dataset has
     */
    public CurationJob submit(String dataset, CurationTask task) {
        task.check(datasets.get(dataset).images());
        if (task.others().contains(dataset)) {
            throw new InvalidParameterException("against", "expected another dataset");
        }
        task.others().forEach(datasets::get);
        CurationJob.Queued job =
                new CurationJob.Queued(new CurationJob.Order(UUID.randomUUID(), dataset, task, Instant.now()));
        store.save(job);
        queue.add(job);
        return job;
    }

    /** @throws NotFoundException if there is no such job */
    public CurationJob get(UUID id) {
        return store.find(id).orElseThrow(() -> new NotFoundException("job", id));
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
