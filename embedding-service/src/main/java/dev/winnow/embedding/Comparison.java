package dev.winnow.embedding;

import org.jspecify.annotations.Nullable;

/**
 * How far the next model is, against the active one.
 *
 * @param activeImages images that have a point of the active model
 * @param nextImages images that have a point of the next model
 * @param missing images of the active model that have none of the next, or one of other bytes or boxes
 * @param overlap null where no neighbours were asked for, or no image has one
 */
public record Comparison(
        long activeImages,
        long nextImages,
        long missing,
        @Nullable Overlap overlap) {

    /** The share of the active model's images that the next has too, 0 to 1. */
    public double completeness() {
        return activeImages == 0 ? 1 : (double) (activeImages - missing) / activeImages;
    }

    /**
     * How much two models agree on what is alike: of an image's {@code k} nearest of its dataset by the one, the share that
     * is among the {@code k} nearest by the other, on average over a sample of the images that both have. The search is exact.
     *
     * @param sample images compared
     * @param seed which images these were
     * @param share 0 to 1
     */
    public record Overlap(int k, int sample, long seed, double share) {}
}
