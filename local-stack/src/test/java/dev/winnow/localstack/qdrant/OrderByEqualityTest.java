package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Direction;
import io.qdrant.client.grpc.Points.OrderBy;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.StartFrom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages in the order of a field are those of a sorted list. */
class OrderByEqualityTest {

    private record Place(long value, long id) {}

    @TempDir
    private Path folder;

    private final Random random = new Random(3);

    @Test
    void pages_are_those_of_a_sorted_list() throws Exception {
        Map<Long, List<Long>> stored = new TreeMap<>();
        try (Collection collection = collection()) {
            for (int round = 0; round < 8; round++) {
                upsert(collection, stored);
            }
            PointReads reads = new PointReads(collection);
            for (int i = 0; i < 2000; i++) {
                boolean descending = random.nextBoolean();
                long start = random.nextLong(-20, 20);
                boolean started = random.nextBoolean();
                int limit = 1 + random.nextInt(100);
                OrderBy.Builder by =
                        OrderBy.newBuilder().setKey("n").setDirection(descending ? Direction.Desc : Direction.Asc);
                if (started) {
                    by.setStartFrom(
                            random.nextBoolean()
                                    ? StartFrom.newBuilder().setInteger(start)
                                    : StartFrom.newBuilder().setFloat(descending ? start + 0.5 : start - 0.5));
                }
                assertThat(reads.ordered(by.build(), Filter.getDefaultInstance(), limit, Selection.IDS).stream()
                                .map(point -> new Place(
                                        point.retrieved().getOrderValue().getInt(),
                                        point.key().toPointId().getNum())))
                        .as("%s", by)
                        .containsExactlyElementsOf(sorted(stored, descending).stream()
                                .filter(place ->
                                        !started || (descending ? place.value() <= start : place.value() >= start))
                                .limit(limit)
                                .toList());
            }
        }
    }

    private static List<Place> sorted(Map<Long, List<Long>> stored, boolean descending) {
        List<Place> places = new ArrayList<>();
        stored.forEach((id, values) -> new TreeSet<>(values).forEach(value -> places.add(new Place(value, id))));
        Comparator<Place> ascending = Comparator.comparingLong(Place::value).thenComparingLong(Place::id);
        places.sort(descending ? ascending.reversed() : ascending);
        return places;
    }

    private void upsert(Collection collection, Map<Long, List<Long>> stored) throws Exception {
        PointsUpdateOperation.PointStructList.Builder points = PointsUpdateOperation.PointStructList.newBuilder();
        for (int i = 0; i < 30; i++) {
            long id = random.nextInt(120);
            List<Long> values = IntStream.range(0, random.nextInt(4))
                    .mapToObj(each -> random.nextLong(-15, 15))
                    .toList();
            stored.put(id, values);
            Value several = list(values.stream().map(each -> value(each)).toList());
            points.addPoints(PointStruct.newBuilder()
                    .setId(PointKey.of(id).toPointId())
                    .setVectors(vectors(1f))
                    .putPayload("n", values.size() == 1 ? value(values.getFirst()) : several));
        }
        collection
                .store()
                .change(PointsUpdateOperation.newBuilder().setUpsert(points).build());
        collection.store().checkpoint();
    }

    private Collection collection() throws Exception {
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder().setSize(1).setDistance(Distance.Dot)))
                        .build())
                .withField(
                        "n",
                        PayloadSchemaInfo.newBuilder()
                                .setDataType(PayloadSchemaType.Integer)
                                .build())
                .save(folder);
        return Collection.open(folder);
    }
}
