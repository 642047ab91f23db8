package dev.winnow.curation.qdrant;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetObject;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a point's payload. A key that is absent reads as empty, zero or null: older points may lack newer keys. */
final class Payload {

    /** Keys that have a place of their own in {@link DatasetImage}, or none at all. */
    private static final Set<String> OWN_PLACE = Set.of(
            PointSchema.DATASET,
            PointSchema.PATH,
            PointSchema.KIND,
            PointSchema.SHA256,
            PointSchema.PHASH,
            PointSchema.ETAG,
            PointSchema.FORMAT,
            PointSchema.BYTES,
            PointSchema.WIDTH,
            PointSchema.HEIGHT,
            PointSchema.SHARPNESS,
            PointSchema.CAPTURED_AT,
            PointSchema.LABELS,
            PointSchema.TAGS,
            // Says which of two collections has the later edit, and nothing about the image.
            PointSchema.DECIDED_AT);

    private Payload() {}

    static DatasetImage image(PointId id, Map<String, Value> payload) {
        Map<String, Object> others = new HashMap<>();
        payload.forEach((key, value) -> {
            if (!OWN_PLACE.contains(key) && !value.hasNullValue()) {
                others.put(key, plain(value));
            }
        });
        String phash = text(payload, PointSchema.PHASH);
        String capturedAt = text(payload, PointSchema.CAPTURED_AT);
        return new DatasetImage(
                ImageId.parse(id.getUuid()),
                text(payload, PointSchema.PATH),
                text(payload, PointSchema.SHA256),
                phash.isEmpty() ? 0 : Long.parseUnsignedLong(phash, 16),
                text(payload, PointSchema.ETAG),
                text(payload, PointSchema.FORMAT),
                number(payload, PointSchema.BYTES).longValue(),
                number(payload, PointSchema.WIDTH).intValue(),
                number(payload, PointSchema.HEIGHT).intValue(),
                number(payload, PointSchema.SHARPNESS).doubleValue(),
                capturedAt.isEmpty() ? null : Instant.parse(capturedAt),
                texts(payload, PointSchema.LABELS),
                texts(payload, PointSchema.TAGS),
                others);
    }

    static DatasetObject object(PointId id, Map<String, Value> payload) {
        return new DatasetObject(
                ObjectId.parse(id.getUuid()),
                ImageId.parse(text(payload, PointSchema.PARENT)),
                text(payload, PointSchema.PATH),
                text(payload, PointSchema.OBJECT),
                texts(payload, PointSchema.LABELS),
                Box.of(
                        payload
                                .getOrDefault(PointSchema.BOX, Value.getDefaultInstance())
                                .getListValue()
                                .getValuesList()
                                .stream()
                                .map(value -> number(value).doubleValue())
                                .toList()));
    }

    static String text(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, Value.getDefaultInstance()).getStringValue();
    }

    static List<String> texts(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, Value.getDefaultInstance()).getListValue().getValuesList().stream()
                .map(Value::getStringValue)
                .toList();
    }

    private static Number number(Map<String, Value> payload, String key) {
        return number(payload.getOrDefault(key, Value.getDefaultInstance()));
    }

    private static Number number(Value value) {
        return value.hasDoubleValue() ? (Number) value.getDoubleValue() : (Number) value.getIntegerValue();
    }

    private static Object plain(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INTEGER_VALUE -> value.getIntegerValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BOOL_VALUE -> value.getBoolValue();
            case LIST_VALUE ->
                value.getListValue().getValuesList().stream()
                        .map(Payload::plain)
                        .toList();
            case STRUCT_VALUE -> {
                Map<String, Object> fields = new HashMap<>();
                value.getStructValue().getFieldsMap().forEach((key, field) -> fields.put(key, plain(field)));
                yield fields;
            }
            case NULL_VALUE, KIND_NOT_SET -> "";
        };
    }
}
