package dev.winnow.localstack.qdrant;

import com.google.protobuf.Timestamp;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.GeoBoundingBox;
import io.qdrant.client.grpc.Common.GeoLineString;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.GeoPolygon;
import io.qdrant.client.grpc.Common.GeoRadius;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.HasVectorCondition;
import io.qdrant.client.grpc.Common.IsEmptyCondition;
import io.qdrant.client.grpc.Common.IsNullCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.RepeatedIntegers;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Payloads full of edges (nulls, empty arrays, mixed types, negative zero, long texts, odd keys), filters with every
 * condition about them, and indexes that change what these mean: the same ones for the same seed.
 */
final class RandomFilters {

    private static final List<String> WORDS =
            List.of("x", "X", "one", "two one", "one two", "three", "", "Y", "tw", " ");
    private static final List<String> KEYS = List.of("a", "b", "c-d", "e_f");
    static final List<String> PATHS = List.of(
            "a", "b", "c-d", "a.b", "a.a", "a[]", "a[].b", "b[].a", "b[0]", "missing", "\"odd.key\"", "e_f.a.b");
    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "y",
            "x.y",
            "X y ü",
            "one two Three",
            "two one",
            "2024-05-01",
            "2024-05-01T10:00:00Z",
            "2024-05-01T10:00:00.000500Z",
            "2024-05-01T10:00:00.0005001Z",
            "2024-05-01 10:00",
            "2024-05-01 12:00:00+02:00",
            "2024-13-45",
            "long".repeat(200),
            "ü");
    private static final List<String> UUIDS = List.of(
            "d9428888-122b-11e1-b85c-61cd3cbb3210",
            "D9428888-122B-11E1-B85C-61CD3CBB3210",
            "d9428888122b11e1b85c61cd3cbb3210");
    private static final List<Double> STORED_NUMBERS =
            List.of(0.0, -0.0, 1.0, -1.5, 2.5, 1e300, -1e300, Double.MIN_VALUE);
    private static final List<Double> BOUNDS = List.of(
            0.0,
            -0.0,
            1.0,
            -1.5,
            2.5,
            1e300,
            -1e300,
            Double.MIN_VALUE,
            0x1p53,
            0x1p63,
            0x1p62,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN);
    private static final List<Long> INTEGERS =
            List.of(0L, 1L, -1L, 2L, 3L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1, (1L << 62) - 1);
    private static final List<Double> LATITUDES = List.of(-90.0, -10.0, -0.0, 0.0, 0.001, 10.0, 45.0, 90.0, 95.0);
    private static final List<Double> LONGITUDES =
            List.of(-180.0, -179.5, -10.0, 0.0, 0.001, 10.0, 179.5, 180.0, 190.0);

    private final Random random;

    RandomFilters(long seed) {
        this.random = new Random(seed);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String text() {
        return random.nextInt(4) == 0 ? any(UUIDS) : any(TEXTS);
    }

    private Value scalar() {
        return switch (random.nextInt(6)) {
            case 0 -> ValueFactory.nullValue();
            case 1 -> ValueFactory.value(any(INTEGERS));
            case 2 -> ValueFactory.value(any(STORED_NUMBERS));
            case 3 -> ValueFactory.value(random.nextBoolean());
            default -> ValueFactory.value(text());
        };
    }

    private Value json(int depth) {
        return switch (depth == 0 ? 9 : random.nextInt(10)) {
            case 0, 1 ->
                ValueFactory.list(IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> json(depth - 1))
                        .toList());
            case 2, 3 -> ValueFactory.value(payload(depth - 1));
            case 4 -> place();
            default -> scalar();
        };
    }

    private Value place() {
        return ValueFactory.value(Map.of(
                "lat",
                random.nextInt(6) == 0 ? ValueFactory.value(random.nextInt(90)) : ValueFactory.value(any(LATITUDES)),
                "lon",
                random.nextInt(9) == 0 ? ValueFactory.nullValue() : ValueFactory.value(any(LONGITUDES))));
    }

    private GeoPoint geoPoint() {
        return GeoPoint.newBuilder()
                .setLat(any(LATITUDES))
                .setLon(any(LONGITUDES))
                .build();
    }

    private GeoLineString ring() {
        GeoLineString.Builder ring = GeoLineString.newBuilder();
        GeoPoint first = geoPoint();
        ring.addPoints(first);
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            ring.addPoints(geoPoint());
        }
        return ring.addPoints(first).build();
    }

    private FieldCondition area(FieldCondition.Builder field) {
        switch (random.nextInt(4)) {
            case 0 ->
                field.setGeoBoundingBox(
                        GeoBoundingBox.newBuilder().setTopLeft(geoPoint()).setBottomRight(geoPoint()));
            case 1, 2 ->
                field.setGeoRadius(GeoRadius.newBuilder()
                        .setCenter(geoPoint())
                        .setRadius(any(List.of(0f, 200f, 120_000f, 2_000_000f, 1e8f, -1f))));
            default -> {
                GeoPolygon.Builder polygon = GeoPolygon.newBuilder().setExterior(ring());
                if (random.nextBoolean()) {
                    polygon.addInteriors(ring());
                }
                field.setGeoPolygon(polygon);
            }
        }
        return field.build();
    }

    /** @param depth how many objects and arrays may lie in one another */
    Map<String, Value> payload(int depth) {
        Map<String, Value> payload = new HashMap<>();
        for (String key : KEYS) {
            if (random.nextInt(3) > 0) {
                payload.put(key, json(depth));
            }
        }
        if (random.nextInt(5) == 0) {
            payload.put("odd.key", scalar());
        }
        return payload;
    }

    private Range range() {
        Range.Builder range = Range.newBuilder();
        if (random.nextBoolean()) {
            range.setGte(any(BOUNDS));
        }
        if (random.nextInt(3) == 0) {
            range.setGt(any(BOUNDS));
        }
        if (random.nextBoolean()) {
            range.setLte(any(BOUNDS));
        }
        if (random.nextInt(3) == 0) {
            range.setLt(any(BOUNDS));
        }
        return range.build();
    }

    private Timestamp timestamp() {
        return Timestamp.newBuilder()
                .setSeconds(1_714_557_600L + random.nextInt(3) - 1)
                .setNanos(any(List.of(0, 400_000, 500_000, 999_999_999)))
                .build();
    }

    private DatetimeRange datetimeRange() {
        DatetimeRange.Builder range = DatetimeRange.newBuilder();
        if (random.nextBoolean()) {
            range.setGte(timestamp());
        } else {
            range.setGt(timestamp());
        }
        if (random.nextBoolean()) {
            range.setLt(timestamp());
        } else if (random.nextBoolean()) {
            range.setLte(timestamp());
        }
        return range.build();
    }

    private Match match() {
        RepeatedStrings strings = RepeatedStrings.newBuilder()
                .addStrings(text())
                .addStrings(text())
                .build();
        RepeatedIntegers integers = RepeatedIntegers.newBuilder()
                .addIntegers(any(INTEGERS))
                .addIntegers(any(INTEGERS))
                .build();
        Match.Builder match = Match.newBuilder();
        return switch (random.nextInt(12)) {
            case 7 -> match.setText(any(WORDS)).build();
            case 8 -> match.setTextAny(any(WORDS)).build();
            case 9 -> match.setPhrase(any(WORDS)).build();
            case 10 ->
                match.setExceptKeywords(RepeatedStrings.getDefaultInstance()).build();
            case 11 -> match.setIntegers(RepeatedIntegers.getDefaultInstance()).build();
            case 0 -> match.setKeyword(text()).build();
            case 1 -> match.setInteger(any(INTEGERS)).build();
            case 2 -> match.setBoolean(random.nextBoolean()).build();
            case 3 -> match.setKeywords(strings).build();
            case 4 -> match.setIntegers(integers).build();
            case 5 -> match.setExceptKeywords(strings).build();
            default -> match.setExceptIntegers(integers).build();
        };
    }

    private Condition condition(int depth) {
        FieldCondition.Builder field = FieldCondition.newBuilder().setKey(any(PATHS));
        Condition.Builder condition = Condition.newBuilder();
        return switch (random.nextInt(depth == 0 ? 14 : 17)) {
            case 0, 1, 2 -> condition.setField(field.setMatch(match())).build();
            case 3, 4 -> condition.setField(field.setRange(range())).build();
            case 5 ->
                condition.setField(field.setDatetimeRange(datetimeRange())).build();
            case 6 ->
                condition
                        .setField(field.setValuesCount(ValuesCount.newBuilder()
                                .setGte(random.nextInt(3))
                                .setLt(random.nextInt(4))))
                        .build();
            case 7 ->
                condition
                        .setField(
                                random.nextBoolean()
                                        ? field.setIsEmpty(random.nextBoolean())
                                        : field.setIsNull(random.nextBoolean()))
                        .build();
            case 8 ->
                condition
                        .setIsEmpty(IsEmptyCondition.newBuilder().setKey(any(PATHS)))
                        .build();
            case 9 ->
                condition
                        .setIsNull(IsNullCondition.newBuilder().setKey(any(PATHS)))
                        .build();
            case 10 ->
                condition
                        .setHasId(HasIdCondition.newBuilder()
                                .addHasId(PointKey.of(random.nextInt(400)).toPointId())
                                .addHasId(PointKey.of(random.nextInt(400)).toPointId()))
                        .build();
            case 11, 12 -> condition.setField(area(field)).build();
            case 13 ->
                condition
                        .setHasVector(HasVectorCondition.newBuilder()
                                .setHasVector(any(List.of("", "image", "text", "missing"))))
                        .build();
            case 14 ->
                condition
                        .setNested(
                                NestedCondition.newBuilder().setKey(any(PATHS)).setFilter(filter(0)))
                        .build();
            default -> condition.setFilter(filter(depth - 1)).build();
        };
    }

    /** @param depth how many filters may lie in one another */
    Filter filter(int depth) {
        Filter.Builder filter = Filter.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            filter.addMust(condition(depth));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            filter.addShould(condition(depth));
        }
        for (int i = random.nextInt(2); i > 0; i--) {
            filter.addMustNot(condition(depth));
        }
        if (random.nextInt(4) == 0) {
            MinShould.Builder atLeast = MinShould.newBuilder().setMinCount(random.nextInt(4));
            for (int i = random.nextInt(4); i > 0; i--) {
                atLeast.addConditions(condition(depth));
            }
            filter.setMinShould(atLeast);
        }
        return filter.build();
    }

    /** An index of some type with some parameters, if any. */
    Optional<CreateFieldIndexCollection> index() {
        CreateFieldIndexCollection.Builder index = CreateFieldIndexCollection.newBuilder();
        switch (random.nextInt(13)) {
            case 7 ->
                index.setFieldType(
                        any(List.of(FieldType.FieldTypeFloat, FieldType.FieldTypeGeo, FieldType.FieldTypeBool)));
            case 0 -> index.setFieldType(FieldType.FieldTypeKeyword);
            case 1, 2 -> index.setFieldType(FieldType.FieldTypeInteger);
            case 3 -> index.setFieldType(FieldType.FieldTypeDatetime);
            case 4, 8, 9 -> index.setFieldType(FieldType.FieldTypeUuid);
            case 5 -> index.setFieldType(FieldType.FieldTypeText);
            case 6 ->
                index.setFieldType(FieldType.FieldTypeText)
                        .setFieldIndexParams(PayloadIndexParams.newBuilder()
                                .setTextIndexParams(TextIndexParams.newBuilder()
                                        .setTokenizer(any(List.of(
                                                TokenizerType.Whitespace, TokenizerType.Word, TokenizerType.Prefix)))
                                        .setLowercase(random.nextBoolean())
                                        .setPhraseMatching(random.nextBoolean())));
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(index.build());
    }
}
