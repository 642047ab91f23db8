package dev.winnow.localstack.qdrant;

import com.google.protobuf.Timestamp;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a condition on one field means. A field with an array satisfies it where one of its elements does; the counts
 * and the tests for emptiness look at the array itself.
 *
 * @param whenAbsent the answer where the path leads nowhere
 * @param holds the answer for a value the path leads to
 */
record FieldPredicate(PayloadPath path, boolean whenAbsent, Predicate<Value> holds) {

    static FieldPredicate of(FieldCondition condition) {
        QdrantErrors.refuse(condition.hasGeoRadius(), "geo_radius condition");
        QdrantErrors.refuse(condition.hasGeoBoundingBox(), "geo_bounding_box condition");
        QdrantErrors.refuse(condition.hasGeoPolygon(), "geo_polygon condition");
        PayloadPath path = PayloadPath.parse(condition.getKey());
        if (condition.hasValuesCount()) {
            ValuesCount bounds = condition.getValuesCount();
            return new FieldPredicate(path, false, value -> isWithin(count(value), bounds));
        }
        if (condition.hasIsEmpty()) {
            boolean wanted = condition.getIsEmpty();
            return new FieldPredicate(path, wanted, value -> isEmpty(value) == wanted);
        }
        if (condition.hasIsNull()) {
            boolean wanted = condition.getIsNull();
            return new FieldPredicate(path, !wanted, value -> isNull(value) == wanted);
        }
        List<Predicate<Value>> alternatives = new ArrayList<>();
        if (condition.hasMatch()) {
            alternatives.add(matching(condition.getMatch()));
        }
        if (condition.hasRange()) {
            Range range = condition.getRange();
            alternatives.add(value -> isNumber(value) && isWithin(number(value), range));
        }
        if (condition.hasDatetimeRange()) {
            DatetimeRange range = condition.getDatetimeRange();
            alternatives.add(value -> value.hasStringValue()
                    && PayloadDatetime.parse(value.getStringValue())
                            .filter(time -> isWithin(time, range))
                            .isPresent());
        }
        if (alternatives.isEmpty()) {
            throw QdrantErrors.badInput("At least one field condition must be specified");
        }
        Predicate<Value> one = alternatives.stream().reduce(Predicate::or).orElseThrow();
        return new FieldPredicate(
                path,
                false,
                value -> value.hasListValue()
                        ? value.getListValue().getValuesList().stream().anyMatch(one)
                        : one.test(value));
    }

    boolean test(Map<String, Value> payload) {
        List<Value> values = path.values(payload);
        return values.isEmpty() ? whenAbsent : values.stream().anyMatch(holds);
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

    private static Predicate<Value> matching(Match match) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD ->
                value -> value.hasStringValue() && value.getStringValue().equals(match.getKeyword());
            case INTEGER -> value -> value.hasIntegerValue() && value.getIntegerValue() == match.getInteger();
            case BOOLEAN -> value -> value.hasBoolValue() && value.getBoolValue() == match.getBoolean();
            case KEYWORDS -> {
                Set<String> any = Set.copyOf(match.getKeywords().getStringsList());
                yield value -> value.hasStringValue() && any.contains(value.getStringValue());
            }
            case INTEGERS -> {
                Set<Long> any = Set.copyOf(match.getIntegers().getIntegersList());
                yield value -> value.hasIntegerValue() && any.contains(value.getIntegerValue());
            }
            case EXCEPT_KEYWORDS -> {
                Set<String> none = Set.copyOf(match.getExceptKeywords().getStringsList());
                yield value ->
                        !isNullValue(value) && !(value.hasStringValue() && none.contains(value.getStringValue()));
            }
            case EXCEPT_INTEGERS -> {
                Set<Long> none = Set.copyOf(match.getExceptIntegers().getIntegersList());
                yield value ->
                        !isNullValue(value) && !(value.hasIntegerValue() && none.contains(value.getIntegerValue()));
            }
            case TEXT, PHRASE, TEXT_ANY -> throw QdrantErrors.unimplemented("full-text match");
            case MATCHVALUE_NOT_SET -> throw QdrantErrors.badInput("Malformed Match condition");
        };
    }

    private static boolean isWithin(double number, Range range) {
        return (!range.hasLt() || number < range.getLt())
                && (!range.hasGt() || number > range.getGt())
                && (!range.hasLte() || number <= range.getLte())
                && (!range.hasGte() || number >= range.getGte());
    }

    private static boolean isWithin(Instant time, DatetimeRange range) {
        return (!range.hasLt() || time.isBefore(instant(range.getLt())))
                && (!range.hasGt() || time.isAfter(instant(range.getGt())))
                && (!range.hasLte() || !time.isAfter(instant(range.getLte())))
                && (!range.hasGte() || !time.isBefore(instant(range.getGte())));
    }

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    private static boolean isWithin(int count, ValuesCount bounds) {
        return (!bounds.hasLt() || Long.compareUnsigned(count, bounds.getLt()) < 0)
                && (!bounds.hasGt() || Long.compareUnsigned(count, bounds.getGt()) > 0)
                && (!bounds.hasLte() || Long.compareUnsigned(count, bounds.getLte()) <= 0)
                && (!bounds.hasGte() || Long.compareUnsigned(count, bounds.getGte()) >= 0);
    }
}
