package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.rarity.Outliers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rarest images.
 *
 * @param k neighbours to compare with, default 10
 * @param limit how many to report, default 100
 * @param seed accepted for uniformity; nothing here is random
 */
@JsonTypeName("outliers")
public record OutliersTask(
        @Nullable Integer k,
        @Nullable Integer limit,
        @Nullable Long seed) implements CurationTask {

    private static final int DEFAULT_K = 10;
    private static final int DEFAULT_LIMIT = 100;

    public OutliersTask {
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 1000);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 1, 100_000);
        }
    }

    /** @param median the median score of all images, for comparison */
    public record Ranking(int k, double median, List<RankedOutlier> outliers) implements Report {}

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
        int neighbours = k == null ? DEFAULT_K : k;
        int most = limit == null ? DEFAULT_LIMIT : limit;
        List<Outliers.Outlier> ranking =
                new Outliers(work.neighbours()).rank(snapshot.vectors(), neighbours, work.progress());
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
        return new Ranking(Math.min(neighbours, Math.max(0, snapshot.size() - 1)), median, reported);
    }
}
