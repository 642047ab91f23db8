package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes of parts of a payload, as Qdrant makes them. */
final class PayloadEdit {

    private PayloadEdit() {}

    /** The payload with the fields set and the others kept. A null removes. */
    static Map<String, Value> merged(Map<String, Value> payload, Map<String, Value> fields) {
        Map<String, Value> merged = new HashMap<>(payload);
        fields.forEach((name, value) -> {
            if (FieldPredicate.isNullValue(value)) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return merged;
    }

    /**
     * The payload with the fields set in the object the path leads to. What is in its way gives way: objects and empty
     * arrays are made of other values, but no elements.
     */
    static Map<String, Value> merged(Map<String, Value> payload, PayloadPath path, Map<String, Value> fields) {
        return mergedAt(payload, path.steps(), fields);
    }

    private static Map<String, Value> mergedAt(
            Map<String, Value> object, List<PayloadPath.Step> steps, Map<String, Value> fields) {
        String key = ((PayloadPath.Step.Key) steps.getFirst()).name();
        Map<String, Value> changed = new HashMap<>(object);
        changed.put(
                key,
                mergedAt(object.getOrDefault(key, Value.getDefaultInstance()), steps.subList(1, steps.size()), fields));
        return changed;
    }

    private static Value mergedAt(Value value, List<PayloadPath.Step> steps, Map<String, Value> fields) {
        Map<String, Value> object = value.getStructValue().getFieldsMap();
        if (steps.isEmpty()) {
            return object(merged(object, fields));
        }
        List<PayloadPath.Step> rest = steps.subList(1, steps.size());
        List<Value> elements = value.getListValue().getValuesList();
        return switch (steps.getFirst()) {
            case PayloadPath.Step.Key key -> object(mergedAt(object, steps, fields));
            case PayloadPath.Step.Every every ->
                list(elements.stream()
                        .map(element -> mergedAt(element, rest, fields))
                        .toList());
            case PayloadPath.Step.Index index ->
                index.position() < elements.size()
                        ? replaced(value, index, mergedAt(elements.get(index.position()), rest, fields))
                        : list(elements);
        };
    }

    /** The payload without what the path leads to; a single element of an array stays, as it does in Qdrant. */
    static Map<String, Value> without(Map<String, Value> payload, PayloadPath path) {
        return withoutAt(payload, path.steps());
    }

    private static Map<String, Value> withoutAt(Map<String, Value> object, List<PayloadPath.Step> steps) {
        String key = ((PayloadPath.Step.Key) steps.getFirst()).name();
        Value value = object.get(key);
        if (value == null) {
            return object;
        }
        Map<String, Value> changed = new HashMap<>(object);
        if (steps.size() == 1) {
            changed.remove(key);
        } else {
            changed.put(key, withoutAt(value, steps.subList(1, steps.size())));
        }
        return changed;
    }

    private static Value withoutAt(Value value, List<PayloadPath.Step> steps) {
        List<PayloadPath.Step> rest = steps.subList(1, steps.size());
        List<Value> elements = value.getListValue().getValuesList();
        return switch (steps.getFirst()) {
            case PayloadPath.Step.Key key ->
                value.hasStructValue() ? object(withoutAt(value.getStructValue().getFieldsMap(), steps)) : value;
            case PayloadPath.Step.Every every
            when value.hasListValue() ->
                rest.isEmpty()
                        ? list(List.of())
                        : list(elements.stream()
                                .map(element -> withoutAt(element, rest))
                                .toList());
            case PayloadPath.Step.Index index
            when !rest.isEmpty() && index.position() < elements.size() ->
                replaced(value, index, withoutAt(elements.get(index.position()), rest));
            case PayloadPath.Step.Every every -> value;
            case PayloadPath.Step.Index index -> value;
        };
    }

    private static Value replaced(Value list, PayloadPath.Step.Index index, Value element) {
        return Value.newBuilder()
                .setListValue(list.getListValue().toBuilder().setValues(index.position(), element))
                .build();
    }

    private static Value object(Map<String, Value> fields) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder().putAllFields(fields))
                .build();
    }

    private static Value list(List<Value> elements) {
        return Value.newBuilder()
                .setListValue(ListValue.newBuilder().addAllValues(elements))
                .build();
    }
}
