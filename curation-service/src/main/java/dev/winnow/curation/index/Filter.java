package dev.winnow.curation.index;

import dev.winnow.contract.PointSchema;
import dev.winnow.contract.PointSchema.IndexType;
import dev.winnow.curation.InvalidParameterException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Conditions on an image's payload, all of which must hold. Checked when it is built: every filter can be answered. */
public record Filter(List<Condition> conditions) {

    /** Every image. */
    public static final Filter ALL = new Filter(List.of());

    private static final Map<String, IndexType> KEYS = keys();

    public Filter {
        conditions = List.copyOf(conditions);
    }

    /** A condition on one payload key. */
    public sealed interface Condition {

        /** One of the values is equal to one of the image's; strings for keywords, {@link Long}s for integers. */
        record AnyOf(String key, List<Object> values) implements Condition {
            public AnyOf {
                IndexType type = typeOf(key);
                values = List.copyOf(values);
                boolean keyword = type == IndexType.KEYWORD;
                if (!keyword && type != IndexType.INTEGER) {
                    throw new InvalidParameterException("filter." + key, "expected a range such as {\"gte\": …}");
                }
                Class<?> expected = keyword ? String.class : Long.class;
                if (values.isEmpty() || !values.stream().allMatch(expected::isInstance)) {
                    throw new InvalidParameterException(
                            "filter." + key,
                            "expected " + (keyword ? "a string" : "an integer") + " or a list of them");
                }
            }
        }

        /** A number within bounds; a bound that is null does not bind. */
        record Range(
                String key,
                @Nullable Double gte,
                @Nullable Double gt,
                @Nullable Double lte,
                @Nullable Double lt) implements Condition {
            public Range {
                IndexType type = typeOf(key);
                if (type != IndexType.INTEGER && type != IndexType.FLOAT) {
                    throw new InvalidParameterException(
                            "filter." + key,
                            type == IndexType.DATETIME
                                    ? "expected RFC 3339 date-times as bounds"
                                    : "expected a string or a list of them");
                }
            }
        }

        /** A point in time within bounds; a bound that is null does not bind. */
        record Period(
                String key,
                @Nullable Instant gte,
                @Nullable Instant gt,
                @Nullable Instant lte,
                @Nullable Instant lt) implements Condition {
            public Period {
                if (typeOf(key) != IndexType.DATETIME) {
                    throw new InvalidParameterException("filter." + key, "expected numbers as bounds");
                }
            }
        }

        /** None of the filter's conditions holds. */
        record Not(Filter filter) implements Condition {}
    }

    private static IndexType typeOf(String key) {
        IndexType type = KEYS.get(key);
        if (type == null) {
            throw new InvalidParameterException("filter." + key, "expected one of " + new TreeSet<>(KEYS.keySet()));
        }
        return type;
    }

    /** Dataset and kind are no conditions of the caller's: the index adds them itself to every question. */
    private static Map<String, IndexType> keys() {
        Map<String, IndexType> keys = new LinkedHashMap<>();
        for (PointSchema.Index index : PointSchema.INDEXES) {
            if (index.type() != IndexType.TENANT && !index.key().equals(PointSchema.KIND)) {
                keys.put(index.key(), index.type());
            }
        }
        return keys;
    }
}
