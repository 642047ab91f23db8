package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.VectorIndex;
import java.util.Comparator;
import java.util.List;

/**
 * An image as it was when a slice was made of it.
 *
 * @param etag of the file that was embedded; if the bucket has another one now, the image has changed
 * @param bytes file size
 * @param width pixels, after EXIF rotation
 * @param height pixels, after EXIF rotation
 */
public record SlicedImage(
        ImageId id,
        String path,
        String sha256,
        String etag,
        String format,
        long bytes,
        int width,
        int height,
        List<String> labels,
        List<String> tags) {

    static final Comparator<SlicedImage> BY_ID = Comparator.comparing(image -> image.id.value(), VectorIndex.ID_ORDER);

    public SlicedImage {
        labels = List.copyOf(labels);
        tags = List.copyOf(tags);
    }

    public SlicedImage(DatasetImage image) {
        this(
                image.id(),
                image.path(),
                image.sha256(),
                image.etag(),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.labels(),
                image.tags());
    }

    /** Where its file is. */
    ObjectKey key(String dataset) {
        return new ObjectKey(dataset, path);
    }
}
