package dev.winnow.curation.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.PointIdFactory.id;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ListChange;
import dev.winnow.curation.index.VectorIndex.Edit;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes of payloads as operations of Qdrant. */
final class PayloadEdits {

    /** What an edit has to know of what is there. */
    static final WithPayloadSelector DECIDED = WithPayloadSelectorFactory.include(List.of(
            PointSchema.DATASET, PointSchema.KIND, PointSchema.LABELS, PointSchema.TAGS, PointSchema.DECIDED_AT));

    private PayloadEdits() {}

    /** Values as they are set; a null takes a key away. */
    static Map<String, Value> values(Map<String, ?> values, Set<String> removed) {
        Map<String, Value> payload = new HashMap<>();
        values.forEach((key, value) -> payload.put(key, value(value)));
        removed.forEach(key -> payload.put(key, ValueFactory.nullValue()));
        return payload;
    }

    private static Value value(Object value) {
        return switch (value) {
            case String text -> ValueFactory.value(text);
            case Double number -> ValueFactory.value(number);
            case Collection<?> texts ->
                ValueFactory.list(texts.stream()
                        .map(text -> ValueFactory.value((String) text))
                        .toList());
            default ->
                throw new IllegalArgumentException("expected a text, a number or texts, got " + value.getClass());
        };
    }

    /** Notes when something was decided, later than {@code before} even if the clock is not. */
    static void stamp(Map<String, Value> payload, long before) {
        if (PointSchema.DECISIONS.stream().anyMatch(payload::containsKey)) {
            long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
            payload.put(PointSchema.DECIDED_AT, ValueFactory.value(Math.max(now, before + 1)));
        }
    }

    static PointsUpdateOperation set(String dataset, List<ImageId> ids, Map<String, Value> payload) {
        return set(chosen(dataset, ids), payload);
    }

    static PointsUpdateOperation setIfUnchanged(String dataset, Edit edit, Map<String, Value> seen) {
        Map<String, Value> payload = values(edit.values(), edit.removed());
        edit.lists().forEach((key, change) -> payload.put(key, value(change.applied(Payload.texts(seen, key)))));
        long before = decidedAt(seen);
        stamp(payload, before);
        return set(
                chosen(dataset, List.of(edit.id()))
                        .addMust(
                                seen.containsKey(PointSchema.DECIDED_AT)
                                        ? match(PointSchema.DECIDED_AT, before)
                                        : isEmpty(PointSchema.DECIDED_AT)),
                payload);
    }

    /** Whether the lists are as somebody who has made this edit, or one that comes to the same, leaves them. */
    static boolean isDone(Edit edit, Map<String, Value> seen) {
        return edit.lists().entrySet().stream().allMatch(list -> {
            List<String> there = Payload.texts(seen, list.getKey());
            ListChange change = list.getValue();
            return there.containsAll(change.add()) && change.remove().stream().noneMatch(there::contains);
        });
    }

    private static long decidedAt(Map<String, Value> payload) {
        return payload.getOrDefault(PointSchema.DECIDED_AT, Value.getDefaultInstance())
                .getIntegerValue();
    }

    /** Chosen by a filter, not by the ids alone: an image removed meanwhile, or of another tenant, is no match. */
    private static Common.Filter.Builder chosen(String dataset, List<ImageId> ids) {
        return Tenant.IMAGES
                .within(dataset, Filter.ALL)
                .addMust(hasId(ids.stream().map(image -> id(image.value())).toList()));
    }

    private static PointsUpdateOperation set(Common.Filter.Builder chosen, Map<String, Value> payload) {
        return PointsUpdateOperation.newBuilder()
                .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                        .putAllPayload(payload)
                        .setPointsSelector(PointsSelector.newBuilder().setFilter(chosen)))
                .build();
    }
}
