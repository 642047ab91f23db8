package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;

/**
 * What the point of a box is made of.
 *
 * @param etag the entity tag of the image's bytes
 * @param crop see {@link Boxes#crop}
 * @param vector length 1
 */
public record EmbeddedObject(ObjectKey image, ObjectBox object, String etag, String crop, float[] vector) {

    /** The id of the point. */
    public ObjectId id() {
        return ObjectId.of(ImageId.of(image), object.id());
    }
}
