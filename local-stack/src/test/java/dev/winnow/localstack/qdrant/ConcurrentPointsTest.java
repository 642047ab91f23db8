package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several clients at once. A read sees every change that was acknowledged before the read began, and a point is never
 * half of one change and half of another. That a reader sees all of a batch or none of it is not claimed: Qdrant
 * changes points in pieces between which readers come in.
 */
class ConcurrentPointsTest {

    private static final String NAME = "points";
    private static final int WRITERS = 3;
    private static final int READERS = 2;
    private static final int OWNED = 16;
    private static final int VERSIONS = 150;

    /** Of each writer's points those at least are never deleted. */
    private static final int KEPT = OWNED / 2;

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private final AtomicLongArray begun = new AtomicLongArray(WRITERS);
    private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS);
    private final AtomicInteger writing = new AtomicInteger(WRITERS);

    @Test
    void readers_see_what_was_acknowledged_and_whole_points() throws Exception {
        try (Catalogue catalogue = Catalogue.open(folder)) {
            catalogue.create(
                    NAME,
                    CollectionSettings.of(ModelSpaces.creation(
                            NAME,
                            Map.of(
                                    "",
                                    VectorParams.newBuilder()
                                            .setSize(2)
                                            .setDistance(Distance.Euclid)
                                            .build()))));
            PointStore store = catalogue.get(NAME).store();
            PointAnswers answers = PointAnswers.of(catalogue);
            List<Future<?>> clients = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
                for (int i = 0; i < WRITERS; i++) {
                    int writer = i;
                    clients.add(threads.submit(() -> {
                        write(store, answers, writer);
                        return writer;
                    }));
                }
                for (int i = 0; i < READERS; i++) {
                    clients.add(threads.submit(() -> {
                        while (writing.get() > 0) {
                            read(answers);
                            store.checkpoint();
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> client : clients) {
                client.get();
            }
            assertThat(count(answers, Filter.getDefaultInstance())).isEqualTo((long) WRITERS * OWNED);
        }
    }

    private void write(PointStore store, PointAnswers answers, int writer) throws IOException {
        try {
            for (long version = 1; version <= VERSIONS; version++) {
                begun.set(writer, version);
                store.change(upsert(writer, version));
                acknowledged.set(writer, version);
                check(get(answers, writer), writer, version, OWNED);
                Filter own = Filter.newBuilder()
                        .addMust(ConditionFactory.match("writer", writer))
                        .build();
                store.change(PointsUpdateOperation.newBuilder()
                        .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                                .setPointsSelector(PointsSelector.newBuilder().setFilter(own))
                                .putPayload("seen", ValueFactory.value(version)))
                        .build());
                Filter seen = own.toBuilder()
                        .addMust(ConditionFactory.match("seen", version))
                        .build();
                assertThat(count(answers, seen)).isEqualTo(OWNED);
                if (version % 5 == 0 && version < VERSIONS) {
                    store.change(delete(writer));
                    assertThat(count(answers, own)).isEqualTo(KEPT);
                    check(get(answers, writer), writer, version, KEPT);
                }
            }
        } finally {
            writing.decrementAndGet();
        }
    }

    private static void check(List<RetrievedPoint> points, int writer, long version, int expected) {
        assertThat(points)
                .as("after writer %d wrote version %d", writer, version)
                .hasSize(expected)
                .allSatisfy(point -> assertThat(version(point)).isEqualTo(version));
    }

    private void read(PointAnswers answers) {
        long[] least = LongStream.range(0, WRITERS)
                .map(writer -> acknowledged.get((int) writer))
                .toArray();
        List<RetrievedPoint> points = answers.scroll(ScrollPoints.newBuilder()
                        .setCollectionName(NAME)
                        .setLimit(WRITERS * OWNED + 1)
                        .setWithPayload(WithPayloadSelectorFactory.enable(true))
                        .setWithVectors(WithVectorsSelectorFactory.enable(true))
                        .build())
                .getResultList();
        int[] kept = new int[WRITERS];
        long before = -1;
        for (RetrievedPoint point : points) {
            long number = point.getId().getNum();
            assertThat(number).as("ids in order, each once").isGreaterThan(before);
            before = number;
            int writer = (int) number / OWNED;
            assertThat(version(point)).as("version of %d", number).isBetween(least[writer], begun.get(writer));
            kept[writer] += number % OWNED < KEPT ? 1 : 0;
        }
        for (int writer = 0; writer < WRITERS; writer++) {
            assertThat(kept[writer]).as("points of writer %d", writer).isBetween(least[writer] > 0 ? KEPT : 0, KEPT);
        }
    }

    /** The one version that all of the point is of. */
    private static long version(RetrievedPoint point) {
        Map<String, Value> payload = point.getPayloadMap();
        long writer = point.getId().getNum() / OWNED;
        long version = payload.getOrDefault("version", ValueFactory.nullValue()).getIntegerValue();
        assertThat(point.getVectors().getVector().getDense().getDataList())
                .as("vector of %s", point)
                .containsExactly((float) writer, (float) version);
        return version;
    }

    private static List<RetrievedPoint> get(PointAnswers answers, int writer) {
        return answers.get(GetPoints.newBuilder()
                        .setCollectionName(NAME)
                        .addAllIds(owned(writer, 0))
                        .setWithPayload(WithPayloadSelectorFactory.enable(true))
                        .setWithVectors(WithVectorsSelectorFactory.enable(true))
                        .build())
                .getResultList();
    }

    private static long count(PointAnswers answers, Filter filter) {
        return answers.count(CountPoints.newBuilder()
                        .setCollectionName(NAME)
                        .setFilter(filter)
                        .setExact(true)
                        .build())
                .getResult()
                .getCount();
    }

    private static List<io.qdrant.client.grpc.Common.PointId> owned(int writer, int from) {
        return LongStream.range(from, OWNED)
                .mapToObj(number -> id((long) writer * OWNED + number))
                .toList();
    }

    private static PointsUpdateOperation upsert(int writer, long version) {
        PointStructList.Builder points = PointStructList.newBuilder();
        owned(writer, 0)
                .forEach(each -> points.addPoints(PointStruct.newBuilder()
                        .setId(each)
                        .setVectors(VectorsFactory.vectors(writer, (float) version))
                        .putPayload("writer", ValueFactory.value(writer))
                        .putPayload("version", ValueFactory.value(version))));
        return PointsUpdateOperation.newBuilder().setUpsert(points).build();
    }

    private static PointsUpdateOperation delete(int writer) {
        return PointsUpdateOperation.newBuilder()
                .setDeletePoints(PointsUpdateOperation.DeletePoints.newBuilder()
                        .setPoints(PointsSelector.newBuilder()
                                .setPoints(PointsIdsList.newBuilder().addAllIds(owned(writer, KEPT)))))
                .build();
    }
}
