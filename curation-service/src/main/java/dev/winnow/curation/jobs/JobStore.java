package dev.winnow.curation.jobs;

import dev.winnow.curation.tasks.TaskResult;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where jobs live between requests, replicas and restarts. */
public interface JobStore {

    /** Writes a job's state, replacing the one before; from the first time on it is among its dataset's jobs. */
    void save(CurationJob job);

    /** A job's newest state. */
    Optional<CurationJob> find(UUID id);

    /** The jobs of a dataset that have not finished, in no order. */
    List<CurationJob.Open> open(String dataset);

    /**
     * Part of a dataset's jobs, the newest first.
     *
     * @param next where the next part begins; null if this is the last one
     */
    record Page(List<CurationJob> jobs, @Nullable String next) {}

    /**
     * The jobs of a dataset, the newest first. Jobs that come in between shift no page.
     *
     * @param after what {@link Page#next} of the page before was; null for the first page
     * @throws dev.winnow.curation.InvalidParameterException if {@code after} was no such thing: {@code cursor}
     */
    Page list(String dataset, int limit, @Nullable String after);

    /** Leaves word for whichever replica runs the job that it shall stop. */
    void requestCancel(UUID id);

    /** Whether somebody asked for the job to stop. */
    boolean isCancelRequested(UUID id);

    /** Writes a job's result. */
    void saveResult(UUID id, TaskResult result);

    /** A job's result as JSON; the caller closes the stream. */
    Optional<InputStream> openResult(UUID id);
}
