package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import dev.winnow.curation.rarity.Thinning;
import dev.winnow.curation.rarity.Thinning.Removal;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thins common images out until a budget is met. Nothing is deleted.
 *
 * @param n how many images are kept
 * @param survivor which of the two images nearest to each other stays; default the one of more pixels
 * @param seed accepted for uniformity; nothing here is random
 */
@JsonTypeName("thin")
public record ThinTask(
        @Nullable Integer n,
        @Nullable SurvivorPolicy survivor,
        @Nullable Long seed) implements CurationTask {

    public ThinTask {
        if (n == null) {
            throw new InvalidParameterException("n", "expected how many images to keep");
        }
        InvalidParameterException.checkRange("n", n, 1, 10_000_000);
    }

    /**
     * @param leastDistanceBefore the least distance between two images; null if there is only one
     * @param leastDistance the same of those kept: every image that was farther than this from all others is among them
     * @param coverageRadius the largest distance of a removed image to its nearest kept one; 0 if none was removed
     * @param removed in the order they went
     */
    public record Thinned(
            String survivor,
            @Nullable Double leastDistanceBefore,
            @Nullable Double leastDistance,
            double coverageRadius,
            List<ImageRef> kept,
            List<RemovedImage> removed)
            implements Report {}

    /**
     * @param reason what it was too near to
     * @param kept the nearest image that stays, which stands for it
     */
    public record RemovedImage(ImageId id, String path, Reason reason, KeptImage kept) {}

    /**
     * @param nearest the image nearest to it when it went; may have gone later, for another one
     * @param distance between the two, then the least in the dataset
     */
    public record Reason(ImageRef nearest, double distance) {}

    public record KeptImage(ImageId id, String path, double similarity) {}

    @Override
    public void check(long images) {
        InvalidParameterException.checkRange("n", Objects.requireNonNull(n), 1, (double) Math.max(1, images));
    }

    @Override
    public Thinned run(Work work) {
        Snapshot snapshot = work.snapshot();
        SurvivorPolicy policy = survivor == null ? SurvivorPolicy.RESOLUTION : survivor;
        Thinning.Thinned thinned = new Thinning(work.neighbours())
                .thin(
                        snapshot.vectors(),
                        Objects.requireNonNull(n),
                        Comparator.comparing(snapshot::image, policy.order()),
                        work.progress().part(0, 0.9));
        Neighbours.Nearest kept = work.neighbours()
                .nearest(
                        snapshot.vectors()
                                .select(rows(thinned.removed().stream()
                                        .map(Removal::row)
                                        .toList())),
                        snapshot.vectors().select(rows(thinned.kept())),
                        1,
                        work.progress().part(0.9, 1));
        List<RemovedImage> removed = new ArrayList<>();
        double radius = 0;
        for (Removal removal : thinned.removed()) {
            DatasetImage image = snapshot.image(removal.row());
            DatasetImage stays = snapshot.image(thinned.kept().get(kept.row(removed.size(), 0)));
            double similarity = kept.similarity(removed.size(), 0);
            radius = Math.max(radius, 1 - similarity);
            removed.add(new RemovedImage(
                    image.id(),
                    image.path(),
                    new Reason(new ImageRef(snapshot.image(removal.near())), removal.distance()),
                    new KeptImage(stays.id(), stays.path(), similarity)));
        }
        return new Thinned(
                policy.toString(),
                finite(thinned.leastBefore()),
                finite(thinned.leastAfter()),
                radius,
                thinned.kept().stream()
                        .map(row -> new ImageRef(snapshot.image(row)))
                        .toList(),
                removed);
    }

    private static int[] rows(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    private static @Nullable Double finite(double distance) {
        return Double.isFinite(distance) ? distance : null;
    }
}
