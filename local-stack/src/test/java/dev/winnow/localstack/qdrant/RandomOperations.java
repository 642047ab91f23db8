package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;

import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.HasVectorCondition;
import io.qdrant.client.grpc.Common.IsEmptyCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.Points.VectorsSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operations on few points with few fields, so that they meet: the same ones for the same seed. */
final class RandomOperations {

    static final String TAG = "tag";
    static final String NUMBER = "n";
    static final List<String> PATHS = List.of(
            "a",
            "b",
            TAG,
            NUMBER,
            "a.b",
            "a.a.b",
            "a[]",
            "a[].b",
            "a[0]",
            "a[1].a",
            "b[].a[]",
            "b[0].b",
            "b.tag",
            "\"odd.key\"",
            "a.\"odd.key\"",
            "missing.a",
            "missing[].a");

    private static final List<String> KEYS = List.of("a", "b", TAG, NUMBER, "odd.key");
    private static final List<String> TEXTS = List.of("x", "y", "", "two words");

    /** Edges of 64 bits, and UUIDs in several forms, some of them of the same one. */
    private static final List<PointId> IDS = List.of(
            id(0),
            id(1),
            id(2),
            id(1L << 31),
            id(Long.MAX_VALUE),
            id(Long.MIN_VALUE),
            id(-1L),
            uuid("00000000-0000-0000-0000-000000000000"),
            uuid("7fffffff-0000-4000-8000-00000000000a"),
            uuid("7FFFFFFF00004000800000000000000A"),
            uuid("80000000-0000-4000-8000-000000000001"),
            uuid("urn:uuid:80000000-0000-4000-8000-000000000001"),
            uuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));

    private static final long FIRST_OF_MANY = 1000;

    private final Random random;
    private final Map<String, VectorParams> spaces;

    RandomOperations(Random random, Map<String, VectorParams> spaces) {
        this.random = random;
        this.spaces = spaces;
    }

    private static PointId uuid(String text) {
        return PointId.newBuilder().setUuid(text).build();
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private <T> List<T> several(int atMost, Supplier<T> each) {
        return IntStream.range(0, 1 + random.nextInt(atMost))
                .mapToObj(i -> each.get())
                .toList();
    }

    List<PointId> ids() {
        return several(5, () -> any(IDS));
    }

    /** More than Qdrant changes at a time, in any order. */
    private List<PointId> many() {
        List<PointId> many = new ArrayList<>(LongStream.range(FIRST_OF_MANY, FIRST_OF_MANY + 35 + random.nextInt(15))
                .mapToObj(number -> id(number))
                .toList());
        java.util.Collections.shuffle(many, random);
        return many;
    }

    PointsUpdateOperation operation() {
        PointsUpdateOperation.Builder operation = PointsUpdateOperation.newBuilder();
        switch (random.nextInt(16)) {
            case 0 ->
                operation.setDeletePoints(
                        PointsUpdateOperation.DeletePoints.newBuilder().setPoints(selector()));
            case 1, 2 -> operation.setUpdateVectors(updateVectors());
            case 3 ->
                operation.setDeleteVectors(PointsUpdateOperation.DeleteVectors.newBuilder()
                        .setPointsSelector(selector())
                        .setVectors(VectorsSelector.newBuilder().addNames(any(List.copyOf(spaces.keySet())))));
            case 4, 5, 6 -> {
                PointsUpdateOperation.SetPayload.Builder set = PointsUpdateOperation.SetPayload.newBuilder()
                        .setPointsSelector(selector())
                        .putAllPayload(payload(2));
                if (random.nextBoolean()) {
                    set.setKey(any(PATHS));
                }
                operation.setSetPayload(set);
            }
            case 7 ->
                operation.setOverwritePayload(PointsUpdateOperation.OverwritePayload.newBuilder()
                        .setPointsSelector(selector())
                        .putAllPayload(payload(2)));
            case 8, 9 ->
                operation.setDeletePayload(PointsUpdateOperation.DeletePayload.newBuilder()
                        .setPointsSelector(selector())
                        .addAllKeys(several(3, () -> any(PATHS))));
            case 10 ->
                operation.setClearPayload(
                        PointsUpdateOperation.ClearPayload.newBuilder().setPoints(selector()));
            default -> operation.setUpsert(upsert());
        }
        return operation.build();
    }

    private PointsUpdateOperation.PointStructList upsert() {
        PointsUpdateOperation.PointStructList.Builder upsert = PointsUpdateOperation.PointStructList.newBuilder();
        List<PointId> ids = random.nextInt(12) == 0 ? many() : ids();
        ids.forEach(each -> upsert.addPoints(PointStruct.newBuilder()
                .setId(each)
                .setVectors(vectors())
                .putAllPayload(payload(ids.size() > 5 ? 0 : 2))));
        if (random.nextInt(3) == 0) {
            upsert.setUpdateFilter(filter());
        }
        if (random.nextInt(3) == 0) {
            upsert.setUpdateMode(any(List.of(UpdateMode.Upsert, UpdateMode.InsertOnly, UpdateMode.UpdateOnly)));
        }
        return upsert.build();
    }

    private PointsUpdateOperation.UpdateVectors updateVectors() {
        PointsUpdateOperation.UpdateVectors.Builder update = PointsUpdateOperation.UpdateVectors.newBuilder();
        ids().forEach(each ->
                update.addPoints(PointVectors.newBuilder().setId(each).setVectors(vectors())));
        if (random.nextBoolean()) {
            update.setUpdateFilter(filter());
        }
        return update.build();
    }

    private PointsSelector selector() {
        PointsSelector.Builder selector = PointsSelector.newBuilder();
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> selector.setFilter(filter()).build();
            case 3 ->
                selector.setPoints(PointsIdsList.newBuilder().addAllIds(many())).build();
            default ->
                selector.setPoints(PointsIdsList.newBuilder().addAllIds(ids())).build();
        };
    }

    private Vectors vectors() {
        if (spaces.containsKey("") && random.nextInt(4) > 0) {
            return VectorsFactory.vectors(vector(spaces.get("")));
        }
        Map<String, Vector> named = new HashMap<>();
        spaces.forEach((name, space) -> {
            if (random.nextInt(3) > 0) {
                named.put(name, VectorFactory.vector(vector(space)));
            }
        });
        return VectorsFactory.namedVectors(named);
    }

    private float[] vector(VectorParams space) {
        float[] vector = new float[(int) space.getSize()];
        boolean zero = random.nextInt(10) == 0;
        for (int i = 0; i < vector.length && !zero; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private Map<String, Value> payload(int depth) {
        Map<String, Value> payload = new HashMap<>();
        for (String key : KEYS) {
            if (random.nextBoolean()) {
                payload.put(key, value(depth));
            }
        }
        return payload;
    }

    private Value value(int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 6)) {
            case 0 -> ValueFactory.nullValue();
            case 1 -> ValueFactory.value(random.nextInt(3));
            case 2 -> ValueFactory.value(random.nextBoolean());
            case 3 -> ValueFactory.value(random.nextInt(4) + 0.5);
            case 4, 5 -> ValueFactory.value(any(TEXTS));
            case 6, 7 -> ValueFactory.value(payload(depth - 1));
            default ->
                ValueFactory.list(IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> value(depth - 1))
                        .toList());
        };
    }

    Filter filter() {
        Filter.Builder filter = Filter.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            switch (random.nextInt(3)) {
                case 0 -> filter.addMust(condition());
                case 1 -> filter.addMustNot(condition());
                default -> filter.addShould(condition()).addShould(condition());
            }
        }
        return filter.build();
    }

    private Condition condition() {
        Condition.Builder condition = Condition.newBuilder();
        return switch (random.nextInt(7)) {
            case 0 ->
                condition
                        .setHasId(HasIdCondition.newBuilder().addAllHasId(ids()))
                        .build();
            case 1 ->
                condition
                        .setHasVector(HasVectorCondition.newBuilder().setHasVector(any(List.copyOf(spaces.keySet()))))
                        .build();
            case 2 ->
                condition
                        .setIsEmpty(IsEmptyCondition.newBuilder().setKey(any(List.of("a", "b", "a.b", "a[].b"))))
                        .build();
            case 3 -> match(any(List.of(NUMBER, "a", "b.n")), Match.newBuilder().setInteger(random.nextInt(3)));
            case 4 -> condition.setFilter(filter()).build();
            default ->
                match(
                        any(List.of(TAG, "a", "a[].b", "b.tag")),
                        Match.newBuilder().setKeyword(any(TEXTS)));
        };
    }

    private static Condition match(String key, Match.Builder match) {
        return Condition.newBuilder()
                .setField(FieldCondition.newBuilder().setKey(key).setMatch(match))
                .build();
    }
}
