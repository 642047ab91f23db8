package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.clusters.ClusterHierarchy;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.Effort;
import dev.winnow.curation.clusters.HierarchicalKMeans;
import dev.winnow.curation.clusters.SphericalKMeans;
import dev.winnow.curation.clusters.density.DensityClustering;
import dev.winnow.curation.clusters.density.Hdbscan;
import dev.winnow.curation.clusters.density.Metric;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Clusters of like images, written down as the dataset's last fit.
 *
 * @param method default k-means
 * @param k kmeans: how many clusters; null chooses by silhouette
 * @param restarts kmeans, hierarchical: how often it begins anew, default 8, and 1
 * @param rounds kmeans, hierarchical: the most assignments a restart makes, default 50
 * @param levels hierarchical: clusters a level, the finest first; default the square and the fourth root of the images
 * @param resampling hierarchical: resampling steps a level, default 10
 * @param minClusterSize hdbscan: what is smaller is no cluster, default 5
 * @param minSamples hdbscan: how many images within reach make a dense region, default minClusterSize
 * @param metric hdbscan: default Euclidean
 */
@JsonTypeName("cluster")
public record ClusterTask(
        @Nullable Method method,
        @Nullable Integer k,
        @Nullable Integer restarts,
        @Nullable Integer rounds,
        @Nullable List<Integer> levels,
        @Nullable Integer resampling,
        @Nullable Integer minClusterSize,
        @Nullable Integer minSamples,
        @Nullable Metric metric,
        @Nullable Long seed)
        implements CurationTask {

    private static final int DEFAULT_RESAMPLING = 10;
    private static final int HIERARCHICAL_RESTARTS = 1;
    private static final int DEFAULT_MIN_CLUSTER_SIZE = 5;
    private static final int MAX_LEVELS = 6;

    /** How clusters are found. */
    public enum Method {
        KMEANS,
        HIERARCHICAL,
        HDBSCAN;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ClusterTask {
        Method chosen = method == null ? Method.KMEANS : method;
        only("k", k, chosen, Method.KMEANS);
        only("restarts", restarts, chosen, Method.KMEANS, Method.HIERARCHICAL);
        only("rounds", rounds, chosen, Method.KMEANS, Method.HIERARCHICAL);
        only("levels", levels, chosen, Method.HIERARCHICAL);
        only("resampling", resampling, chosen, Method.HIERARCHICAL);
        only("min_cluster_size", minClusterSize, chosen, Method.HDBSCAN);
        only("min_samples", minSamples, chosen, Method.HDBSCAN);
        only("metric", metric, chosen, Method.HDBSCAN);
        checkRange("k", k, 1, 10_000);
        checkRange("restarts", restarts, 1, 100);
        checkRange("rounds", rounds, 1, 1000);
        checkRange("resampling", resampling, 0, 100);
        checkRange("min_cluster_size", minClusterSize, 2, 1_000_000);
        checkRange("min_samples", minSamples, 1, 1000);
        if (levels != null) {
            checkLevels(levels);
            levels = List.copyOf(levels);
        }
    }

    /** k-means with everything else as it is by default. */
    public ClusterTask(@Nullable Integer k, @Nullable Long seed) {
        this(null, k, null, null, null, null, null, null, null, seed);
    }

    @Override
    public void check(long images) {
        double most = Math.max(1, images);
        checkRange("k", k, 1, most);
        checkRange("min_cluster_size", minClusterSize, 2, Math.max(2, most));
        checkRange("min_samples", minSamples, 1, most);
        if (levels != null) {
            checkRange("levels", levels.getFirst(), 1, most);
        }
    }

    @Override
    public Clusters run(Work work) {
        Work fitting = work.part(0, 0.9);
        Fitted fitted =
                switch (method == null ? Method.KMEANS : method) {
                    case KMEANS -> kMeans(fitting);
                    case HIERARCHICAL -> hierarchical(fitting);
                    case HDBSCAN -> hdbscan(fitting);
                };
        return Clusters.of(work, fitted, seedOrDefault());
    }

    /** The clusters of all that is worked on, {@code k} of them or as many as the silhouette chooses. */
    static Clustering clustering(Work work, @Nullable Integer k, long seed) {
        return new ClusterTask(k, seed).kMeans(work).clustering();
    }

    private Fitted kMeans(Work work) {
        Effort effort = effort(Effort.DEFAULT.restarts());
        SphericalKMeans kMeans = new SphericalKMeans(work.neighbours());
        Vectors vectors = work.snapshot().vectors();
        Clustering clustering = k == null
                ? kMeans.fitBest(vectors, effort, seedOrDefault(), work.progress())
                : kMeans.fit(vectors, k, effort, seedOrDefault(), work.progress());
        return new Fitted(
                Method.KMEANS,
                clustering,
                k == null ? "highest mean simplified silhouette" : "given",
                Map.of("k", clustering.k(), "restarts", effort.restarts(), "rounds", effort.rounds()),
                null,
                null);
    }

    /** The clusters of clusters of some vectors, with everything as it is by default. */
    static ClusterHierarchy hierarchy(Neighbours neighbours, Vectors vectors, long seed, Progress progress) {
        return hierarchy(
                neighbours,
                vectors,
                defaultLevels(vectors.size()),
                DEFAULT_RESAMPLING,
                new Effort(HIERARCHICAL_RESTARTS, Effort.DEFAULT.rounds()),
                seed,
                progress);
    }

    private static ClusterHierarchy hierarchy(
            Neighbours neighbours,
            Vectors vectors,
            List<Integer> sizes,
            int steps,
            Effort effort,
            long seed,
            Progress progress) {
        return new HierarchicalKMeans(neighbours)
                .fit(vectors, HierarchicalKMeans.levels(vectors.size(), sizes, steps), effort, seed, progress);
    }

    private Fitted hierarchical(Work work) {
        Effort effort = effort(HIERARCHICAL_RESTARTS);
        Vectors vectors = work.snapshot().vectors();
        List<Integer> sizes = levels == null ? defaultLevels(vectors.size()) : levels;
        int steps = resampling == null ? DEFAULT_RESAMPLING : resampling;
        ClusterHierarchy hierarchy =
                hierarchy(work.neighbours(), vectors, sizes, steps, effort, seedOrDefault(), work.progress());
        return new Fitted(
                Method.HIERARCHICAL,
                hierarchy.finest(),
                levels == null ? "square and fourth root of the images" : "given",
                Map.of("levels", sizes, "resampling", steps, "restarts", effort.restarts(), "rounds", effort.rounds()),
                hierarchy,
                null);
    }

    private Fitted hdbscan(Work work) {
        Vectors vectors = work.snapshot().vectors();
        int size = minClusterSize == null ? DEFAULT_MIN_CLUSTER_SIZE : minClusterSize;
        int samples = minSamples == null ? Math.clamp(vectors.size(), 1, Math.min(size, 1000)) : minSamples;
        Metric distance = metric == null ? Metric.EUCLIDEAN : metric;
        DensityClustering dense = new Hdbscan(work.neighbours()).fit(vectors, size, samples, distance, work.progress());
        return new Fitted(
                Method.HDBSCAN,
                Clustering.ofMembers(work.neighbours(), vectors, dense.cluster(), dense.k()),
                "excess of mass",
                Map.of("min_cluster_size", size, "min_samples", samples, "metric", distance.toString()),
                null,
                dense);
    }

    /**
     * What a method found.
     *
     * @param criterion how the number of clusters came about
     * @param parameters of the method, defaults filled in
     */
    record Fitted(
            Method method,
            Clustering clustering,
            String criterion,
            Map<String, Object> parameters,
            @Nullable ClusterHierarchy hierarchy,
            @Nullable DensityClustering density) {}

    private Effort effort(int defaultRestarts) {
        return new Effort(
                restarts == null ? defaultRestarts : restarts, rounds == null ? Effort.DEFAULT.rounds() : rounds);
    }

    private static List<Integer> defaultLevels(int images) {
        int finest = (int) Math.max(1, Math.round(Math.sqrt(images)));
        int above = (int) Math.max(1, Math.round(Math.sqrt(finest)));
        return above < finest ? List.of(finest, above) : List.of(finest);
    }

    private static void only(String field, @Nullable Object value, Method chosen, Method... methods) {
        if (value != null && Stream.of(methods).noneMatch(chosen::equals)) {
            throw new InvalidParameterException(
                    field,
                    "expected only with method = "
                            + String.join(
                                    " or ",
                                    Stream.of(methods).map(Method::toString).toList()));
        }
    }

    private static void checkRange(String field, @Nullable Integer value, double from, double to) {
        if (value != null) {
            InvalidParameterException.checkRange(field, value, from, to);
        }
    }

    private static void checkLevels(List<Integer> levels) {
        if (levels.isEmpty() || levels.size() > MAX_LEVELS || levels.contains(null)) {
            throw new InvalidParameterException(
                    "levels", "expected 1 to " + MAX_LEVELS + " numbers of clusters, the finest level first");
        }
        levels.forEach(size -> InvalidParameterException.checkRange("levels", size, 1, 100_000));
        if (IntStream.range(1, levels.size()).anyMatch(i -> levels.get(i) >= levels.get(i - 1))) {
            throw new InvalidParameterException("levels", "expected fewer clusters on each level than below it");
        }
    }
}
