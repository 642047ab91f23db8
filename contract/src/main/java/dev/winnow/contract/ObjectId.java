package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * The identity of a box's point: a version-5 UUID of the box's own id, with the image's id as the name space. Boxes of
 * two images may have equal ids.
 */
public record ObjectId(@JsonValue UUID value) {

    /** The id of the box {@code object} of {@code image}. */
    public static ObjectId of(ImageId image, String object) {
        return new ObjectId(NameUuid.of(image.value(), object));
    }

    /**
     * Reads an id as clients write it.
     *
     * @throws IllegalArgumentException if {@code text} is not a UUID
     */
    @JsonCreator
    public static ObjectId parse(String text) {
        return new ObjectId(ImageId.parse(text).value());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
