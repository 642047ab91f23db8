package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a filter means, point by point. Everything that makes filters fast has to agree with it.
 */
@FunctionalInterface
interface FilterPredicate {

    /** @param id the point's id; absent inside a nested filter, where no id matches */
    boolean test(@Nullable PointKey id, Map<String, Value> payload);

    /** An empty part of a filter asks for nothing. */
    static FilterPredicate of(Filter filter) {
        List<FilterPredicate> must = all(filter.getMustList());
        List<FilterPredicate> should = all(filter.getShouldList());
        List<FilterPredicate> mustNot = all(filter.getMustNotList());
        List<FilterPredicate> atLeast = all(filter.getMinShould().getConditionsList());
        long least = filter.hasMinShould() ? filter.getMinShould().getMinCount() : 0;
        return (id, payload) -> must.stream().allMatch(condition -> condition.test(id, payload))
                && (should.isEmpty() || should.stream().anyMatch(condition -> condition.test(id, payload)))
                && mustNot.stream().noneMatch(condition -> condition.test(id, payload))
                && (least == 0
                        || atLeast.stream()
                                        .filter(condition -> condition.test(id, payload))
                                        .limit(least)
                                        .count()
                                == least);
    }

    private static List<FilterPredicate> all(List<Condition> conditions) {
        return conditions.stream().map(FilterPredicate::of).toList();
    }

    static FilterPredicate of(Condition condition) {
        return switch (condition.getConditionOneOfCase()) {
            case FIELD -> {
                FieldPredicate field = FieldPredicate.of(condition.getField());
                yield (id, payload) -> field.test(payload);
            }
            case IS_EMPTY -> {
                PayloadPath path = PayloadPath.parse(condition.getIsEmpty().getKey());
                yield (id, payload) -> path.values(payload).stream().allMatch(FieldPredicate::isEmpty);
            }
            case IS_NULL -> {
                PayloadPath path = PayloadPath.parse(condition.getIsNull().getKey());
                yield (id, payload) -> path.values(payload).stream().anyMatch(FieldPredicate::isNull);
            }
            case HAS_ID -> hasId(condition.getHasId());
            case FILTER -> of(condition.getFilter());
            case NESTED -> nested(condition.getNested());
            case HAS_VECTOR -> throw QdrantErrors.unimplemented("has_vector condition");
            case CONDITIONONEOF_NOT_SET -> throw QdrantErrors.badInput("Malformed Condition type");
        };
    }

    private static FilterPredicate hasId(HasIdCondition condition) {
        Set<PointKey> ids = new HashSet<>();
        condition.getHasIdList().forEach(id -> ids.add(PointKey.of(id)));
        return (id, payload) -> id != null && ids.contains(id);
    }

    /** Holds where one element of the array satisfies the whole inner filter by itself. */
    private static FilterPredicate nested(NestedCondition condition) {
        PayloadPath elements = PayloadPath.parse(condition.getKey()).everyElement();
        FilterPredicate inner = of(condition.getFilter());
        return (id, payload) -> elements.values(payload).stream()
                .anyMatch(element -> element.hasStructValue()
                        && inner.test(null, element.getStructValue().getFieldsMap()));
    }
}
