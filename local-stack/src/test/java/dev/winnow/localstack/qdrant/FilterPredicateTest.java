package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasVectorCondition;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Qdrant's meaning of conditions, after the examples of its own tests. */
class FilterPredicateTest {

    private static final Map<String, Value> PAYLOAD = Map.of(
            "price", value(499.9),
            "amount", value(10),
            "rating", list(List.of(value(3), value(7), value(9), value(9))),
            "color", value("red"),
            "has_delivery", value(true),
            "shipped_at", value("2020-02-15T00:00:00Z"),
            "parts", list(List.of()),
            "packaging", nullValue(),
            "not_null", list(List.of(nullValue())),
            "cities",
                    list(List.of(
                            value(Map.of("name", value("Berlin"), "sights", value(5))),
                            value(Map.of("name", value("Paris"), "sights", value(9))))));

    private static boolean holds(Condition condition) {
        return FilterPredicate.of(condition, PayloadSchema.NONE).test(PointContent.payload(PAYLOAD));
    }

    private static Condition field(FieldCondition.Builder condition) {
        return Condition.newBuilder().setField(condition).build();
    }

    @Test
    void empty_and_null_are_told_apart() {
        assertThat(holds(ConditionFactory.isEmpty("price"))).isFalse();
        assertThat(holds(ConditionFactory.isEmpty("something_new"))).isTrue();
        assertThat(holds(ConditionFactory.isEmpty("parts"))).isTrue();
        assertThat(holds(ConditionFactory.isEmpty("not_null"))).isFalse();
        assertThat(holds(ConditionFactory.isNull("amount"))).isFalse();
        assertThat(holds(ConditionFactory.isNull("parts"))).isFalse();
        assertThat(holds(ConditionFactory.isNull("something_else"))).isFalse();
        assertThat(holds(ConditionFactory.isNull("packaging"))).isTrue();
        assertThat(holds(ConditionFactory.isNull("not_null")))
                .as("only an index looks into arrays")
                .isFalse();
        assertThat(FilterPredicate.of(
                                ConditionFactory.isNull("not_null"),
                                PayloadSchema.of(Map.of("not_null", PayloadSchemaInfo.getDefaultInstance())))
                        .test(PointContent.payload(PAYLOAD)))
                .isTrue();
        assertThat(holds(field(FieldCondition.newBuilder().setKey("not_null").setIsNull(true))))
                .isTrue();
    }

    @Test
    void one_element_of_an_array_is_enough() {
        assertThat(holds(ConditionFactory.match("rating", 7))).isTrue();
        assertThat(holds(ConditionFactory.match("rating", 8))).isFalse();
        assertThat(holds(ConditionFactory.matchExceptValues("rating", List.of(3L, 7L, 9L))))
                .isFalse();
        assertThat(holds(ConditionFactory.matchExceptValues("rating", List.of(3L, 7L))))
                .isTrue();
        assertThat(holds(ConditionFactory.range(
                        "rating", Range.newBuilder().setGt(8).build())))
                .isTrue();
        assertThat(holds(field(FieldCondition.newBuilder()
                        .setKey("rating")
                        .setValuesCount(ValuesCount.newBuilder().setGte(4)))))
                .isTrue();
        assertThat(holds(field(FieldCondition.newBuilder()
                        .setKey("missing")
                        .setValuesCount(ValuesCount.newBuilder().setLt(1)))))
                .isFalse();
    }

    @Test
    void a_type_that_does_not_fit_does_not_match() {
        assertThat(holds(ConditionFactory.matchKeyword("amount", "10"))).isFalse();
        assertThat(holds(ConditionFactory.match("price", 499))).isFalse();
        assertThat(holds(ConditionFactory.matchExceptKeywords("amount", List.of("red"))))
                .isTrue();
        assertThat(holds(ConditionFactory.matchExceptKeywords("packaging", List.of("red"))))
                .isFalse();
        assertThat(holds(ConditionFactory.matchExceptKeywords("missing", List.of("red"))))
                .isFalse();
    }

    @Test
    void a_nested_filter_looks_at_one_element_at_a_time() {
        Filter paris = Filter.newBuilder()
                .addMust(ConditionFactory.matchKeyword("name", "Paris"))
                .addMust(ConditionFactory.match("sights", 9))
                .build();
        Filter mixed = Filter.newBuilder()
                .addMust(ConditionFactory.matchKeyword("name", "Berlin"))
                .addMust(ConditionFactory.match("sights", 9))
                .build();

        assertThat(holds(ConditionFactory.nested("cities", paris))).isTrue();
        assertThat(holds(ConditionFactory.nested("cities", mixed))).isFalse();
        assertThat(holds(ConditionFactory.matchKeyword("cities[].name", "Paris")))
                .isTrue();
        assertThat(holds(ConditionFactory.matchKeyword("cities.name", "Paris"))).isFalse();
    }

    @Test
    void enough_of_the_conditions_have_to_hold() {
        MinShould.Builder conditions = MinShould.newBuilder()
                .addConditions(ConditionFactory.matchKeyword("color", "red"))
                .addConditions(ConditionFactory.match("has_delivery", true))
                .addConditions(ConditionFactory.match("amount", 11));

        assertThat(FilterPredicate.of(
                                Filter.newBuilder()
                                        .setMinShould(conditions.setMinCount(2))
                                        .build(),
                                PayloadSchema.NONE)
                        .test(PointContent.payload(PAYLOAD)))
                .isTrue();
        assertThat(FilterPredicate.of(
                                Filter.newBuilder()
                                        .setMinShould(conditions.setMinCount(3))
                                        .build(),
                                PayloadSchema.NONE)
                        .test(PointContent.payload(PAYLOAD)))
                .isFalse();
    }

    @Test
    void ids_and_vectors_are_asked_of_the_point_and_of_nothing_nested() {
        Condition id = ConditionFactory.hasId(PointIdFactory.id(7));
        Condition image = Condition.newBuilder()
                .setHasVector(HasVectorCondition.newBuilder().setHasVector("image"))
                .build();
        PointContent point = new PointContent(PointKey.of(7), PAYLOAD, Set.of("image"));
        assertThat(FilterPredicate.of(id, PayloadSchema.NONE).test(point)).isTrue();
        assertThat(FilterPredicate.of(image, PayloadSchema.NONE).test(point)).isTrue();
        assertThat(FilterPredicate.of(image, PayloadSchema.NONE).test(PointContent.payload(PAYLOAD)))
                .isFalse();
        for (Condition condition : List.of(id, image)) {
            Filter inner = Filter.newBuilder().addMust(condition).build();
            assertThat(FilterPredicate.of(ConditionFactory.nested("cities", inner), PayloadSchema.NONE)
                            .test(point))
                    .isFalse();
        }
    }

    @Test
    void a_nested_condition_without_a_filter_is_refused() {
        assertThatThrownBy(() -> holds(Condition.newBuilder()
                        .setNested(NestedCondition.newBuilder().setKey("cities"))
                        .build()))
                .hasMessageContaining("must have a filter");
    }

    @Test
    void without_conditions_nothing_is_asked() {
        assertThat(FilterPredicate.of(
                                Filter.newBuilder()
                                        .setMinShould(MinShould.newBuilder().setMinCount(3))
                                        .build(),
                                PayloadSchema.NONE)
                        .test(PointContent.payload(PAYLOAD)))
                .isTrue();
    }

    @Test
    void a_condition_without_a_test_is_refused() {
        assertThatThrownBy(() -> holds(field(FieldCondition.newBuilder().setKey("color"))))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void a_text_index_of_elements_is_used_inside_a_nested_filter() {
        PayloadSchema schema = PayloadSchema.of(Map.of(
                "cities[].name",
                FieldSchema.of(CreateFieldIndexCollection.newBuilder()
                        .setFieldType(FieldType.FieldTypeText)
                        .build())));
        Filter lower = Filter.newBuilder()
                .addMust(ConditionFactory.matchText("name", "berlin"))
                .build();
        Condition nested = ConditionFactory.nested("cities", lower);
        assertThat(holds(nested)).isFalse();
        assertThat(FilterPredicate.of(nested, schema).test(PointContent.payload(PAYLOAD)))
                .isTrue();
        assertThat(FilterPredicate.of(ConditionFactory.matchText("cities[].name", "paris berlin"), schema)
                        .test(PointContent.payload(PAYLOAD)))
                .isTrue();
    }
}
