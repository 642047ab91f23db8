package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The boxes of one image: the store of record is an object of the bucket for each image that was annotated, {@link
 * #storedAt}. None at all is not the same as an empty list, which says that somebody looked and found nothing.
 *
 * @param objects at most {@value #MAX_OBJECTS}
 * @param attributes whatever else the annotation said of the image, kept as it came; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageObjects(
        String dataset,
        String path,
        List<ObjectBox> objects,
        @Nullable ObjectNode attributes) {

    public static final int MAX_OBJECTS = 5_000;

    private static final String PREFIX = ObjectKey.RESERVED_PREFIX + "objects/";
    private static final String SUFFIX = ".json";

    /**
     * @throws InvalidNameException if dataset and path are not the name of an image
     * @throws IllegalArgumentException if there are too many objects, or two of one id
     */
    public ImageObjects {
        ObjectKey.parse(dataset + "/" + path);
        objects = List.copyOf(objects);
        if (objects.size() > MAX_OBJECTS) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_OBJECTS + " objects on an image, got " + objects.size());
        }
        if (attributes != null && attributes.toString().length() > ObjectBox.MAX_ATTRIBUTES) {
            throw new IllegalArgumentException(
                    "expected attributes of at most " + ObjectBox.MAX_ATTRIBUTES + " characters");
        }
        Set<String> ids = new HashSet<>();
        for (ObjectBox object : objects) {
            if (!ids.add(object.id())) {
                throw new IllegalArgumentException("expected an id once in an image, got '" + object.id() + "' twice");
            }
        }
    }

    /** The image. */
    @JsonIgnore
    public ObjectKey key() {
        return new ObjectKey(dataset, path);
    }

    /** The key of the object that holds the boxes of an image; by its id, since a path with a prefix may be too long. */
    public static String storedAt(String dataset, ImageId image) {
        return prefix(dataset) + image + SUFFIX;
    }

    /** What the keys of all boxes of a dataset begin with. */
    public static String prefix(String dataset) {
        return PREFIX + dataset + "/";
    }

    /**
     * The image whose boxes are stored at {@code key}.
     *
     * @throws IllegalArgumentException if {@code key} is none that {@link #storedAt} gives for this dataset
     */
    public static ImageId imageOf(String dataset, String key) {
        String prefix = prefix(dataset);
        if (!key.startsWith(prefix) || !key.endsWith(SUFFIX) || key.length() < prefix.length() + SUFFIX.length()) {
            throw new IllegalArgumentException("expected " + prefix + "{image id}" + SUFFIX + ", got " + key);
        }
        return ImageId.parse(key.substring(prefix.length(), key.length() - SUFFIX.length()));
    }
}
