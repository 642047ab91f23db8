package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.curation.InvalidParameterException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a job shall do, with its parameters. A task cannot be built with parameters that are wrong whatever the dataset;
 * null stands for the default. {@link #check} holds them against the dataset's size.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(AdapterTask.class),
    @JsonSubTypes.Type(AuditSplitTask.class),
    @JsonSubTypes.Type(BalanceTask.class),
    @JsonSubTypes.Type(ClusterTask.class),
    @JsonSubTypes.Type(CopyTask.class),
    @JsonSubTypes.Type(DeduplicateTask.class),
    @JsonSubTypes.Type(DeleteTask.class),
    @JsonSubTypes.Type(LabelIssuesTask.class),
    @JsonSubTypes.Type(MapTask.class),
    @JsonSubTypes.Type(OutliersTask.class),
    @JsonSubTypes.Type(ProbeTask.class),
    @JsonSubTypes.Type(QualityTask.class),
    @JsonSubTypes.Type(ScoresTask.class),
    @JsonSubTypes.Type(SelectTask.class),
    @JsonSubTypes.Type(SplitTask.class),
    @JsonSubTypes.Type(SuggestLabelsTask.class),
    @JsonSubTypes.Type(ThinTask.class)
})
public sealed interface CurationTask
        permits AdapterTask,
                AuditSplitTask,
                BalanceTask,
                ClusterTask,
                DeduplicateTask,
                LabelIssuesTask,
                MapTask,
                OutliersTask,
                ProbeTask,
                QualityTask,
                ScoresTask,
                SelectTask,
                SliceTask,
                SplitTask,
                SuggestLabelsTask,
                ThinTask {

    long DEFAULT_SEED = 42;

    /** The task's name in requests and results. */
    default String type() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /** What may be asked for by name, for people. */
    static String types() {
        return Arrays.stream(
                        CurationTask.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::value)
                // Deleting has a call of its own.
                .filter(task -> task != DeleteTask.class)
                .map(task -> task.getAnnotation(JsonTypeName.class).value())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Where the task's random numbers begin; null stands for {@value #DEFAULT_SEED}. */
    @Nullable
    Long seed();

    default long seedOrDefault() {
        Long seed = seed();
        return seed == null ? DEFAULT_SEED : seed;
    }

    /** The other datasets the task reads. */
    default List<String> others() {
        return List.of();
    }

    /** Whether images that somebody decided to drop are left out, as if they were not there. */
    default boolean leavesOutDropped() {
        return false;
    }

    /**
     * Holds the parameters against the dataset.
     *
     * @throws InvalidParameterException if one asks for more than the dataset has
     */
    void check(long images);

    /**
     * Does the work. The same vectors, parameters and seed give the same report.
     *
     * @throws InvalidParameterException if the dataset has not what the parameters ask for
     */
    Report run(Work work);
}
