package dev.winnow.curation.jobs;

/** Hands jobs to whichever replica is to run them. */
public interface JobQueue {

    /** Returns once the job is safely queued. One that is queued already may be queued again. */
    void add(CurationJob.Open job);
}
