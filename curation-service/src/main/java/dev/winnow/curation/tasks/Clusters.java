package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.ClusterMatching;
import dev.winnow.curation.clusters.ClusterMembers;
import dev.winnow.curation.clusters.ClusterNames;
import dev.winnow.curation.clusters.Clustering;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of a dataset.
 *
 * @param criterion how the number of clusters came about
 * @param chosen the method's parameters, defaults filled in
 * @param silhouette mean simplified silhouette, −1 to 1
 * @param cohesion mean similarity of the clustered images to their centres
 * @param noise how many images are in no cluster
 * @param clusters from the largest to the smallest
 * @param levels hierarchical: how many images each cluster of each level has, the finest level first
 * @param refit what became of the clusters of the fit before; absent in a dataset's first fit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Clusters(
        String method,
        int k,
        String criterion,
        Map<String, Object> chosen,
        double silhouette,
        double cohesion,
        int noise,
        List<Summary> clusters,
        List<Assignment> assignments,
        @Nullable List<int[]> levels,
        @Nullable Refit refit)
        implements Report {

    private static final int EXAMPLES = 6;

    /**
     * A cluster.
     *
     * @param id the same from fit to fit as long as the cluster goes on
     * @param because what its name was made from
     * @param cohesion mean similarity to the centre
     * @param stability hdbscan: excess of mass
     * @param above hierarchical: the clusters above it, by their place in {@code levels}
     * @param labels how many images of the cluster carry each label
     * @param typical nearest to the centre, nearest first; hdbscan: surest members first
     * @param edge nearest to another centre than their own, relative to their own; hdbscan: least sure members first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Summary(
            int id,
            String name,
            List<ClusterNames.Property> because,
            int size,
            double cohesion,
            @Nullable Double stability,
            @Nullable List<Integer> above,
            SortedMap<String, Integer> labels,
            List<ImageRef> typical,
            List<ImageRef> edge) {}

    /**
     * Which cluster an image is in.
     *
     * @param cluster its id; −1 for noise
     * @param similarity to its centre; of noise to the nearest one
     * @param probability hdbscan: 1 in the core of its cluster, 0 for noise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Assignment(
            ImageId id,
            String path,
            int cluster,
            double similarity,
            @Nullable Double probability) {}

    /**
     * The way from the fit before to this one.
     *
     * @param previous the fit before
     * @param map for each old cluster's id the new one's: the same where it goes on, else the one that has most of its images now; −1
     *     for none
     */
    public record Refit(
            UUID previous,
            SortedMap<Integer, Integer> map,
            List<ClusterMatching.Kept> kept,
            List<ClusterMatching.Moved> vanished,
            List<ClusterMatching.Moved> appeared) {}

    /** Names and numbers what was found, and writes it down as the dataset's last fit. */
    static Clusters of(Work work, ClusterTask.Fitted fitted, long seed) {
        Snapshot snapshot = work.snapshot();
        Clustering clustering = fitted.clustering();
        int k = clustering.k();
        ClusterFit previous = work.fits().find(snapshot.dataset()).orElse(null);
        ClusterMatching matching = previous == null ? ClusterMatching.first(k) : match(previous, snapshot, clustering);
        List<ClusterNames.Name> names = ClusterNames.of(snapshot.images(), clustering.cluster(), k);
        work.progress().at("naming", 0.92);
        List<List<Integer>> members = members(clustering);
        List<Summary> summaries = IntStream.range(0, k)
                .mapToObj(c -> summary(
                        snapshot, fitted, c, members.get(c), matching.ids().get(c), names.get(c)))
                .toList();
        int[] ids = matching.ids(clustering.cluster());
        int noise = (int) IntStream.of(ids).filter(id -> id == Clustering.NOISE).count();
        work.progress().at("writing", 0.96);
        work.fits()
                .save(new ClusterFit(
                        UUID.randomUUID(),
                        snapshot.dataset(),
                        snapshot.model(),
                        fitted.method().toString(),
                        fitted.parameters(),
                        seed,
                        snapshot.watermark(),
                        matching.next(),
                        IntStream.range(0, k)
                                .mapToObj(c -> {
                                    Summary summary = summaries.get(c);
                                    return new ClusterFit.Cluster(
                                            summary.id(),
                                            summary.name(),
                                            summary.size(),
                                            summary.cohesion(),
                                            similarities(clustering, members.get(c))
                                                    .min()
                                                    .orElse(1));
                                })
                                .toList(),
                        noise,
                        snapshot.vectors().dimension(),
                        ClusterFit.pack(clustering.centres()),
                        ClusterMembers.pack(snapshot.images(), ids, clustering.similarity())));
        return new Clusters(
                fitted.method().toString(),
                k,
                fitted.criterion(),
                fitted.parameters(),
                clustering.silhouette(),
                clustering.cohesion(),
                noise,
                summaries,
                assignments(snapshot, fitted, ids),
                levels(fitted),
                previous == null ? null : refit(previous, matching));
    }

    private static ClusterMatching match(ClusterFit previous, Snapshot snapshot, Clustering clustering) {
        ClusterMembers before = ClusterMembers.of(previous);
        List<Integer> seenByBoth = new ArrayList<>();
        List<Integer> oldIds = new ArrayList<>();
        for (int row = 0; row < snapshot.size(); row++) {
            Integer old = before.cluster(snapshot.image(row).id());
            if (old != null) {
                seenByBoth.add(row);
                oldIds.add(old);
            }
        }
        return ClusterMatching.match(
                previous.clusters().stream().map(ClusterFit.Cluster::id).collect(Collectors.toSet()),
                oldIds.stream().mapToInt(Integer::intValue).toArray(),
                seenByBoth.stream().mapToInt(row -> clustering.cluster()[row]).toArray(),
                clustering.k(),
                previous.nextId());
    }

    private static Refit refit(ClusterFit previous, ClusterMatching matching) {
        SortedMap<Integer, Integer> map = new TreeMap<>();
        matching.kept().forEach(kept -> map.put(kept.id(), kept.id()));
        matching.vanished().forEach(moved -> map.put(moved.id(), moved.most()));
        return new Refit(previous.id(), map, matching.kept(), matching.vanished(), matching.appeared());
    }

    private static List<List<Integer>> members(Clustering clustering) {
        List<List<Integer>> members = new ArrayList<>();
        IntStream.range(0, clustering.k()).forEach(c -> members.add(new ArrayList<>()));
        for (int row = 0; row < clustering.cluster().length; row++) {
            if (clustering.cluster()[row] != Clustering.NOISE) {
                members.get(clustering.cluster()[row]).add(row);
            }
        }
        return members;
    }

    private static Summary summary(
            Snapshot snapshot,
            ClusterTask.Fitted fitted,
            int cluster,
            List<Integer> rows,
            int id,
            ClusterNames.Name name) {
        Clustering clustering = fitted.clustering();
        float[] similarity = clustering.similarity();
        double[] probability =
                fitted.density() == null ? null : fitted.density().probability();
        return new Summary(
                id,
                name.text(),
                name.because(),
                rows.size(),
                similarities(clustering, rows).average().orElse(0),
                fitted.density() == null ? null : fitted.density().stability()[cluster],
                fitted.hierarchy() == null ? null : fitted.hierarchy().above(cluster),
                labels(snapshot, rows),
                // A probability has far greater steps than a similarity breaks ties by.
                examples(
                        snapshot,
                        rows,
                        row -> probability == null ? -similarity[row] : -probability[row] - 1e-9 * similarity[row]),
                examples(
                        snapshot,
                        rows,
                        row -> probability == null
                                ? similarity[row] - clustering.runnerUp()[row]
                                : probability[row]));
    }

    private static DoubleStream similarities(Clustering clustering, List<Integer> rows) {
        return rows.stream().mapToDouble(row -> clustering.similarity()[row]);
    }

    private static List<Assignment> assignments(Snapshot snapshot, ClusterTask.Fitted fitted, int[] ids) {
        return IntStream.range(0, snapshot.size())
                .mapToObj(row -> new Assignment(
                        snapshot.image(row).id(),
                        snapshot.image(row).path(),
                        ids[row],
                        fitted.clustering().similarity()[row],
                        fitted.density() == null ? null : fitted.density().probability()[row]))
                .toList();
    }

    private static @Nullable List<int[]> levels(ClusterTask.Fitted fitted) {
        return fitted.hierarchy() == null
                ? null
                : IntStream.range(0, fitted.hierarchy().levels().size())
                        .mapToObj(fitted.hierarchy()::sizes)
                        .toList();
    }

    private static List<ImageRef> examples(Snapshot snapshot, List<Integer> rows, ToDoubleFunction<Integer> key) {
        return rows.stream()
                .sorted(Comparator.comparingDouble(key).thenComparing(Comparator.naturalOrder()))
                .limit(EXAMPLES)
                .map(row -> new ImageRef(snapshot.image(row)))
                .toList();
    }

    private static SortedMap<String, Integer> labels(Snapshot snapshot, List<Integer> rows) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        rows.forEach(row -> snapshot.image(row).labels().forEach(label -> counts.merge(label, 1, Integer::sum)));
        return counts;
    }
}
