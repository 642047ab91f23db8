package dev.winnow.curation.jobs;

import dev.winnow.curation.tasks.TaskResult;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;

/** Where jobs live between requests, replicas and restarts. */
public interface JobStore {

    /** Writes a job's state, replacing the one before. */
    void save(CurationJob job);

    /** A job's newest state. */
    Optional<CurationJob> find(UUID id);

    /** Leaves word for whichever replica runs the job that it shall stop. */
    void requestCancel(UUID id);

    /** Whether somebody asked for the job to stop. */
    boolean isCancelRequested(UUID id);

    /** Writes a job's result. */
    void saveResult(UUID id, TaskResult result);

    /** A job's result as JSON; the caller closes the stream. */
    Optional<InputStream> openResult(UUID id);
}
