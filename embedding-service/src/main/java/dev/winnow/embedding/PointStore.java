package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The active model's points. A method returns when its effect is durable and searchable, and throws
 * {@link DependencyUnavailableException} where the store does not answer.
 */
public interface PointStore {

    /** Makes the collection, its indexes and the alias where they are missing. Costs nothing once they are known. */
    void prepare();

    /** The entity tags that the points of these images were made from; images without a point are left out. */
    Map<ImageId, String> etags(Collection<ImageId> images);

    /** Writes points of images that had none, with what was decided about them while another model was active. */
    void add(List<EmbeddedImage> images);

    /** Renews vector and measures of images that have a point, and leaves labels, tags and decisions as they are. */
    void renew(List<EmbeddedImage> images);

    /** Removes the points of these images; those without one are left out silently. */
    void remove(Collection<ImageId> images);

    /** Removes these images for good, also from the collections of models that were active before. */
    void forget(Collection<ImageId> images);
}
