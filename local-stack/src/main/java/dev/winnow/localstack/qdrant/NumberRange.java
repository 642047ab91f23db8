package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;

/**
 * Bounds of numbers, as a test of values and as a query that finds the same ones. NaN counts as larger than every
 * number.
 *
 * @param low the smallest double within
 * @param high the largest double within; smaller than the lowest where nothing is
 * @param first the smallest integer within
 * @param last the largest integer within; smaller than the first where nothing is
 * @param integersOnly whether a double counts as the whole number it is, and else not
 */
record NumberRange(double low, double high, long first, long last, boolean integersOnly) implements ValueRange {

    private static final double NOTHING_LOW = Double.POSITIVE_INFINITY;
    private static final double NOTHING_HIGH = Double.NEGATIVE_INFINITY;

    /** Compares doubles; an integer beyond 2^53 loses its last digits for that, as it does in Qdrant. */
    static NumberRange of(Range range) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        if (range.hasGte()) {
            low = Math.max(low, Double.isNaN(range.getGte()) ? NOTHING_LOW : zeroes(range.getGte()));
        }
        if (range.hasGt()) {
            low = Math.max(low, Double.isNaN(range.getGt()) ? NOTHING_LOW : Math.nextUp(zeroes(range.getGt())));
        }
        if (range.hasLte() && !Double.isNaN(range.getLte())) {
            high = Math.min(high, zeroes(range.getLte()));
        }
        if (range.hasLt() && !Double.isNaN(range.getLt())) {
            high = Math.min(high, Math.nextDown(zeroes(range.getLt())));
        }
        double lowest = low;
        double highest = high;
        long first = firstLong(number -> number >= lowest);
        long last = firstLong(number -> number > highest) - 1;
        boolean some = low <= high && Long.MAX_VALUE >= low && Long.MIN_VALUE <= high;
        return new NumberRange(
                low, high, some ? first : 1, some && Long.MAX_VALUE <= high ? Long.MAX_VALUE : some ? last : 0, false);
    }

    /** What an index of integers compares: them, and the doubles that are whole. To it, NaN is 0. */
    static NumberRange ofIntegers(Range range) {
        long first = Long.MIN_VALUE;
        long last = Long.MAX_VALUE;
        boolean some = true;
        if (range.hasGte()) {
            first = Math.max(first, (long) Math.ceil(range.getGte()));
        }
        if (range.hasGt()) {
            long bound = (long) Math.floor(range.getGt());
            some &= bound < Long.MAX_VALUE;
            first = Math.max(first, bound + 1);
        }
        if (range.hasLte()) {
            last = Math.min(last, (long) Math.floor(range.getLte()));
        }
        if (range.hasLt()) {
            long bound = (long) Math.ceil(range.getLt());
            some &= bound > Long.MIN_VALUE;
            last = Math.min(last, bound - 1);
        }
        return new NumberRange(NOTHING_LOW, NOTHING_HIGH, some ? first : 1, some ? last : 0, true);
    }

    /** The whole number a value is; absent where it is none. */
    static OptionalLong whole(Value value) {
        if (value.hasIntegerValue()) {
            return OptionalLong.of(value.getIntegerValue());
        }
        double number = value.getDoubleValue();
        return value.hasDoubleValue() && Math.rint(number) == number && Math.abs(number) < 0x1p63
                ? OptionalLong.of((long) number)
                : OptionalLong.empty();
    }

    /** Points order -0.0 below 0.0, comparisons do not. */
    static double zeroes(double number) {
        return number + 0.0;
    }

    private interface DoublePredicate {
        boolean test(double number);
    }

    /** The first integer to pass a test that all larger ones pass; the largest where none does. */
    private static long firstLong(DoublePredicate test) {
        LongPredicate rounded = number -> test.test((double) number);
        long low = Long.MIN_VALUE;
        long high = Long.MAX_VALUE;
        while (low < high) {
            long middle = (low & high) + ((low ^ high) >> 1);
            if (rounded.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public boolean contains(Value value) {
        if (integersOnly) {
            OptionalLong number = whole(value);
            return number.isPresent() && first <= number.getAsLong() && number.getAsLong() <= last;
        }
        return value.hasIntegerValue()
                ? first <= value.getIntegerValue() && value.getIntegerValue() <= last
                : value.hasDoubleValue() && low <= value.getDoubleValue() && value.getDoubleValue() <= high;
    }

    @Override
    public Query query(String path, Query payload) {
        Query integers = first <= last
                ? LongPoint.newRangeQuery(PayloadFields.integers(path), first, last)
                : new MatchNoDocsQuery("an empty range");
        if (integersOnly) {
            Query doubles = DoublePoint.newRangeQuery(
                    PayloadFields.doubles(path), Math.nextDown((double) first), Math.nextUp((double) last));
            return FilterQuery.either(integers, FilterQuery.both(doubles, payload));
        }
        return low <= high
                ? FilterQuery.either(integers, DoublePoint.newRangeQuery(PayloadFields.doubles(path), low, high))
                : integers;
    }
}
