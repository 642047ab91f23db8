package dev.winnow.curation.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.tasks.CurationTask;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job, in one of its states. A state offers only the transitions that are legal from it, and the last ones none.
 *
 * <p>{@code Queued → Running → Succeeded | Failed | Cancelled}, and {@code Queued → Cancelled}. A job whose service died
 * runs again from its beginning: {@code Running → Running}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CurationJob.Queued.class, name = "queued"),
    @JsonSubTypes.Type(value = CurationJob.Running.class, name = "running"),
    @JsonSubTypes.Type(value = CurationJob.Succeeded.class, name = "succeeded"),
    @JsonSubTypes.Type(value = CurationJob.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = CurationJob.Cancelled.class, name = "cancelled")
})
public sealed interface CurationJob {

    /** What was asked for. */
    Order order();

    /** How much is done, 0 to 1. */
    @JsonProperty
    double progress();

    /** A job nothing more will happen to. */
    sealed interface Finished extends CurationJob {}

    /** A job that is still to be done, or being done. */
    sealed interface Open extends CurationJob {

        /** The job at work, from its beginning. */
        default Running start(Instant now) {
            return new Running(order(), now, "starting", 0, 0, null, null);
        }

        /** The job nobody wants any more. */
        default Cancelled cancel(Instant now) {
            return new Cancelled(order(), progress(), now);
        }
    }

    /** What was asked for, and when. */
    record Order(UUID id, String dataset, String type, CurationTask parameters, Instant submittedAt) {

        public Order(UUID id, String dataset, CurationTask task, Instant submittedAt) {
            this(id, dataset, task.type(), task, submittedAt);
        }
    }

    record Queued(@JsonUnwrapped Order order) implements Open {
        @Override
        public double progress() {
            return 0;
        }
    }

    /**
     * @param startedAt when this attempt began
     * @param stage what is being done, for a person
     * @param elapsedSeconds since this attempt began
     * @param progressPerSecond how much of the whole is done a second, as of late; null while unknown
     * @param remainingSeconds to the end at that pace; null while unknown
     */
    record Running(
            @JsonUnwrapped Order order,
            Instant startedAt,
            String stage,
            double progress,
            double elapsedSeconds,
            @Nullable Double progressPerSecond,
            @Nullable Double remainingSeconds)
            implements Open {

        /** The same job a step further. */
        Running at(String newStage, double newProgress, double elapsed, Pace.Estimate estimate) {
            return new Running(
                    order, startedAt, newStage, newProgress, elapsed, estimate.perSecond(), estimate.remaining());
        }

        public Succeeded succeed(Instant now) {
            return new Succeeded(order, startedAt, now);
        }

        /** @param error what a person can do about it */
        public Failed fail(String error, Instant now) {
            return new Failed(order, startedAt, progress, error, now);
        }
    }

    record Succeeded(@JsonUnwrapped Order order, Instant startedAt, Instant finishedAt) implements Finished {
        @Override
        public double progress() {
            return 1;
        }
    }

    record Failed(@JsonUnwrapped Order order, Instant startedAt, double progress, String error, Instant finishedAt)
            implements Finished {}

    record Cancelled(@JsonUnwrapped Order order, double progress, Instant finishedAt) implements Finished {}
}
