package dev.winnow.embedding.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static java.util.Map.entry;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.BoxMark;
import dev.winnow.embedding.EmbeddedImage;
import dev.winnow.embedding.EmbeddedObject;
import dev.winnow.embedding.image.DominantColour;
import dev.winnow.embedding.image.Identifiers;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** The part of a point's payload that the worker owns. */
final class Payload {

    /** Keys that only some images have: to be removed when an image is replaced by one without them. */
    static final List<String> OPTIONAL = List.of(PointSchema.CAPTURED_AT, PointSchema.CAMERA);

    /** Keys that every image has. */
    private static final Set<String> MEASURED = Set.of(
            PointSchema.DATASET,
            PointSchema.PATH,
            PointSchema.ETAG,
            PointSchema.SHA256,
            PointSchema.PHASH,
            PointSchema.BYTES,
            PointSchema.FORMAT,
            PointSchema.WIDTH,
            PointSchema.HEIGHT,
            PointSchema.ORIENTATION,
            PointSchema.BRIGHTNESS,
            PointSchema.CONTRAST,
            PointSchema.SHARPNESS,
            PointSchema.ENTROPY,
            PointSchema.COLOURS,
            PointSchema.PALETTE);

    private static final Value NONE = Value.getDefaultInstance();
    private static final Logger LOG = Logger.getLogger(Payload.class);

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

    /**
     * The image that a point was made of; empty if its payload lacks something, as one that an older version wrote may.
     *
     * @param vector of the point
     */
    static Optional<EmbeddedImage> image(Map<String, Value> payload, float[] vector) {
        if (!payload.keySet().containsAll(MEASURED)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EmbeddedImage(
                    new ObjectKey(text(payload, PointSchema.DATASET), text(payload, PointSchema.PATH)),
                    text(payload, PointSchema.ETAG),
                    new Identifiers(
                            text(payload, PointSchema.SHA256),
                            text(payload, PointSchema.PHASH),
                            whole(payload, PointSchema.BYTES),
                            format(text(payload, PointSchema.FORMAT)),
                            Math.toIntExact(whole(payload, PointSchema.WIDTH)),
                            Math.toIntExact(whole(payload, PointSchema.HEIGHT)),
                            Math.toIntExact(whole(payload, PointSchema.ORIENTATION)),
                            payload.containsKey(PointSchema.CAPTURED_AT)
                                    ? Instant.parse(text(payload, PointSchema.CAPTURED_AT))
                                    : null,
                            payload.containsKey(PointSchema.CAMERA) ? text(payload, PointSchema.CAMERA) : null,
                            number(payload, PointSchema.BRIGHTNESS),
                            number(payload, PointSchema.CONTRAST),
                            number(payload, PointSchema.SHARPNESS),
                            number(payload, PointSchema.ENTROPY),
                            payload.getOrDefault(PointSchema.PALETTE, NONE).getListValue().getValuesList().stream()
                                    .map(Payload::colour)
                                    .toList()),
                    vector,
                    new BoxMark(
                            Math.toIntExact(whole(payload, PointSchema.OBJECTS)),
                            text(payload, PointSchema.OBJECTS_ETAG))));
        } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
            LOG.debugf("a point is not as this version writes it: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private static DominantColour colour(Value swatch) {
        Map<String, Value> fields = swatch.getStructValue().getFieldsMap();
        List<Value> lab = fields.getOrDefault("lab", NONE).getListValue().getValuesList();
        if (lab.size() != 3) {
            throw new IllegalArgumentException("a colour of " + lab.size() + " numbers");
        }
        return new DominantColour(
                text(fields, "name"),
                number(lab.get(0)),
                number(lab.get(1)),
                number(lab.get(2)),
                number(fields, "share"));
    }

    private static ImageFormat format(String name) {
        return Arrays.stream(ImageFormat.values())
                .filter(format -> format.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no format " + name));
    }

    private static String text(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, NONE).getStringValue();
    }

    private static long whole(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, NONE).getIntegerValue();
    }

    private static double number(Map<String, Value> payload, String key) {
        return number(payload.getOrDefault(key, NONE));
    }

    /** JSON knows no difference between 1 and 1.0. */
    private static double number(Value value) {
        return value.hasIntegerValue() ? value.getIntegerValue() : value.getDoubleValue();
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
