package dev.winnow.embedding.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static java.util.Map.entry;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.BoxMark;
import dev.winnow.embedding.EmbeddedImage;
import dev.winnow.embedding.EmbeddedObject;
import dev.winnow.embedding.image.DominantColour;
import dev.winnow.embedding.image.Identifiers;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The part of a point's payload that the worker owns. */
final class Payload {

    /** Keys that only some images have: to be removed when an image is replaced by one without them. */
    static final List<String> OPTIONAL = List.of(PointSchema.CAPTURED_AT, PointSchema.CAMERA);

    private Payload() {}

    static Map<String, Value> of(EmbeddedImage image) {
        Identifiers measured = image.identifiers();
        Map<String, Value> payload = new HashMap<>();
        payload.put(PointSchema.DATASET, value(image.key().dataset()));
        payload.put(PointSchema.PATH, value(image.key().path()));
        payload.put(PointSchema.KIND, value(PointSchema.KIND_IMAGE));
        payload.put(PointSchema.ETAG, value(image.etag()));
        payload.put(PointSchema.SHA256, value(measured.sha256()));
        payload.put(PointSchema.PHASH, value(measured.phash()));
        payload.put(PointSchema.BYTES, value(measured.bytes()));
        payload.put(PointSchema.FORMAT, value(measured.format().toString()));
        payload.put(PointSchema.WIDTH, value(measured.width()));
        payload.put(PointSchema.HEIGHT, value(measured.height()));
        payload.put(PointSchema.ORIENTATION, value(measured.orientation()));
        payload.put(PointSchema.BRIGHTNESS, value(measured.brightness()));
        payload.put(PointSchema.CONTRAST, value(measured.contrast()));
        payload.put(PointSchema.SHARPNESS, value(measured.sharpness()));
        payload.put(PointSchema.ENTROPY, value(measured.entropy()));
        payload.put(
                PointSchema.COLOURS,
                list(measured.colours().stream()
                        .map(colour -> value(colour.name()))
                        .toList()));
        payload.put(
                PointSchema.PALETTE,
                list(measured.colours().stream().map(Payload::swatch).toList()));
        if (measured.capturedAt() != null) {
            payload.put(PointSchema.CAPTURED_AT, value(measured.capturedAt().toString()));
        }
        if (measured.camera() != null) {
            payload.put(PointSchema.CAMERA, value(measured.camera()));
        }
        payload.putAll(of(image.boxes()));
        return payload;
    }

    /** What an image's point says of its boxes; a key that has nothing to say is left out. */
    static Map<String, Value> of(BoxMark boxes) {
        Map<String, Value> payload = new HashMap<>();
        if (boxes.count() > 0) {
            payload.put(PointSchema.OBJECTS, value(boxes.count()));
        }
        if (!boxes.etag().isEmpty()) {
            payload.put(PointSchema.OBJECTS_ETAG, value(boxes.etag()));
        }
        return payload;
    }

    private static Value swatch(DominantColour colour) {
        return value(Map.of(
                "name", value(colour.name()),
                "lab", list(List.of(value(colour.lightness()), value(colour.a()), value(colour.b()))),
                "share", value(colour.share())));
    }

    static Map<String, Value> of(EmbeddedObject object) {
        Box box = object.object().box();
        return Map.ofEntries(
                entry(PointSchema.DATASET, value(object.image().dataset())),
                entry(PointSchema.PATH, value(object.image().path())),
                entry(PointSchema.KIND, value(PointSchema.KIND_OBJECT)),
                entry(PointSchema.PARENT, value(ImageId.of(object.image()).toString())),
                entry(PointSchema.OBJECT, value(object.object().id())),
                entry(PointSchema.LABELS, labels(object.object().label())),
                entry(
                        PointSchema.BOX,
                        list(box.numbers().stream().map(ValueFactory::value).toList())),
                entry(PointSchema.WIDTH, value(Math.round(box.width()))),
                entry(PointSchema.HEIGHT, value(Math.round(box.height()))),
                entry(PointSchema.ETAG, value(object.etag())),
                entry(PointSchema.CROP, value(object.crop())));
    }

    /** A box has one. */
    static Value labels(String label) {
        return list(List.of(value(label)));
    }
}
