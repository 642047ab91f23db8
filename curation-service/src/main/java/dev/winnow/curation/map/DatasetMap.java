package dev.winnow.curation.map;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Watermark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map as it is kept, with all that is needed to place later images on it.
 *
 * @param model the model of the vectors; images embedded by another one have no place here
 * @param neighbours how many of its nearest place an image on a UMAP
 * @param trustworthiness null below three images
 * @param plane of a PCA; null of a UMAP
 * @param watermark what it was drawn from
 */
public record DatasetMap(
        String dataset,
        String model,
        MapMethod method,
        int neighbours,
        long seed,
        @Nullable Trustworthiness trustworthiness,
        @Nullable PrincipalComponents plane,
        Watermark watermark,
        List<Point> points) {

    /**
     * Where an image is.
     *
     * @param etag of the file that was placed: another one under the same path has to be placed anew
     */
    public record Point(ImageId id, String etag, double x, double y) {

        boolean isOf(DatasetImage image) {
            return etag.equals(image.etag());
        }
    }
}
