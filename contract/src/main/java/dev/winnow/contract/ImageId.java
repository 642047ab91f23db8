package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * The identity of an image: a version-5 UUID (RFC 9562, section 5.5) of its object key. It is a pure function of the
 * name, so that a redelivered event overwrites the point it wrote before instead of adding a second one.
 */
public record ImageId(@JsonValue UUID value) {

    /** The name space of all image ids. Changing it would orphan every stored point. */
    private static final UUID NAMESPACE = UUID.fromString("6f1d1c6e-5c1b-4f6e-9a55-8f0b7a3c2d10");

    /** The id of the image stored under {@code key}. */
    public static ImageId of(ObjectKey key) {
        return ofRawKey(key.toString());
    }

    /** The id for any object key, also one that {@link ObjectKey} would refuse: a rejected object needs an id as well. */
    public static ImageId ofRawKey(String key) {
        return new ImageId(NameUuid.of(NAMESPACE, key));
    }

    /**
     * Reads an id as clients write it.
     *
     * @throws IllegalArgumentException if {@code text} is not a UUID
     */
    @JsonCreator
    public static ImageId parse(String text) {
        // UUID.fromString also takes shortened groups ("1-2-3-4-5"); an id has one spelling only.
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID: " + text);
        }
        return new ImageId(uuid);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
