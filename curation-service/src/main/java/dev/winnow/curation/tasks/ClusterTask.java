package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.SphericalKMeans;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Spherical k-means.
 *
 * @param k how many clusters; null chooses by silhouette
 */
@JsonTypeName("cluster")
public record ClusterTask(@Nullable Integer k, @Nullable Long seed) implements CurationTask {

    private static final int EXAMPLES = 6;

    public ClusterTask {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 10_000);
        }
    }

    /** @param criterion how k came about */
    public record Clusters(
            int k,
            String criterion,
            double silhouette,
            double cohesion,
            List<ClusterSummary> clusters,
            List<Assignment> assignments)
            implements Report {}

    /**
     * @param cohesion mean similarity to the centre
     * @param labels how many images of the cluster carry each label
     * @param typical nearest to the centre, nearest first
     * @param edge nearest to another centre than their own, relative to their own
     */
    public record ClusterSummary(
            int id,
            int size,
            double cohesion,
            SortedMap<String, Integer> labels,
            List<ImageRef> typical,
            List<ImageRef> edge) {}

    /** Which cluster an image is in, and how similar it is to its centre. */
    public record Assignment(ImageId id, String path, int cluster, double similarity) {}

    @Override
    public void check(long images) {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images));
        }
    }

    /** The clusters of all that is worked on, {@code k} of them or as many as the silhouette chooses. */
    static Clustering clustering(Work work, @Nullable Integer k, long seed) {
        SphericalKMeans kMeans = new SphericalKMeans(work.neighbours());
        return k == null
                ? kMeans.fitBest(work.snapshot().vectors(), seed, work.progress())
                : kMeans.fit(work.snapshot().vectors(), k, seed, work.progress());
    }

    @Override
    public Clusters run(Work work) {
        Snapshot snapshot = work.snapshot();
        Clustering clustering = clustering(work, k, seedOrDefault());
        List<List<Integer>> members = new ArrayList<>();
        IntStream.range(0, clustering.k()).forEach(c -> members.add(new ArrayList<>()));
        IntStream.range(0, snapshot.size())
                .forEach(row -> members.get(clustering.cluster()[row]).add(row));
        List<ClusterSummary> summaries = new ArrayList<>();
        for (int c = 0; c < clustering.k(); c++) {
            List<Integer> rows = members.get(c);
            summaries.add(new ClusterSummary(
                    c,
                    rows.size(),
                    rows.stream()
                            .mapToDouble(row -> clustering.similarity()[row])
                            .average()
                            .orElse(0),
                    labels(snapshot, rows),
                    examples(snapshot, rows, row -> -clustering.similarity()[row]),
                    examples(
                            snapshot,
                            rows,
                            row -> clustering.similarity()[row] - clustering.runnerUp()[row])));
        }
        return new Clusters(
                clustering.k(),
                k == null ? "highest mean simplified silhouette" : "given",
                clustering.silhouette(),
                clustering.cohesion(),
                summaries,
                IntStream.range(0, snapshot.size())
                        .mapToObj(row -> new Assignment(
                                snapshot.image(row).id(),
                                snapshot.image(row).path(),
                                clustering.cluster()[row],
                                clustering.similarity()[row]))
                        .toList());
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
