package dev.winnow.embedding;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.ObjectPointStore.KnownObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The boxes of one image beside the points they have.
 *
 * @param asked false if nobody had to ask: then there is nothing to do
 * @param boxesEtag of what they were read from; empty where nobody annotated the image
 * @param padding around each box, see {@link Box#within}
 */
record Boxes(
        ObjectKey image,
        boolean asked,
        String boxesEtag,
        List<ObjectBox> boxes,
        Map<ObjectId, KnownObject> points,
        double padding) {

    static Boxes notAsked(ObjectKey image) {
        return new Boxes(image, false, "", List.of(), Map.of(), 0);
    }

    /** What the vector of a box is made from; where it is equal, so is the vector. */
    static String crop(String etag, Box box, double padding) {
        return etag + " " + box.numbers() + " " + padding;
    }

    /** The same of one of these boxes. */
    String crop(String etag, ObjectBox object) {
        return crop(etag, object.box(), padding);
    }

    /** Those whose crop is not that of their point, if the image's bytes are those of {@code etag}. */
    List<ObjectBox> toEmbed(String etag) {
        return boxes.stream()
                .filter(object -> {
                    KnownObject point = points.get(id(object));
                    return point == null || !point.crop().equals(crop(etag, object.box(), padding));
                })
                .toList();
    }

    /**
     * What is to be done.
     *
     * @param vectors of {@link #toEmbed}, in its order; empty for a box that has none
     */
    ObjectChanges changes(String etag, List<Optional<float[]>> vectors) {
        if (!asked) {
            return ObjectChanges.NONE;
        }
        List<EmbeddedObject> embedded = new ArrayList<>();
        Set<ObjectId> gone = new HashSet<>(points.keySet());
        Map<ObjectId, String> relabelled = new HashMap<>();
        for (ObjectBox object : boxes) {
            gone.remove(id(object));
            KnownObject point = points.get(id(object));
            if (point != null && !point.label().equals(object.label())) {
                relabelled.put(id(object), object.label());
            }
        }
        List<ObjectBox> toEmbed = toEmbed(etag);
        int refused = 0;
        for (int i = 0; i < toEmbed.size(); i++) {
            ObjectBox object = toEmbed.get(i);
            Optional<float[]> vector = vectors.get(i);
            relabelled.remove(id(object));
            if (vector.isPresent()) {
                embedded.add(new EmbeddedObject(image, object, etag, crop(etag, object.box(), padding), vector.get()));
                continue;
            }
            refused++;
            if (points.containsKey(id(object))) {
                gone.add(id(object));
            }
        }
        return new ObjectChanges(
                true, new BoxMark(boxes.size(), boxesEtag), embedded, relabelled, List.copyOf(gone), refused);
    }

    /** The id of a box's point. */
    ObjectId id(ObjectBox object) {
        return ObjectId.of(ImageId.of(image), object.id());
    }
}
