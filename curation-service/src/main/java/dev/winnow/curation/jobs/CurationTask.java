package dev.winnow.curation.jobs;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a job shall do, with its parameters. A task cannot be built with parameters that are wrong whatever the dataset;
 * null stands for the default. {@link #check} holds them against the dataset's size.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(CurationTask.Cluster.class),
    @JsonSubTypes.Type(CurationTask.Deduplicate.class),
    @JsonSubTypes.Type(CurationTask.Outliers.class),
    @JsonSubTypes.Type(CurationTask.Select.class)
})
public sealed interface CurationTask {

    long DEFAULT_SEED = 42;

    /** The task's name in requests and results. */
    default String type() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /**
     * Holds the parameters against the dataset.
     *
     * @throws InvalidParameterException if one asks for more than the dataset has
     */
    void check(long images);

    /** Where the task's random numbers begin. */
    default long seedOrDefault() {
        Long seed =
                switch (this) {
                    case Cluster cluster -> cluster.seed;
                    case Select select -> select.seed;
                    case Deduplicate deduplicate -> deduplicate.seed;
                    case Outliers outliers -> outliers.seed;
                };
        return seed == null ? DEFAULT_SEED : seed;
    }

    /**
     * Spherical k-means.
     *
     * @param k how many clusters; null chooses by silhouette
     */
    @JsonTypeName("cluster")
    record Cluster(@Nullable Integer k, @Nullable Long seed) implements CurationTask {
        public Cluster {
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, 10_000);
            }
        }

        @Override
        public void check(long images) {
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images));
            }
        }
    }

    /**
     * Exact and near duplicates.
     *
     * @param threshold least cosine similarity of a near duplicate; null for a relative one
     * @param ratio near is what is closer than this fraction of the local scale; excludes {@code threshold}
     * @param survivor which image of a group stays
     * @param seed accepted for uniformity; nothing here is random
     */
    @JsonTypeName("deduplicate")
    record Deduplicate(
            @Nullable Double threshold,
            @Nullable Double ratio,
            @Nullable SurvivorPolicy survivor,
            @Nullable Long seed) implements CurationTask {

        public static final double DEFAULT_RATIO = 0.35;

        public Deduplicate {
            if (threshold != null) {
                InvalidParameterException.checkRange("threshold", threshold, -1, 1);
            }
            if (ratio != null) {
                InvalidParameterException.checkRange("ratio", ratio, 0, 2);
            }
            if (threshold != null && ratio != null) {
                throw new InvalidParameterException("ratio", "expected either threshold or ratio, got both");
            }
        }

        @Override
        public void check(long images) {}
    }

    /**
     * The rarest images.
     *
     * @param k neighbours to compare with, default 10
     * @param limit how many to report, default 100
     * @param seed accepted for uniformity; nothing here is random
     */
    @JsonTypeName("outliers")
    record Outliers(
            @Nullable Integer k,
            @Nullable Integer limit,
            @Nullable Long seed) implements CurationTask {

        public static final int DEFAULT_K = 10;
        public static final int DEFAULT_LIMIT = 100;

        public Outliers {
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, 1000);
            }
            if (limit != null) {
                InvalidParameterException.checkRange("limit", limit, 1, 100_000);
            }
        }

        @Override
        public void check(long images) {
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images - 1));
            }
        }
    }

    /**
     * A balanced subset.
     *
     * @param n how many images
     * @param by the groups to balance; default clusters
     * @param excludeDuplicates whether only the survivors of duplicate groups can be chosen; default true
     * @param k how many clusters where balanced by cluster; null chooses by silhouette
     */
    @JsonTypeName("select")
    record Select(
            @Nullable Integer n,
            @Nullable GroupBy by,
            @Nullable Boolean excludeDuplicates,
            @Nullable Integer k,
            @Nullable Long seed)
            implements CurationTask {

        public Select {
            if (n == null) {
                throw new InvalidParameterException("n", "expected how many images to select");
            }
            InvalidParameterException.checkRange("n", n, 1, 10_000_000);
            if (k != null && by == GroupBy.LABEL) {
                throw new InvalidParameterException("k", "expected only with by = cluster");
            }
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, 10_000);
            }
        }

        @Override
        public void check(long images) {
            InvalidParameterException.checkRange("n", Objects.requireNonNull(n), 1, (double) Math.max(1, images));
            if (k != null) {
                InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images));
            }
        }
    }
}
