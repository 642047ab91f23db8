package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.rarity.Outliers;
import dev.winnow.curation.vectors.ApproximateNeighbours;
import dev.winnow.curation.vectors.NeighbourJoin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rarest images.
 *
 * @param k neighbours to compare with; null for as many as are usual ({@link Outliers#usualNeighbours})
 * @param limit how many to report, default 100
 * @param seed of neighbours that are approximated; nothing else is random
 */
@JsonTypeName("outliers")
public record OutliersTask(
        @Nullable Integer k,
        @Nullable Integer limit,
        @Nullable Long seed) implements CurationTask {

    private static final int DEFAULT_LIMIT = 100;

    public OutliersTask {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 1000);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 1, 100_000);
        }
    }

    /**
     * @param k neighbours compared with
     * @param limit how many images are reported at most
     * @param median the median score of all images, for comparison
     * @param approximateNeighbours how neighbours were approximated; absent where they are exact
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ranking(
            int k,
            int limit,
            double median,
            List<RankedOutlier> outliers,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours)
            implements Report {}

    /**
     * @param rank from 1, the rarest
     * @param score distance × density ratio
     * @param distance mean cosine distance to the k nearest
     * @param densityRatio that distance over the neighbours' own
     */
    public record RankedOutlier(
            int rank, ImageId id, String path, double score, double distance, double densityRatio, Neighbour nearest) {}

    public record Neighbour(ImageId id, String path, double similarity) {}

    @Override
    public void check(long images) {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images - 1));
        }
    }

    @Override
    public Ranking run(Work work) {
        Snapshot snapshot = work.snapshot();
        int neighbours = k == null ? Outliers.usualNeighbours(snapshot.size()) : k;
        int most = limit == null ? DEFAULT_LIMIT : limit;
        NeighbourJoin.Joined joined =
                work.join().join(snapshot.vectors(), neighbours, seedOrDefault(), work.progress());
        List<Outliers.Outlier> ranking = Outliers.rank(joined.nearest());
        List<RankedOutlier> reported = new ArrayList<>();
        for (Outliers.Outlier outlier : ranking.subList(0, Math.min(most, ranking.size()))) {
            DatasetImage image = snapshot.image(outlier.row());
            DatasetImage nearest = snapshot.image(outlier.nearest());
            reported.add(new RankedOutlier(
                    reported.size() + 1,
                    image.id(),
                    image.path(),
                    outlier.score(),
                    outlier.distance(),
                    outlier.densityRatio(),
                    new Neighbour(nearest.id(), nearest.path(), outlier.similarity())));
        }
        double median = ranking.isEmpty() ? 0 : ranking.get(ranking.size() / 2).score();
        return new Ranking(joined.nearest().k(), most, median, reported, joined.approximation());
    }
}
