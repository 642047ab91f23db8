package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a filter means, point by point. Everything that makes filters fast has to agree with it.
 */
@FunctionalInterface
interface FilterPredicate {

    boolean test(PointContent point);

    /** An empty part of a filter asks for nothing. */
    static FilterPredicate of(Filter filter, PayloadSchema schema) {
        List<FilterPredicate> must = all(filter.getMustList(), schema);
        List<FilterPredicate> should = all(filter.getShouldList(), schema);
        List<FilterPredicate> mustNot = all(filter.getMustNotList(), schema);
        List<FilterPredicate> atLeast = all(filter.getMinShould().getConditionsList(), schema);
        // Without conditions the count is asked of elements alone.
        long least = atLeast.isEmpty() && !schema.nested()
                ? 0
                : filter.getMinShould().getMinCount();
        return point -> must.stream().allMatch(condition -> condition.test(point))
                && (should.isEmpty() || should.stream().anyMatch(condition -> condition.test(point)))
                && mustNot.stream().noneMatch(condition -> condition.test(point))
                && (least == 0
                        || Long.compareUnsigned(
                                        least,
                                        atLeast.stream()
                                                .filter(condition -> condition.test(point))
                                                .count())
                                <= 0);
    }

    private static List<FilterPredicate> all(List<Condition> conditions, PayloadSchema schema) {
        return conditions.stream().map(condition -> of(condition, schema)).toList();
    }

    static FilterPredicate of(Condition condition, PayloadSchema schema) {
        return switch (condition.getConditionOneOfCase()) {
            case FIELD -> {
                FieldPredicate field = FieldPredicate.of(condition.getField(), schema);
                yield point -> field.test(point.payload());
            }
            case IS_EMPTY -> {
                PayloadPath path = PayloadPath.parse(condition.getIsEmpty().getKey());
                yield point -> FieldPredicate.areEmpty(path.values(point.payload()));
            }
            case IS_NULL -> {
                PayloadPath path = PayloadPath.parse(condition.getIsNull().getKey());
                // Only an index looks for nulls in arrays.
                Predicate<Value> isNull = schema.isIndexed(path) ? FieldPredicate::isNull : FieldPredicate::isNullValue;
                yield point -> path.values(point.payload()).stream().anyMatch(isNull);
            }
            case HAS_ID -> hasId(condition.getHasId());
            case HAS_VECTOR -> {
                String name = condition.getHasVector().getHasVector();
                yield point -> point.vectors().contains(name);
            }
            case FILTER -> of(condition.getFilter(), schema);
            case NESTED -> nested(condition.getNested(), schema);
            case CONDITIONONEOF_NOT_SET -> throw QdrantErrors.badInput("Malformed Condition type");
        };
    }

    private static FilterPredicate hasId(HasIdCondition condition) {
        Set<PointKey> ids = new HashSet<>();
        condition.getHasIdList().forEach(id -> ids.add(PointKey.of(id)));
        return point -> point.id() != null && ids.contains(point.id());
    }

    /** Holds where one element of the array satisfies the whole inner filter by itself. */
    private static FilterPredicate nested(NestedCondition condition, PayloadSchema schema) {
        if (!condition.hasFilter()) {
            throw QdrantErrors.badInput("Nested condition must have a filter");
        }
        PayloadPath elements = PayloadPath.parse(condition.getKey()).everyElement();
        FilterPredicate inner = of(condition.getFilter(), schema.within(elements));
        return point -> elements.values(point.payload()).stream()
                .anyMatch(element -> element.hasStructValue()
                        && inner.test(
                                PointContent.payload(element.getStructValue().getFieldsMap())));
    }
}
