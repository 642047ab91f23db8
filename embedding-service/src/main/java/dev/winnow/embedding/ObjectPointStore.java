package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A model's points of boxes. A method returns when its effect is durable and searchable, and throws
 * {@link DependencyUnavailableException} where the store does not answer.
 */
public interface ObjectPointStore {

    /**
     * A box's point.
     *
     * @param crop what it was made from, see {@link Boxes#crop}
     */
    record KnownObject(String crop, String label) {}

    /** The points of an image's boxes. */
    Map<ObjectId, KnownObject> known(ImageId image);

    /**
     * The vector of a box's point, of length 1.
     *
     * @param crop what it was made from, see {@link Boxes#crop}
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once.
    record CropVector(String crop, float[] vector) {}

    /** The vectors of these boxes; boxes without a point are left out. */
    Map<ObjectId, CropVector> vectors(Collection<ObjectId> objects);

    /** Writes points, whether there were such or not. */
    void write(List<EmbeddedObject> objects);

    /** Replaces the labels of points that are there; the vectors stay. */
    void relabel(Map<ObjectId, String> labels);

    /** Removes points; what is not there is left out silently. */
    void remove(Collection<ObjectId> objects);
}
