package dev.winnow.curation.qdrant;

import com.google.protobuf.Timestamp;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Filter.Condition;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common;
import java.time.Instant;

/** A filter in Qdrant's words. */
final class FilterTranslation {

    private FilterTranslation() {}

    static Common.Filter.Builder translate(Filter filter) {
        Common.Filter.Builder translated = Common.Filter.newBuilder();
        filter.conditions().forEach(condition -> translated.addMust(translate(condition)));
        return translated;
    }

    private static Common.Condition translate(Condition condition) {
        return switch (condition) {
            case Condition.AnyOf any
            when any.values().getFirst() instanceof String ->
                ConditionFactory.matchKeywords(
                        any.key(), any.values().stream().map(String.class::cast).toList());
            case Condition.AnyOf any ->
                ConditionFactory.matchValues(
                        any.key(), any.values().stream().map(Long.class::cast).toList());
            case Condition.Range range -> ConditionFactory.range(range.key(), bounds(range));
            case Condition.Period period -> ConditionFactory.datetimeRange(period.key(), bounds(period));
            case Condition.Not not -> {
                Common.Filter.Builder none = Common.Filter.newBuilder();
                not.filter().conditions().forEach(inner -> none.addMustNot(translate(inner)));
                yield ConditionFactory.filter(none.build());
            }
        };
    }

    private static Common.Range bounds(Condition.Range range) {
        Common.Range.Builder bounds = Common.Range.newBuilder();
        if (range.gte() != null) {
            bounds.setGte(range.gte());
        }
        if (range.gt() != null) {
            bounds.setGt(range.gt());
        }
        if (range.lte() != null) {
            bounds.setLte(range.lte());
        }
        if (range.lt() != null) {
            bounds.setLt(range.lt());
        }
        return bounds.build();
    }

    private static Common.DatetimeRange bounds(Condition.Period period) {
        Common.DatetimeRange.Builder bounds = Common.DatetimeRange.newBuilder();
        if (period.gte() != null) {
            bounds.setGte(timestamp(period.gte()));
        }
        if (period.gt() != null) {
            bounds.setGt(timestamp(period.gt()));
        }
        if (period.lte() != null) {
            bounds.setLte(timestamp(period.lte()));
        }
        if (period.lt() != null) {
            bounds.setLt(timestamp(period.lt()));
        }
        return bounds.build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
