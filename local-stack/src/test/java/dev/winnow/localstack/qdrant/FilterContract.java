package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.datetimeRange;
import static io.qdrant.client.ConditionFactory.geoBoundingBox;
import static io.qdrant.client.ConditionFactory.geoPolygon;
import static io.qdrant.client.ConditionFactory.geoRadius;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.hasVector;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.isNull;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchExceptKeywords;
import static io.qdrant.client.ConditionFactory.matchExceptValues;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.matchPhrase;
import static io.qdrant.client.ConditionFactory.matchText;
import static io.qdrant.client.ConditionFactory.matchTextAny;
import static io.qdrant.client.ConditionFactory.matchValues;
import static io.qdrant.client.ConditionFactory.nested;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.ConditionFactory.valuesCount;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.GeoLineString;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every condition, first without indexes, then as indexes change it. */
abstract class FilterContract extends QdrantContract {

    @BeforeEach
    void createWithPayloads() throws Exception {
        create(Distance.Dot, 1);
        upsert(
                point(
                        id(1),
                        Map.of(
                                "text", value("The quick brown Fox"),
                                "n", value(1),
                                "flag", value(true),
                                "tags", list(List.of(value("a"), value("b"))),
                                "at", value("2024-05-01T10:00:00Z"),
                                "where", place(52.52, 13.405)),
                        1),
                point(
                        id(2),
                        Map.of(
                                "text", value("fox, brown and slow"),
                                "n", value(2.5),
                                "flag", value(false),
                                "tags", list(List.of(value("b"))),
                                "at", value("2024-05-01 14:00:00+02:00"),
                                "where", place(48.137, 11.575)),
                        1),
                point(
                        id(3),
                        Map.of(
                                "text", list(List.of(value("red"), value("brown dog"))),
                                "n", value(3.0),
                                "tags", list(List.of()),
                                "at", value("2024-05-02"),
                                "where", list(List.of(place(-17.7, 178.0), place(21.3, -157.8)))),
                        1),
                point(
                        id(4),
                        Map.of(
                                "n", list(List.of(value(7), value("seven"))),
                                "tags", list(List.of(nullValue(), value("c"))),
                                "at", nullValue(),
                                "parts",
                                        list(List.of(
                                                value(Map.of("name", value("wheel"), "count", value(4))),
                                                value(Map.of("name", value("door"), "count", value(2)))))),
                        1));
    }

    private static Value place(double latitude, double longitude) {
        return value(Map.of("lat", value(latitude), "lon", value(longitude)));
    }

    private List<Long> found(Filter filter) throws Exception {
        return get(client().scrollAsync(ScrollPoints.newBuilder()
                        .setCollectionName(name)
                        .setFilter(filter)
                        .setLimit(100)
                        .build()))
                .getResultList()
                .stream()
                .map(point -> point.getId().getNum())
                .toList();
    }

    private List<Long> found(Condition condition) throws Exception {
        Filter filter = must(condition);
        List<Long> found = found(filter);
        assertThat(get(client().countAsync(name, filter, true))).isEqualTo(found.size());
        return found;
    }

    private void index(String field, PayloadSchemaType type, @Nullable TextIndexParams params) throws Exception {
        get(client().createPayloadIndexAsync(
                        name,
                        field,
                        type,
                        params == null
                                ? null
                                : PayloadIndexParams.newBuilder()
                                        .setTextIndexParams(params)
                                        .build(),
                        true,
                        null,
                        null));
    }

    private static Range.Builder bounds() {
        return Range.newBuilder();
    }

    private static Timestamp time(String text) {
        Instant instant = Instant.parse(text);
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static GeoLineString line(double... coordinates) {
        GeoLineString.Builder line = GeoLineString.newBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            line.addPoints(GeoPoint.newBuilder().setLat(coordinates[i]).setLon(coordinates[i + 1]));
        }
        return line.build();
    }

    @Test
    void values_match() throws Exception {
        assertThat(found(matchKeyword("tags", "b"))).containsExactly(1L, 2L);
        assertThat(found(matchKeywords("tags", List.of("a", "c")))).containsExactly(1L, 4L);
        assertThat(found(matchExceptKeywords("tags", List.of("b")))).containsExactly(1L, 4L);
        assertThat(found(match("n", 7))).containsExactly(4L);
        assertThat(found(match("n", 3))).isEmpty();
        assertThat(found(matchValues("n", List.of(1L, 7L)))).containsExactly(1L, 4L);
        assertThat(found(matchExceptValues("n", List.of(1L, 7L)))).containsExactly(2L, 3L, 4L);
        assertThat(found(match("flag", false))).containsExactly(2L);
    }

    @Test
    void ranges_hold_numbers() throws Exception {
        assertThat(found(range("n", bounds().setGt(1).setLte(3).build()))).containsExactly(2L, 3L);
        assertThat(found(range("n", bounds().setGte(7).build()))).containsExactly(4L);
        assertThat(found(range("n", bounds().setLt(Double.POSITIVE_INFINITY).build())))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(found(range("text", bounds().setLt(100).build()))).isEmpty();
    }

    @Test
    void ranges_hold_datetimes() throws Exception {
        assertThat(found(datetimeRange(
                        "at",
                        DatetimeRange.newBuilder()
                                .setGt(time("2024-05-01T10:00:00Z"))
                                .setLte(time("2024-05-01T12:00:00Z"))
                                .build())))
                .containsExactly(2L);
        assertThat(found(datetimeRange(
                        "at",
                        DatetimeRange.newBuilder()
                                .setGte(time("2024-05-02T00:00:00Z"))
                                .build())))
                .containsExactly(3L);
    }

    @Test
    void emptiness_and_counts_look_at_the_whole() throws Exception {
        assertThat(found(isEmpty("tags"))).containsExactly(3L);
        assertThat(found(isEmpty("flag"))).containsExactly(3L, 4L);
        assertThat(found(isEmpty("at"))).containsExactly(4L);
        assertThat(found(isNull("at"))).containsExactly(4L);
        assertThat(found(isNull("tags"))).isEmpty();
        assertThat(found(isNull("flag"))).isEmpty();
        assertThat(found(valuesCount("tags", ValuesCount.newBuilder().setGte(2).build())))
                .containsExactly(1L, 4L);
        assertThat(found(valuesCount("tags", ValuesCount.newBuilder().setLt(1).build())))
                .containsExactly(3L);
        assertThat(found(valuesCount("flag", ValuesCount.newBuilder().setLt(2).build())))
                .containsExactly(1L, 2L);
    }

    @Test
    void an_index_looks_for_nulls_in_arrays_too() throws Exception {
        index("tags", PayloadSchemaType.Keyword, null);
        assertThat(found(isNull("tags"))).containsExactly(4L);
        assertThat(found(isEmpty("tags"))).containsExactly(3L);
    }

    @Test
    void an_index_of_integers_has_whole_numbers() throws Exception {
        index("n", PayloadSchemaType.Integer, null);
        assertThat(found(match("n", 3))).containsExactly(3L);
        assertThat(found(range("n", bounds().setGt(0.5).setLt(6.5).build()))).containsExactly(1L, 3L);
        assertThat(found(matchExceptValues("n", List.of(1L)))).containsExactly(3L, 4L);
        assertThat(get(client().getCollectionInfoAsync(name))
                        .getPayloadSchemaMap()
                        .get("n"))
                .satisfies(schema -> assertThat(schema.getPoints()).isEqualTo(3));
    }

    @Test
    void an_index_of_uuids_knows_every_spelling() throws Exception {
        String canonical = "d9428888-122b-11e1-b85c-61cd3cbb3210";
        upsert(
                point(id(5), Map.of("uuid", value("D9428888-122B-11E1-B85C-61CD3CBB3210")), 1),
                point(id(6), Map.of("uuid", value(canonical)), 1),
                point(id(7), Map.of("uuid", value("none")), 1));
        assertThat(found(matchKeyword("uuid", canonical))).containsExactly(6L);

        index("uuid", PayloadSchemaType.Uuid, null);

        assertThat(found(matchKeyword("uuid", canonical))).containsExactly(5L, 6L);
        assertThat(found(matchKeyword("uuid", canonical.replace("-", "")))).containsExactly(5L, 6L);
        assertThat(found(matchKeyword("uuid", "none"))).containsExactly(7L);
        assertThat(get(client().facetAsync(FacetCounts.newBuilder()
                        .setCollectionName(name)
                        .setKey("uuid")
                        .setExact(true)
                        .build())))
                .extracting(hit -> hit.getValue().getStringValue() + "=" + hit.getCount())
                .containsExactly(canonical + "=2");
    }

    @Test
    void places_are_found_by_box_circle_and_polygon() throws Exception {
        assertThat(found(geoBoundingBox("where", 55, 10, 50, 15))).containsExactly(1L);
        assertThat(found(geoBoundingBox("where", 0, 170, -40, -170)))
                .as("across the 180th meridian")
                .containsExactly(3L);
        assertThat(found(geoRadius("where", 52.5, 13.4, 5_000))).containsExactly(1L);
        assertThat(found(geoRadius("where", 50, 12, 400_000))).containsExactly(1L, 2L);
        GeoLineString germany = line(47, 6, 47, 15, 55, 15, 55, 6, 47, 6);
        GeoLineString berlin = line(52, 13, 52, 14, 53, 14, 53, 13, 52, 13);
        assertThat(found(geoPolygon("where", germany, List.of()))).containsExactly(1L, 2L);
        assertThat(found(geoPolygon("where", germany, List.of(berlin)))).containsExactly(2L);

        index("where", PayloadSchemaType.Geo, null);
        assertThat(found(geoBoundingBox("where", 0, 170, -40, -170))).containsExactly(3L);
        assertThat(found(geoPolygon("where", germany, List.of(berlin)))).containsExactly(2L);
    }

    @Test
    void without_an_index_texts_are_searched_for_characters() throws Exception {
        assertThat(found(matchText("text", "brown"))).containsExactly(1L, 2L, 3L);
        assertThat(found(matchText("text", "ow"))).containsExactly(1L, 2L, 3L);
        assertThat(found(matchText("text", "fox"))).containsExactly(2L);
        assertThat(found(matchText("text", "brown fox"))).isEmpty();
        assertThat(found(matchTextAny("text", "Fox dog"))).containsExactly(1L, 3L);
        assertThat(found(matchPhrase("text", "brown Fox"))).containsExactly(1L);
    }

    @Test
    void with_an_index_texts_are_searched_for_words() throws Exception {
        index("text", PayloadSchemaType.Text, null);
        assertThat(found(matchText("text", "ow"))).isEmpty();
        assertThat(found(matchText("text", "brown FOX"))).containsExactly(1L, 2L);
        assertThat(found(matchText("text", "red dog"))).containsExactly(3L);
        assertThat(found(matchTextAny("text", "slow dog"))).containsExactly(2L, 3L);
        assertThat(found(matchPhrase("text", "quick brown"))).isEmpty();
    }

    @Test
    void an_index_may_keep_phrases_or_prefixes() throws Exception {
        index(
                "text",
                PayloadSchemaType.Text,
                TextIndexParams.newBuilder()
                        .setTokenizer(TokenizerType.Word)
                        .setPhraseMatching(true)
                        .build());
        assertThat(found(matchPhrase("text", "Quick brown"))).containsExactly(1L);
        assertThat(found(matchPhrase("text", "brown quick"))).isEmpty();
        assertThat(found(matchPhrase("text", "red brown"))).isEmpty();
        get(client().deletePayloadIndexAsync(name, "text", true, null, null));
        index(
                "text",
                PayloadSchemaType.Text,
                TextIndexParams.newBuilder()
                        .setTokenizer(TokenizerType.Prefix)
                        .setMinTokenLen(2)
                        .build());
        assertThat(found(matchText("text", "qui bro"))).containsExactly(1L);
        assertThat(found(matchText("text", "ick"))).isEmpty();
        assertThat(get(client().getCollectionInfoAsync(name))
                        .getPayloadSchemaMap()
                        .get("text"))
                .satisfies(schema -> {
                    assertThat(schema.getDataType()).isEqualTo(PayloadSchemaType.Text);
                    assertThat(schema.getParams().getTextIndexParams().getTokenizer())
                            .isEqualTo(TokenizerType.Prefix);
                    assertThat(schema.getPoints()).isEqualTo(3);
                });
    }

    @Test
    void a_nested_filter_is_about_one_element() throws Exception {
        Filter four = Filter.newBuilder()
                .addMust(matchKeyword("name", "wheel"))
                .addMust(match("count", 4))
                .build();
        Filter mixed = Filter.newBuilder()
                .addMust(matchKeyword("name", "door"))
                .addMust(match("count", 4))
                .build();
        assertThat(found(nested("parts", four))).containsExactly(4L);
        assertThat(found(nested("parts", mixed))).isEmpty();
        assertThat(found(must(matchKeyword("parts[].name", "door"), match("parts[].count", 4))))
                .containsExactly(4L);
        assertThat(found(matchKeyword("parts[1].name", "door"))).containsExactly(4L);
        assertThat(found(matchKeyword("parts.name", "door"))).isEmpty();
    }

    @Test
    void conditions_combine() throws Exception {
        Filter.Builder filter = Filter.newBuilder()
                .addShould(matchKeyword("tags", "b"))
                .addShould(hasId(id(4)))
                .addMustNot(match("flag", false));
        assertThat(found(filter.build())).containsExactly(1L, 4L);
        MinShould.Builder two = MinShould.newBuilder()
                .setMinCount(2)
                .addConditions(matchKeyword("tags", "b"))
                .addConditions(match("flag", true))
                .addConditions(range("n", bounds().setGt(2).build()));
        assertThat(found(Filter.newBuilder().setMinShould(two).build())).containsExactly(1L, 2L);
        assertThat(found(Filter.getDefaultInstance())).containsExactly(1L, 2L, 3L, 4L);
        assertThat(found(hasId(List.of(id(2), id(3), id(99))))).containsExactly(2L, 3L);
        assertThat(found(hasVector(""))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(found(hasVector("image"))).isEmpty();
    }

    @Test
    void payloads_are_changed_at_a_path() throws Exception {
        get(client().setPayloadAsync(
                        SetPayloadPoints.newBuilder()
                                .setCollectionName(name)
                                .setWait(true)
                                .putPayload("count", value(5))
                                .setKey("parts[0]")
                                .setPointsSelector(io.qdrant.client.grpc.Points.PointsSelector.newBuilder()
                                        .setPoints(io.qdrant.client.grpc.Points.PointsIdsList.newBuilder()
                                                .addIds(id(4))))
                                .build(),
                        null));
        assertThat(found(match("parts[0].count", 5))).containsExactly(4L);
        assertThat(found(match("parts[].count", 2))).containsExactly(4L);
        get(client().deletePayloadAsync(name, List.of("parts[].name", "tags[]"), id(4), true, null, null));
        assertThat(found(isEmpty("parts[].name"))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(found(isEmpty("tags"))).containsExactly(3L, 4L);
    }

    @Test
    void malformed_conditions_are_refused() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Invalid json path",
                client().countAsync(name, must(match("a[", 1)), true));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "",
                client().countAsync(name, must(geoPolygon("where", line(0, 0, 1, 1, 0, 0), List.of())), true));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "",
                client().countAsync(
                                name,
                                must(Condition.newBuilder()
                                        .setField(FieldCondition.newBuilder().setKey("n"))
                                        .build()),
                                true));
    }
}
