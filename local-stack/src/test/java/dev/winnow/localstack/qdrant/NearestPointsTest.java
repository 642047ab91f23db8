package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.QueryFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Search beyond the size that is always scanned, against the obvious reference. */
class NearestPointsTest {

    private static final int POINTS = 13_000;
    private static final int DIMENSION = 24;
    private static final int SEGMENTS = 6;
    private static final int QUERIES = 40;

    @TempDir
    private Path folder;

    private final Random random = new Random(11);

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** Among so many points the comparison is by bytes first. */
    @ParameterizedTest
    @EnumSource(
            value = Distance.class,
            names = {"Cosine", "Dot", "Euclid", "Manhattan"})
    void the_closest_are_found_in_all_segments_and_after_deletions(Distance distance) throws Exception {
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder()
                                        .setSize(DIMENSION)
                                        .setDistance(distance)))
                        .build())
                .save(folder);
        Metric metric = Metric.of(distance);
        Map<Long, float[]> vectors = new HashMap<>();
        try (Collection collection = Collection.open(folder)) {
            for (int from = 0; from < POINTS; from += POINTS / SEGMENTS) {
                PointStructList.Builder points = PointStructList.newBuilder();
                for (long number = from; number < from + POINTS / SEGMENTS; number++) {
                    float[] vector = vector();
                    vectors.put(number, metric.prepared(vector));
                    points.addPoints(PointStruct.newBuilder()
                            .setId(PointKey.of(number).toPointId())
                            .setVectors(VectorsFactory.vectors(vector)));
                }
                collection
                        .store()
                        .change(PointsUpdateOperation.newBuilder()
                                .setUpsert(points)
                                .build());
                collection.store().checkpoint();
            }
            check(collection, metric, vectors);
            PointsIdsList.Builder deleted = PointsIdsList.newBuilder();
            for (long number = 0; number < POINTS; number += 3) {
                vectors.remove(number);
                deleted.addIds(PointKey.of(number).toPointId());
            }
            collection
                    .store()
                    .change(PointsUpdateOperation.newBuilder()
                            .setDeletePoints(PointsUpdateOperation.DeletePoints.newBuilder()
                                    .setPoints(PointsSelector.newBuilder().setPoints(deleted)))
                            .build());
            check(collection, metric, vectors);
        }
    }

    private void check(Collection collection, Metric metric, Map<Long, float[]> vectors) throws Exception {
        assertThat(vectors).hasSizeGreaterThan(NearestPoints.EXACT_UP_TO);
        int recalled = 0;
        for (int i = 0; i < QUERIES; i++) {
            float[] query = vector();
            List<Long> expected = nearest(metric, vectors, metric.prepared(query));
            assertThat(search(collection, query, true)).isEqualTo(expected);
            Set<Long> found = new HashSet<>(search(collection, query, false));
            recalled += (int) expected.stream().filter(found::contains).count();
        }
        assertThat(recalled / (10.0 * QUERIES)).as("recall@10").isGreaterThan(0.99);
    }

    private static List<Long> search(Collection collection, float[] query, boolean exact) throws Exception {
        return new PointSearch(collection, name -> java.util.Optional.empty())
                        .query(QueryPoints.newBuilder()
                                .setQuery(QueryFactory.nearest(query))
                                .setParams(SearchParams.newBuilder().setExact(exact))
                                .build())
                        .stream()
                        .map(ScoredPoint::getId)
                        .map(id -> id.getNum())
                        .toList();
    }

    private static List<Long> nearest(Metric metric, Map<Long, float[]> vectors, float[] query) {
        return vectors.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), metric.score(query, entry.getValue())))
                .sorted((a, b) -> metric.compareScores(a.getValue(), b.getValue()))
                .limit(10)
                .map(Map.Entry::getKey)
                .toList();
    }
}
