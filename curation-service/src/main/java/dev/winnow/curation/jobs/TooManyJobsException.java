package dev.winnow.curation.jobs;

import java.util.List;
import java.util.UUID;

/** A dataset has as many unfinished jobs as it may have. */
public final class TooManyJobsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<UUID> open;

    /** @param open those that have not finished */
    TooManyJobsException(String dataset, int limit, List<UUID> open) {
        super(
                "dataset %s has %d unfinished jobs, and may have %d (winnow.jobs.per-dataset): wait for one, or stop one with DELETE /v1/jobs/{id}"
                        .formatted(dataset, open.size(), limit));
        this.open = List.copyOf(open);
    }

    public List<UUID> open() {
        return open;
    }
}
