package dev.winnow.curation.map;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.Watermark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset on its last map, as the dataset is now.
 *
 * @param model of the map
 * @param trustworthiness as measured when the map was drawn; null below three images
 * @param watermark what the map was drawn from
 * @param arrived how many points were placed since
 * @param unplaced how many images of the dataset have no point: more than are placed at once, or another model's
 * @param gone how many points of the map have no image any more
 * @param freshness how far the index lags behind the bucket
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MapView(
        String dataset,
        String model,
        MapMethod method,
        @Nullable Trustworthiness trustworthiness,
        Watermark watermark,
        int arrived,
        int unplaced,
        int gone,
        List<Point> points,
        Freshness freshness) {

    /** @param arrived whether it was placed after the map was drawn */
    public record Point(ImageId id, String path, List<String> labels, double x, double y, boolean arrived) {

        Point(DatasetImage image, double x, double y, boolean arrived) {
            this(image.id(), image.path(), image.labels(), x, y, arrived);
        }
    }
}
