package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.GeoRadius;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.RepeatedIntegers;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a condition on one field means for one value, with and without an index of the field. */
class FieldPredicateTest {

    private static Condition field(FieldCondition.Builder condition) {
        return Condition.newBuilder().setField(condition).build();
    }

    private static boolean holds(Value value, FieldCondition.Builder condition) {
        return holds(value, PayloadSchema.NONE, condition);
    }

    private static boolean holds(Value value, PayloadSchema schema, FieldCondition.Builder condition) {
        return FilterPredicate.of(field(condition.setKey("k")), schema).test(PointContent.payload(Map.of("k", value)));
    }

    private static FieldCondition.Builder matching(Match.Builder match) {
        return FieldCondition.newBuilder().setMatch(match);
    }

    private static FieldCondition.Builder within(Range.Builder range) {
        return FieldCondition.newBuilder().setRange(range);
    }

    private static PayloadSchema indexed(FieldType type) {
        return PayloadSchema.of(Map.of(
                "k",
                FieldSchema.of(CreateFieldIndexCollection.newBuilder()
                        .setFieldType(type)
                        .build())));
    }

    @Test
    void an_array_in_an_array_is_an_element_and_is_not_looked_into() {
        Value nested = list(List.of(list(List.of(value(1), value("x")))));
        assertThat(holds(nested, matching(Match.newBuilder().setInteger(1)))).isFalse();
        assertThat(holds(nested, matching(Match.newBuilder().setKeyword("x")))).isFalse();
        assertThat(holds(nested, within(Range.newBuilder().setGte(0)))).isFalse();
        assertThat(holds(nested, matching(Match.newBuilder().setExceptKeywords(strings("x")))))
                .isTrue();
        assertThat(holds(
                        nested,
                        FieldCondition.newBuilder()
                                .setValuesCount(ValuesCount.newBuilder().setLte(1))))
                .isTrue();
    }

    @Test
    void except_wants_some_other_value() {
        assertThat(holds(list(List.of()), matching(Match.newBuilder().setExceptKeywords(strings("x")))))
                .isFalse();
        assertThat(holds(list(List.of(nullValue())), matching(Match.newBuilder().setExceptKeywords(strings("x")))))
                .isFalse();
        assertThat(holds(
                        list(List.of(value("x"), value("y"))),
                        matching(Match.newBuilder().setExceptKeywords(strings("x")))))
                .isTrue();
        assertThat(holds(value(2.0), matching(Match.newBuilder().setExceptIntegers(integers(2)))))
                .as("a double is no integer")
                .isTrue();
        assertThat(holds(
                        value(2),
                        indexed(FieldType.FieldTypeKeyword),
                        matching(Match.newBuilder().setExceptKeywords(strings("x")))))
                .as("an index of keywords has no integers")
                .isFalse();
    }

    @Test
    void ranges_compare_doubles_and_integers() {
        assertThat(holds(value(2), within(Range.newBuilder().setGt(1.5).setLt(2.5))))
                .isTrue();
        assertThat(holds(value(-0.0), within(Range.newBuilder().setGte(0.0)))).isTrue();
        assertThat(holds(value(0.0), within(Range.newBuilder().setLte(-0.0)))).isTrue();
        assertThat(holds(value("2"), within(Range.newBuilder().setGte(0)))).isFalse();
        assertThat(holds(value(true), within(Range.newBuilder().setGte(0)))).isFalse();
        assertThat(holds(value(5), within(Range.newBuilder()))).as("no bounds").isTrue();
        assertThat(holds(value(5), within(Range.newBuilder().setLt(Double.POSITIVE_INFINITY))))
                .isTrue();
        assertThat(holds(value(5), within(Range.newBuilder().setLt(Double.NaN))))
                .isTrue();
        assertThat(holds(value(5), within(Range.newBuilder().setGt(Double.NaN))))
                .isFalse();
        assertThat(holds(value((1L << 53) + 1), within(Range.newBuilder().setLte(0x1p53))))
                .as("as a double it is 2^53")
                .isTrue();
        assertThat(holds(value(Long.MAX_VALUE), within(Range.newBuilder().setGte(0x1p63))))
                .isTrue();
        assertThat(holds(value(Long.MAX_VALUE), within(Range.newBuilder().setGt(0x1p63))))
                .isFalse();
    }

    @Test
    void an_index_of_integers_compares_integers_alone() {
        PayloadSchema schema = indexed(FieldType.FieldTypeInteger);
        assertThat(holds(value(1), schema, within(Range.newBuilder().setGte(1.5))))
                .isFalse();
        assertThat(holds(value(1), schema, within(Range.newBuilder().setLt(1.5))))
                .isTrue();
        assertThat(holds(value(2.0), schema, within(Range.newBuilder().setGte(1))))
                .as("a whole number")
                .isTrue();
        assertThat(holds(value(2.5), schema, within(Range.newBuilder().setGte(1))))
                .isFalse();
        assertThat(holds(value(2.0), schema, matching(Match.newBuilder().setInteger(2))))
                .isTrue();
        assertThat(holds(value(2.0), matching(Match.newBuilder().setInteger(2))))
                .isFalse();
        assertThat(holds(value(-1), schema, within(Range.newBuilder().setLt(Double.NaN))))
                .as("NaN is 0")
                .isTrue();
        assertThat(holds(
                        value("2024-05-01"),
                        schema,
                        FieldCondition.newBuilder().setDatetimeRange(DatetimeRange.getDefaultInstance())))
                .as("nor datetimes")
                .isFalse();
        assertThat(holds(
                        value((1L << 53) + 1), schema, within(Range.newBuilder().setLte(0x1p53))))
                .isFalse();
    }

    @Test
    void datetimes_are_compared_to_the_nanosecond_and_by_an_index_to_the_microsecond() {
        FieldCondition.Builder after = FieldCondition.newBuilder()
                .setDatetimeRange(DatetimeRange.newBuilder()
                        .setGt(Timestamp.newBuilder().setSeconds(1_675_853_340).setNanos(5_000)));
        Value slightlyLater = value("2023-02-08T10:49:00.000005001Z");
        assertThat(holds(slightlyLater, after)).isTrue();
        assertThat(holds(slightlyLater, indexed(FieldType.FieldTypeDatetime), after))
                .isFalse();
        assertThat(holds(value("2023-02-08 12:49:01+02:00"), after)).isTrue();
        assertThat(holds(value("2023-02-08"), after)).isFalse();
        assertThat(holds(value(1_675_853_999), after)).isFalse();
    }

    @Test
    void without_an_index_texts_are_searched_for_characters() {
        Value text = value("The Quick fox");
        assertThat(holds(text, matching(Match.newBuilder().setText("uick f")))).isTrue();
        assertThat(holds(text, matching(Match.newBuilder().setText("quick")))).isFalse();
        assertThat(holds(text, matching(Match.newBuilder().setText("fox Quick"))))
                .isFalse();
        assertThat(holds(text, matching(Match.newBuilder().setText("")))).isTrue();
        assertThat(holds(text, matching(Match.newBuilder().setPhrase("Quick fox"))))
                .isTrue();
        assertThat(holds(text, matching(Match.newBuilder().setTextAny("dog ick"))))
                .isTrue();
        assertThat(holds(text, matching(Match.newBuilder().setTextAny("")))).isFalse();
        assertThat(holds(
                        list(List.of(value(1), text)),
                        matching(Match.newBuilder().setText("fox"))))
                .isTrue();
    }

    @Test
    void with_an_index_texts_are_searched_for_words() {
        PayloadSchema schema = indexed(FieldType.FieldTypeText);
        Value text = value("The Quick fox");
        assertThat(holds(text, schema, matching(Match.newBuilder().setText("uick f"))))
                .isFalse();
        assertThat(holds(text, schema, matching(Match.newBuilder().setText("FOX quick"))))
                .isTrue();
        assertThat(holds(text, schema, matching(Match.newBuilder().setText(""))))
                .isFalse();
        assertThat(holds(text, schema, matching(Match.newBuilder().setTextAny("dog quick"))))
                .isTrue();
        assertThat(holds(text, schema, matching(Match.newBuilder().setPhrase("quick fox"))))
                .as("without phrase_matching none is found")
                .isFalse();
        assertThat(holds(text, schema, matching(Match.newBuilder().setKeyword("The Quick fox"))))
                .isTrue();
    }

    @Test
    void an_index_of_uuids_knows_them_in_every_spelling() {
        FieldCondition.Builder same = matching(Match.newBuilder().setKeyword("D9428888-122B-11E1-B85C-61CD3CBB3210"));
        Value other = value("d9428888122b11e1b85c61cd3cbb3210");
        assertThat(holds(other, same)).isFalse();
        assertThat(holds(other, indexed(FieldType.FieldTypeUuid), same)).isTrue();
    }

    @Test
    void counts_are_of_values() {
        FieldCondition.Builder one = FieldCondition.newBuilder()
                .setValuesCount(ValuesCount.newBuilder().setGte(1).setLte(1));
        FieldCondition.Builder none = FieldCondition.newBuilder()
                .setValuesCount(ValuesCount.newBuilder().setLt(1));
        assertThat(holds(value(Map.of("lat", value(1), "lon", value(2))), one)).isTrue();
        assertThat(holds(list(List.of(nullValue())), one)).isTrue();
        assertThat(holds(nullValue(), none)).isTrue();
        assertThat(holds(list(List.of()), none)).isTrue();
    }

    @Test
    void of_several_tests_in_one_condition_one_is_enough() {
        FieldCondition.Builder either = matching(Match.newBuilder().setInteger(1))
                .setRange(Range.newBuilder().setGt(10));
        assertThat(holds(value(1), either)).isTrue();
        assertThat(holds(value(11), either)).isTrue();
        assertThat(holds(value(2), either)).isFalse();
        FieldCondition.Builder counted =
                either.clone().setValuesCount(ValuesCount.newBuilder().setGt(1));
        assertThat(holds(value(1), counted)).as("a count is the only test").isFalse();
    }

    @Test
    void places_are_objects_with_numbers() {
        FieldCondition.Builder near = FieldCondition.newBuilder()
                .setGeoRadius(GeoRadius.newBuilder()
                        .setCenter(GeoPoint.newBuilder().setLat(52).setLon(13))
                        .setRadius(1000));
        assertThat(holds(value(Map.of("lat", value(52), "lon", value(13.001))), near))
                .isTrue();
        assertThat(holds(value(Map.of("lat", value("52"), "lon", value(13))), near))
                .isFalse();
        assertThat(holds(value(Map.of("lat", value(52))), near)).isFalse();
        assertThat(holds(list(List.of(value(1), value(Map.of("lat", value(52), "lon", value(13))))), near))
                .isTrue();
    }

    private static RepeatedStrings strings(String... strings) {
        return RepeatedStrings.newBuilder().addAllStrings(List.of(strings)).build();
    }

    private static RepeatedIntegers integers(long integer) {
        return RepeatedIntegers.newBuilder().addIntegers(integer).build();
    }
}
