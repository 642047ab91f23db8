package dev.winnow.curation.jobs;

/** Hands jobs to whichever replica is to run them. */
public interface JobQueue {

    /** Returns once the job is safely queued. */
    void add(CurationJob.Queued job);
}
