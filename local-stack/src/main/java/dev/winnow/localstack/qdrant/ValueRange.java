package dev.winnow.localstack.qdrant;

import com.google.protobuf.Timestamp;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.lucene.search.Query;

/**
 * Bounds of values, as a test and as a query that finds the same ones. Where the field has an index of integers,
 * doubles or datetimes, that index alone answers, whichever the bounds are of: to it a datetime is its microseconds.
 */
interface ValueRange {

    boolean contains(Value value);

    /** @param payload the same test, made by reading payloads */
    Query query(String path, Query payload);

    /** That of a condition with a range. */
    static ValueRange of(FieldCondition condition, PayloadPath path, PayloadSchema schema) {
        if (schema.isIntegerRange(path)) {
            return NumberRange.ofIntegers(numbers(condition));
        }
        if (schema.is(path, PayloadSchemaType.Float)) {
            return NumberRange.of(numbers(condition));
        }
        if (schema.is(path, PayloadSchemaType.Datetime)) {
            return DatetimeBounds.ofMicroseconds(NumberRange.ofIntegers(numbers(condition)));
        }
        return condition.hasRange()
                ? NumberRange.of(condition.getRange())
                : DatetimeBounds.of(condition.getDatetimeRange());
    }

    private static Range numbers(FieldCondition condition) {
        if (condition.hasRange()) {
            return condition.getRange();
        }
        DatetimeRange datetimes = condition.getDatetimeRange();
        Range.Builder numbers = Range.newBuilder();
        if (datetimes.hasGte()) {
            numbers.setGte(microseconds(datetimes.getGte()));
        }
        if (datetimes.hasGt()) {
            numbers.setGt(microseconds(datetimes.getGt()));
        }
        if (datetimes.hasLte()) {
            numbers.setLte(microseconds(datetimes.getLte()));
        }
        if (datetimes.hasLt()) {
            numbers.setLt(microseconds(datetimes.getLt()));
        }
        return numbers.build();
    }

    private static double microseconds(Timestamp timestamp) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, PayloadDatetime.of(timestamp).truncatedTo(ChronoUnit.MICROS));
    }
}
