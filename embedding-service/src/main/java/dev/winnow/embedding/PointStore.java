package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A model's points of images. A method returns when its effect is durable and searchable, and throws
 * {@link DependencyUnavailableException} where the store does not answer.
 */
public interface PointStore {

    /**
     * An image's point.
     *
     * @param etag what it was made from
     * @param boxes what it says of them
     */
    record KnownImage(String etag, BoxMark boxes) {}

    /** The points of these images; images without a point are left out. */
    Map<ImageId, KnownImage> known(Collection<ImageId> images);

    /** All that these images' points were made of; images without a point, or whose point lacks something, are left out. */
    Map<ImageId, EmbeddedImage> read(Collection<ImageId> images);

    /** Writes points of images that had none, with what was decided about them while another model was active. */
    void add(List<EmbeddedImage> images);

    /** Renews vector and measures of images that have a point, and leaves labels, tags and decisions as they are. */
    void renew(List<EmbeddedImage> images);

    /** Notes what was seen of the boxes of an image that has a point. */
    void mark(ImageId image, BoxMark boxes);

    /** Removes the points of these images and of their boxes; those without one are left out silently. */
    void remove(Collection<ImageId> images);

    /** Removes these images and their boxes for good, also from the points of all other models that have a part or had one. */
    void forget(Collection<ImageId> images);
}
