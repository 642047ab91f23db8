package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.curation.InvalidParameterException;
import java.util.List;
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
    @JsonSubTypes.Type(DeduplicateTask.class),
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
                SplitTask,
                SuggestLabelsTask,
                ThinTask {

    long DEFAULT_SEED = 42;

    /** The task's name in requests and results. */
    default String type() {
        return getClass().getAnnotation(JsonTypeName.class).value();
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
