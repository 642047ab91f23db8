package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.rarity.ImageScores;
import dev.winnow.curation.rarity.Outliers;
import dev.winnow.curation.vectors.ApproximateNeighbours;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every image's uniqueness, representativeness and outlier score, each with its rank.
 *
 * @param k neighbours to compare with; null for 10, and for as many as are usual ({@link Outliers#usualNeighbours}) where it is
 *     about outliers
 * @param clusters how many clusters have a centre to be close to; null chooses by silhouette
 * @param by the order of the result, default {@code outlier}
 * @param limit how many images are reported; null for all
 */
@JsonTypeName("scores")
public record ScoresTask(
        @Nullable Integer k,
        @Nullable Integer clusters,
        @Nullable ScoreOrder by,
        @Nullable Integer limit,
        @Nullable Long seed)
        implements CurationTask {

    private static final int DEFAULT_K = 10;

    public ScoresTask {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 1000);
        }
        if (clusters != null) {
            InvalidParameterException.checkRange("clusters", clusters, 1, 10_000);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 1, 10_000_000);
        }
    }

    /**
     * @param k neighbours by which density is told
     * @param outlierK neighbours by which outliers are told
     * @param clusters how many clusters there are
     * @param typicalNearest the distance to the nearest other image at which uniqueness is one half
     * @param typicalAround the mean distance to the k nearest at which an image is as dense as is typical
     * @param by the order of {@code scores}
     * @param approximateNeighbours how neighbours were approximated; absent where they are exact
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Scores(
            int k,
            int outlierK,
            int clusters,
            double typicalNearest,
            double typicalAround,
            ScoreOrder by,
            int images,
            List<ImageScore> scores,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours)
            implements Report {}

    /** @param outlier distance × density ratio, as of {@link OutliersTask}; each rank is from 1, the highest score */
    public record ImageScore(
            ImageId id,
            String path,
            double uniqueness,
            int uniquenessRank,
            double representativeness,
            int representativenessRank,
            double outlier,
            int outlierRank,
            int cluster) {}

    @Override
    public void check(long images) {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images - 1));
        }
        if (clusters != null) {
            InvalidParameterException.checkRange("clusters", clusters, 1, (double) Math.max(1, images));
        }
    }

    @Override
    public Scores run(Work work) {
        Snapshot snapshot = work.snapshot();
        int outlierK = k == null ? Outliers.usualNeighbours(snapshot.size()) : k;
        NeighbourJoin.Joined joined = work.join()
                .join(
                        snapshot.vectors(),
                        outlierK,
                        seedOrDefault(),
                        work.progress().part(0, 0.4));
        Neighbours.Nearest join = joined.nearest().first(k == null ? DEFAULT_K : k);
        Clustering clustering = ClusterTask.clustering(work.part(0.4, 1), clusters, seedOrDefault());
        ImageScores scores = new ImageScores(join, clustering);
        double[] outlier = new double[snapshot.size()];
        Outliers.rank(joined.nearest()).forEach(ranked -> outlier[ranked.row()] = ranked.score());
        int[] byUniqueness = order(snapshot.size(), scores::uniqueness);
        int[] byRepresentativeness = order(snapshot.size(), scores::representativeness);
        int[] byOutlier = order(snapshot.size(), row -> outlier[row]);
        int[] uniquenessRank = ranks(byUniqueness);
        int[] representativenessRank = ranks(byRepresentativeness);
        int[] outlierRank = ranks(byOutlier);
        ScoreOrder first = by == null ? ScoreOrder.OUTLIER : by;
        int[] order =
                switch (first) {
                    case UNIQUENESS -> byUniqueness;
                    case REPRESENTATIVENESS -> byRepresentativeness;
                    case OUTLIER -> byOutlier;
                };
        List<ImageScore> reported = Arrays.stream(order)
                .limit(limit == null ? order.length : limit)
                .mapToObj(row -> {
                    DatasetImage image = snapshot.image(row);
                    return new ImageScore(
                            image.id(),
                            image.path(),
                            scores.uniqueness(row),
                            uniquenessRank[row],
                            scores.representativeness(row),
                            representativenessRank[row],
                            outlier[row],
                            outlierRank[row],
                            clustering.cluster()[row]);
                })
                .toList();
        return new Scores(
                join.k(),
                joined.nearest().k(),
                clustering.k(),
                scores.typicalNearest(),
                scores.typicalAround(),
                first,
                snapshot.size(),
                reported,
                joined.approximation());
    }

    /** The rows by their score, the highest first, ties by row. */
    private static int[] order(int size, IntToDoubleFunction score) {
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -score.applyAsDouble(row))
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] ranks(int[] order) {
        int[] ranks = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            ranks[order[i]] = i + 1;
        }
        return ranks;
    }
}
