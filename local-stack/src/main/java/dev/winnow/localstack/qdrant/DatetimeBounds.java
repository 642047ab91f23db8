package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.NumericUtils;

/**
 * Bounds of datetimes, as a test of values and as a query that finds the same ones.
 *
 * @param first the earliest within
 * @param last the latest within; earlier than the first where nothing is
 */
record DatetimeBounds(Instant first, Instant last) implements ValueRange {

    /** Seconds and nanoseconds, in an order of their own. */
    private static final int BYTES = Long.BYTES + Integer.BYTES;

    static DatetimeBounds of(DatetimeRange range) {
        Instant first = Instant.MIN;
        Instant last = Instant.MAX;
        if (range.hasGte()) {
            first = later(first, PayloadDatetime.of(range.getGte()));
        }
        if (range.hasGt()) {
            first = later(first, PayloadDatetime.of(range.getGt()).plusNanos(1));
        }
        if (range.hasLte()) {
            last = earlier(last, PayloadDatetime.of(range.getLte()));
        }
        if (range.hasLt()) {
            last = earlier(last, PayloadDatetime.of(range.getLt()).minusNanos(1));
        }
        return new DatetimeBounds(first, last);
    }

    /** What an index of datetimes compares: their microseconds, without the digits after. */
    static DatetimeBounds ofMicroseconds(NumberRange range) {
        return new DatetimeBounds(
                Instant.EPOCH.plus(range.first(), ChronoUnit.MICROS),
                Instant.EPOCH.plus(range.last(), ChronoUnit.MICROS).plusNanos(999));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    @Override
    public boolean contains(Value value) {
        return value.hasStringValue()
                && PayloadDatetime.parse(value.getStringValue())
                        .filter(time -> !time.isBefore(first) && !time.isAfter(last))
                        .isPresent();
    }

    static byte[] bytes(Instant time) {
        byte[] bytes = new byte[BYTES];
        NumericUtils.longToSortableBytes(time.getEpochSecond(), bytes, 0);
        NumericUtils.intToSortableBytes(time.getNano(), bytes, Long.BYTES);
        return bytes;
    }

    @Override
    public Query query(String path, Query payload) {
        return first.isAfter(last)
                ? new MatchNoDocsQuery("an empty range")
                : BinaryPoint.newRangeQuery(PayloadFields.datetimes(path), bytes(first), bytes(last));
    }
}
