package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back after a death, however odd the requests were. */
class PointStoreTest {

    @TempDir
    private Path folder;

    @TempDir
    private Path afterwards;

    @BeforeEach
    void create() throws IOException {
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder().setSize(1).setDistance(Distance.Dot)))
                        .build())
                .save(folder);
    }

    private static PointsUpdateOperation upsert(long number) {
        return PointsUpdateOperation.newBuilder()
                .setUpsert(PointsUpdateOperation.PointStructList.newBuilder()
                        .addPoints(PointStruct.newBuilder()
                                .setId(PointKey.of(number).toPointId())
                                .setVectors(VectorsFactory.vectors(1f))
                                .putAllPayload(Map.of("number", ValueFactory.value(number)))))
                .build();
    }

    private static PointsUpdateOperation set(Filter filter, String key) {
        return PointsUpdateOperation.newBuilder()
                .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                        .setPointsSelector(PointsSelector.newBuilder().setFilter(filter))
                        .putPayload("set", ValueFactory.value(true))
                        .setKey(key))
                .build();
    }

    /** As a killed process leaves it. */
    private void die() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Path copy = afterwards.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static long count(Collection collection, Condition condition) throws IOException {
        return new PointReads(collection)
                .count(Filter.newBuilder().addMust(condition).build());
    }

    @Test
    void a_filter_of_thousands_of_conditions_is_replayed() throws Exception {
        Filter.Builder filter = Filter.newBuilder();
        for (long number = 0; number < 3000; number++) {
            filter.addShould(ConditionFactory.match("number", number));
        }
        try (Collection collection = Collection.open(folder)) {
            for (long number = 2990; number < 3010; number++) {
                collection.store().change(upsert(number));
            }
            collection.store().change(set(filter.build(), "a"));
            assertThat(count(collection, ConditionFactory.match("a.set", true))).isEqualTo(10);
            die();
        }
        try (Collection collection = Collection.open(afterwards)) {
            assertThat(count(collection, ConditionFactory.match("a.set", true))).isEqualTo(10);
        }
    }

    @Test
    void a_payload_too_deep_to_be_read_is_refused() throws Exception {
        try (Collection collection = Collection.open(folder)) {
            collection.store().change(upsert(1));
            String deep = "a" + ".a".repeat(32);
            assertThatThrownBy(() -> collection.store().change(set(Filter.getDefaultInstance(), deep)))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("nested deeper than 32 levels");
            collection.store().change(set(Filter.getDefaultInstance(), "a" + ".a".repeat(30)));
            die();
        }
        try (Collection collection = Collection.open(afterwards)) {
            assertThat(count(collection, ConditionFactory.match("a" + ".a".repeat(30) + ".set", true)))
                    .isEqualTo(1);
        }
    }
}
