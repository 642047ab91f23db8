package dev.winnow.localstack.qdrant;

import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qdrant.client.VectorInputFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RecommendInput;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.VectorInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries find what a loop over all points finds: random points, filters, examples, thresholds and pages. */
class QueryEqualityTest {

    private static final int DIMENSION = 5;
    private static final int QUERIES = 1500;

    @TempDir
    private Path folder;

    private final Random random = new Random(11);
    private final RandomFilters filters = new RandomFilters(11);
    private final Map<PointKey, Stored> stored = new TreeMap<>();

    private record Stored(float[] vector, Map<String, Value> payload) {}

    @ParameterizedTest
    @EnumSource(
            value = Distance.class,
            names = {"Cosine", "Dot", "Euclid", "Manhattan"})
    void a_query_finds_what_a_loop_finds(Distance distance) throws Exception {
        try (Collection collection = collection(distance)) {
            for (int round = 0; round < 6; round++) {
                upsert(collection);
            }
            PointSearch search = new PointSearch(collection, name -> Optional.empty());
            int answered = 0;
            for (int i = 0; i < QUERIES; i++) {
                answered += compare(search, distance) ? 1 : 0;
            }
            assertThat(answered).as("queries with an answer").isGreaterThan(QUERIES / 2);
        }
    }

    private boolean compare(PointSearch search, Distance distance) throws Exception {
        Set<PointKey> asked = new HashSet<>();
        Filter filter = random.nextBoolean() ? filters.filter(1) : Filter.getDefaultInstance();
        QueryPoints.Builder request = QueryPoints.newBuilder()
                .setFilter(filter)
                .setParams(SearchParams.newBuilder().setExact(random.nextBoolean()))
                .setOffset(random.nextInt(4))
                .setLimit(1 + random.nextInt(20));
        QueryModel distances = new QueryModel(distance);
        boolean smaller = distance == Distance.Euclid || distance == Distance.Manhattan;
        QueryModel.Score model;
        boolean smallFirst;
        if (random.nextInt(3) == 0) {
            VectorInput target = input(asked);
            request.setQuery(Query.newBuilder().setNearest(target));
            model = distances.nearest(vector(target, distances));
            smallFirst = smaller;
        } else {
            RecommendInput examples = examples(asked);
            request.setQuery(Query.newBuilder().setRecommend(examples));
            model = recommended(examples, distances);
            smallFirst = smaller && examples.getStrategy() == RecommendStrategy.AverageVector;
        }
        FilterPredicate passes = FilterPredicate.of(filter, PayloadSchema.NONE);
        List<Map.Entry<PointKey, Double>> expected = new ArrayList<>();
        stored.forEach((key, point) -> {
            if (!asked.contains(key) && passes.test(new PointContent(key, point.payload(), Set.of("")))) {
                expected.add(Map.entry(key, model.of(distances.prepared(point.vector()))));
            }
        });
        Comparator<Map.Entry<PointKey, Double>> order = Map.Entry.comparingByValue();
        expected.sort(smallFirst ? order : order.reversed());
        if (!expected.isEmpty() && random.nextInt(3) == 0) {
            double threshold = expected.get(random.nextInt(expected.size())).getValue() + 0.01;
            request.setScoreThreshold((float) threshold);
            int beyond = 0;
            while (beyond < expected.size()
                    && (smaller
                            ? expected.get(beyond).getValue() < threshold
                            : expected.get(beyond).getValue() > threshold)) {
                beyond++;
            }
            expected.subList(beyond, expected.size()).clear();
        }
        List<ScoredPoint> found = search.query(request.build());
        same(found, expected, request);
        return !found.isEmpty();
    }

    private static void same(
            List<ScoredPoint> found, List<Map.Entry<PointKey, Double>> expected, QueryPoints.Builder request) {
        int from = Math.min((int) request.getOffset(), expected.size());
        int to = Math.min(from + (int) request.getLimit(), expected.size());
        assertThat(found).as("%s", request).hasSize(to - from);
        for (int i = 0; i < found.size(); i++) {
            ScoredPoint point = found.get(i);
            PointKey key = PointKey.of(point.getId());
            double score = expected.get(from + i).getValue();
            assertThat((double) point.getScore())
                    .as("%s", request)
                    .isCloseTo(score, within(1e-5 * Math.max(1, Math.abs(score))));
            // Points with almost the same score may have changed places.
            assertThat(expected.stream()
                            .filter(each -> each.getKey().equals(key))
                            .findFirst()
                            .orElseThrow()
                            .getValue())
                    .isCloseTo(score, within(1e-4));
        }
    }

    private RecommendInput examples(Set<PointKey> asked) {
        RecommendInput.Builder examples = RecommendInput.newBuilder()
                .setStrategy(RecommendStrategy.forNumber(random.nextInt(3)))
                .addPositive(input(asked));
        for (int i = random.nextInt(3); i > 0; i--) {
            examples.addPositive(input(asked));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            examples.addNegative(input(asked));
        }
        return examples.build();
    }

    private QueryModel.Score recommended(RecommendInput examples, QueryModel model) {
        return model.recommended(
                examples.getStrategy(),
                examples.getPositiveList().stream()
                        .map(input -> vector(input, model))
                        .toList(),
                examples.getNegativeList().stream()
                        .map(input -> vector(input, model))
                        .toList());
    }

    private VectorInput input(Set<PointKey> asked) {
        if (random.nextBoolean()) {
            return VectorInputFactory.vectorInput(randomVector());
        }
        PointKey key = List.copyOf(stored.keySet()).get(random.nextInt(stored.size()));
        asked.add(key);
        return VectorInputFactory.vectorInput(key.toPointId());
    }

    private float[] vector(VectorInput input, QueryModel model) {
        if (input.hasId()) {
            return model.prepared(Objects.requireNonNull(stored.get(PointKey.of(input.getId())))
                    .vector());
        }
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = input.getDense().getData(i);
        }
        return vector;
    }

    private float[] randomVector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private void upsert(Collection collection) throws Exception {
        PointsUpdateOperation.PointStructList.Builder points = PointsUpdateOperation.PointStructList.newBuilder();
        for (int i = 0; i < 40; i++) {
            PointKey key = PointKey.of(random.nextInt(150));
            Stored point = new Stored(randomVector(), filters.payload(2));
            stored.put(key, point);
            points.addPoints(PointStruct.newBuilder()
                    .setId(key.toPointId())
                    .setVectors(vectors(point.vector()))
                    .putAllPayload(point.payload()));
        }
        collection
                .store()
                .change(PointsUpdateOperation.newBuilder().setUpsert(points).build());
        collection.store().checkpoint();
    }

    private Collection collection(Distance distance) throws Exception {
        CollectionSettings.of(CreateCollection.newBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder()
                                        .setSize(DIMENSION)
                                        .setDistance(distance)))
                        .build())
                .save(folder);
        return Collection.open(folder);
    }
}
