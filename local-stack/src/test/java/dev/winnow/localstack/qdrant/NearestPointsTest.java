package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.QueryFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Search beyond the size that is always scanned, against the obvious reference. */
class NearestPointsTest {

    private static final int POINTS = 13_000;
    private static final int DIMENSION = 24;
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

    @Test
    void the_graph_recalls_and_the_scan_is_exact() throws Exception {
        List<float[]> vectors =
                IntStream.range(0, POINTS).mapToObj(i -> vector()).toList();
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder()
                                        .setSize(DIMENSION)
                                        .setDistance(Distance.Cosine)))
                        .build())
                .save(folder);
        try (Collection collection = Collection.open(folder)) {
            List<PointStruct> points = new ArrayList<>();
            for (int i = 0; i < POINTS; i++) {
                points.add(PointStruct.newBuilder()
                        .setId(PointKey.of(i).toPointId())
                        .setVectors(VectorsFactory.vectors(vectors.get(i)))
                        .build());
            }
            collection.store().awaitCommit(new PointUpdates(collection).upsert(points));
            assertThat(collection.info().getIndexedVectorsCount())
                    .as("points under the graph")
                    .isGreaterThanOrEqualTo(PointCodec.GRAPH_FROM);
            int recalled = 0;
            for (int i = 0; i < QUERIES; i++) {
                float[] query = vector();
                List<Long> expected = nearest(vectors, query);
                assertThat(search(collection, query, true)).isEqualTo(expected);
                Set<Long> found = new HashSet<>(search(collection, query, false));
                recalled += (int) expected.stream().filter(found::contains).count();
            }
            assertThat(recalled / (10.0 * QUERIES)).as("recall@10").isGreaterThan(0.95);
        }
    }

    private static List<Long> search(Collection collection, float[] query, boolean exact) throws Exception {
        return new PointSearch(collection)
                        .query(QueryPoints.newBuilder()
                                .setQuery(QueryFactory.nearest(query))
                                .setParams(SearchParams.newBuilder().setExact(exact))
                                .build())
                        .stream()
                        .map(ScoredPoint::getId)
                        .map(id -> id.getNum())
                        .toList();
    }

    private static List<Long> nearest(List<float[]> vectors, float[] query) {
        return IntStream.range(0, vectors.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosine(vectors.get(i), query)))
                .limit(10)
                .map(Integer::longValue)
                .toList();
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
