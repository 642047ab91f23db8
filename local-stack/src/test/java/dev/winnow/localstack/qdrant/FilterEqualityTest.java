package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.VectorFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.Vector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index finds what the predicate means: random payloads under random filters and random indexes.
 */
class FilterEqualityTest {

    private static final List<String> NAMES = List.of("image", "text");

    @TempDir
    private Path folder;

    private final Random random = new Random(7);
    private final RandomFilters filters = new RandomFilters(7);

    @Test
    void the_index_finds_what_the_predicate_accepts() throws Exception {
        Map<PointKey, PointContent> contents = new HashMap<>();
        try (Collection collection = collection()) {
            for (int round = 0; round < 8; round++) {
                List<PointStruct> points = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    long number = random.nextInt(400);
                    Map<String, Value> payload = filters.payload(3);
                    Map<String, Vector> vectors = new HashMap<>();
                    for (String name : NAMES) {
                        if (random.nextBoolean()) {
                            vectors.put(name, VectorFactory.vector(1f));
                        }
                    }
                    PointKey key = PointKey.of(number);
                    contents.put(key, new PointContent(key, payload, vectors.keySet()));
                    points.add(PointStruct.newBuilder()
                            .setId(key.toPointId())
                            .setVectors(VectorsFactory.namedVectors(vectors))
                            .putAllPayload(payload)
                            .build());
                }
                collection
                        .store()
                        .change(PointsUpdateOperation.newBuilder()
                                .setUpsert(PointsUpdateOperation.PointStructList.newBuilder()
                                        .addAllPoints(points))
                                .build());
                collection.store().checkpoint();
            }
            PointReads reads = new PointReads(collection);
            int empty = 0;
            int everything = 0;
            for (int i = 0; i < 6000; i++) {
                if (i % 100 == 0) {
                    reindex(collection);
                }
                Filter filter = filters.filter(i % 3);
                FilterPredicate meaning = FilterPredicate.of(filter, collection.schema());
                TreeSet<PointKey> expected = new TreeSet<>();
                contents.forEach((key, content) -> {
                    if (meaning.test(content)) {
                        expected.add(key);
                    }
                });
                List<PointKey> found = reads.scroll(filter, null, 1000, Selection.IDS).points().stream()
                        .map(Selection.Point::key)
                        .toList();
                assertThat(found).as("filter %s", filter).containsExactlyElementsOf(expected);
                assertThat(reads.count(filter)).isEqualTo(expected.size());
                empty += expected.isEmpty() ? 1 : 0;
                everything += expected.size() == contents.size() ? 1 : 0;
            }
            assertThat(empty + everything)
                    .as("filters that tell no points apart")
                    .isLessThan(4800);
        }
    }

    /** Other indexes on the same points: what conditions mean changes with them. */
    private void reindex(Collection collection) throws Exception {
        collection.changeSettings(settings -> {
            CollectionSettings changed = settings;
            for (String path : RandomFilters.PATHS) {
                Optional<CreateFieldIndexCollection> index = filters.index();
                changed = index.isPresent()
                        ? changed.withField(path, FieldSchema.of(index.get()))
                        : changed.withoutField(path);
            }
            return changed;
        });
    }

    private Collection collection() throws Exception {
        VectorParams space =
                VectorParams.newBuilder().setSize(1).setDistance(Distance.Dot).build();
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParamsMap(VectorParamsMap.newBuilder()
                                        .putMap(NAMES.getFirst(), space)
                                        .putMap(NAMES.getLast(), space)))
                        .build())
                .save(folder);
        return Collection.open(folder);
    }
}
