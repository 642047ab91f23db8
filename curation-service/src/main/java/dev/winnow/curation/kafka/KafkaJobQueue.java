package dev.winnow.curation.kafka;

import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.JobQueue;
import dev.winnow.curation.jobs.JobRunner;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The queue of jobs on Kafka. A replica runs one job at a time, the replicas share the partitions, and a job's record
 * is acknowledged when the job has finished: if its replica dies, another one gets it again.
 */
@ApplicationScoped
public class KafkaJobQueue implements JobQueue {

    private static final Logger LOG = Logger.getLogger(KafkaJobQueue.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Emitter<Record<String, String>> emitter;
    private final JobRunner runner;

    KafkaJobQueue(@Channel("jobs-out") Emitter<Record<String, String>> emitter, JobRunner runner) {
        this.emitter = emitter;
        this.runner = runner;
    }

    @Override
    public void add(CurationJob.Open job) {
        try {
            emitter.send(Record.of(job.order().dataset(), job.order().id().toString()))
                    .toCompletableFuture()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while queueing a job", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new DependencyUnavailableException("Kafka", e);
        }
    }

    /** Runs the next job; the record is acknowledged on return. */
    @Incoming("jobs-in")
    @Blocking("jobs")
    void run(Record<String, String> command) {
        UUID id;
        try {
            id = UUID.fromString(command.value());
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.warnf("event=unreadable topic=winnow.jobs key=%s", command.key());
            return;
        }
        runner.run(id);
    }
}
