package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a condition on one field means. A field with an array satisfies it where one of its elements does; the counts
 * and the tests for emptiness look at the array itself.
 *
 * @param whenAbsent the answer where the path leads nowhere
 * @param holds the answer for the values the path leads to
 */
record FieldPredicate(PayloadPath path, boolean whenAbsent, Predicate<List<Value>> holds) {

    static FieldPredicate of(FieldCondition condition, PayloadSchema schema) {
        PayloadPath path = PayloadPath.parse(condition.getKey());
        List<Predicate<List<Value>>> alternatives = alternatives(condition, path, schema);
        if (condition.hasValuesCount()) {
            ValuesCount bounds = condition.getValuesCount();
            return new FieldPredicate(path, false, any(value -> isWithin(count(value), bounds)));
        }
        if (condition.hasIsEmpty()) {
            boolean wanted = condition.getIsEmpty();
            return schema.isIndexed(path)
                    ? new FieldPredicate(path, wanted, values -> areEmpty(values) == wanted)
                    : new FieldPredicate(path, wanted, any(value -> isEmpty(value) == wanted));
        }
        if (condition.hasIsNull()) {
            boolean wanted = condition.getIsNull();
            return schema.isIndexed(path)
                    ? new FieldPredicate(
                            path, !wanted, values -> any(FieldPredicate::isNull).test(values) == wanted)
                    : new FieldPredicate(path, !wanted, any(value -> isNull(value) == wanted));
        }
        return new FieldPredicate(
                path,
                false,
                alternatives.stream()
                        .reduce(Predicate::or)
                        .orElseThrow(() -> QdrantErrors.badInput("At least one field condition must be specified")));
    }

    private static List<Predicate<List<Value>>> alternatives(
            FieldCondition condition, PayloadPath path, PayloadSchema schema) {
        List<Predicate<List<Value>>> alternatives = new ArrayList<>();
        if (condition.hasMatch()) {
            alternatives.add(MatchPredicate.of(condition.getMatch(), path, schema));
        }
        if (condition.hasRange() || condition.hasDatetimeRange()) {
            alternatives.add(elements(ValueRange.of(condition, path, schema)::contains));
        }
        areas(condition, path, schema).forEach(area -> alternatives.add(elements(area::contains)));
        return alternatives;
    }

    static List<GeoArea> areas(FieldCondition condition, PayloadPath path, PayloadSchema schema) {
        List<GeoArea> areas = new ArrayList<>();
        if (condition.hasGeoBoundingBox()) {
            areas.add(GeoArea.Box.of(condition.getGeoBoundingBox()));
        }
        if (condition.hasGeoRadius()) {
            areas.add(GeoArea.Circle.of(condition.getGeoRadius()));
        }
        if (condition.hasGeoPolygon()) {
            areas.add(GeoPolygonArea.of(condition.getGeoPolygon()));
        }
        if (schema.is(path, PayloadSchemaType.Geo)) {
            areas.replaceAll(GeoArea.OnEarth::new);
        }
        return areas;
    }

    boolean test(Map<String, Value> payload) {
        List<Value> values = path.values(payload);
        return values.isEmpty() ? whenAbsent : holds.test(values);
    }

    private static Predicate<List<Value>> any(Predicate<Value> one) {
        return values -> values.stream().anyMatch(one);
    }

    /** Of an array its elements count, of other values they themselves; an array in an array is one of its elements. */
    static Predicate<List<Value>> elements(Predicate<Value> one) {
        return values -> values.stream().flatMap(FieldPredicate::scalars).anyMatch(one);
    }

    static Stream<Value> scalars(Value value) {
        return value.hasListValue() ? value.getListValue().getValuesList().stream() : Stream.of(value);
    }

    static boolean areEmpty(List<Value> values) {
        return values.stream().allMatch(FieldPredicate::isEmpty);
    }

    /** Null, or an array without elements. */
    static boolean isEmpty(Value value) {
        return isNullValue(value)
                || (value.hasListValue() && value.getListValue().getValuesCount() == 0);
    }

    /** Null, or an array with a null in it. */
    static boolean isNull(Value value) {
        return isNullValue(value)
                || (value.hasListValue()
                        && value.getListValue().getValuesList().stream().anyMatch(FieldPredicate::isNullValue));
    }

    static boolean isNullValue(Value value) {
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> true;
            case DOUBLE_VALUE, INTEGER_VALUE, STRING_VALUE, BOOL_VALUE, STRUCT_VALUE, LIST_VALUE -> false;
        };
    }

    static boolean isNumber(Value value) {
        return value.hasIntegerValue() || value.hasDoubleValue();
    }

    /** Integers beyond 2^53 lose their last digits, as they do in Qdrant. */
    static double number(Value value) {
        return value.hasIntegerValue() ? (double) value.getIntegerValue() : value.getDoubleValue();
    }

    private static int count(Value value) {
        if (isNullValue(value)) {
            return 0;
        }
        return value.hasListValue() ? value.getListValue().getValuesCount() : 1;
    }

    private static boolean isWithin(int count, ValuesCount bounds) {
        return (!bounds.hasLt() || Long.compareUnsigned(count, bounds.getLt()) < 0)
                && (!bounds.hasGt() || Long.compareUnsigned(count, bounds.getGt()) > 0)
                && (!bounds.hasLte() || Long.compareUnsigned(count, bounds.getLte()) <= 0)
                && (!bounds.hasGte() || Long.compareUnsigned(count, bounds.getGte()) >= 0);
    }
}
