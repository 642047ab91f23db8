package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetValue;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Asks a server and the model the same, in every way there is to ask. */
final class ModelComparison {

    private static final float ROUNDING = 1e-6f;

    private final String collection;
    private final Random random;
    private final RandomOperations operations;

    ModelComparison(String collection, Random random, RandomOperations operations) {
        this.collection = collection;
        this.random = random;
        this.operations = operations;
    }

    /** What is asked of a point, and what the model says to it. */
    private record Asked(
            WithPayloadSelector payload,
            UnaryOperator<ObjectNode> expectedPayload,
            WithVectorsSelector vectors,
            Set<String> expectedVectors) {}

    void compare(PointAnswers server, ModelPoints model) {
        compareGet(server, model);
        compareScroll(server, model, Filter.getDefaultInstance());
        compareScroll(server, model, operations.filter());
        for (int i = 0; i < 3; i++) {
            Filter filter = operations.filter();
            assertThat(server.count(CountPoints.newBuilder()
                                    .setCollectionName(collection)
                                    .setFilter(filter)
                                    .setExact(true)
                                    .build())
                            .getResult()
                            .getCount())
                    .as("count of %s", filter)
                    .isEqualTo(model.matching(filter).size());
        }
        compareFacet(server, model, RandomOperations.TAG, operations.filter());
        compareFacet(server, model, RandomOperations.NUMBER, operations.filter());
    }

    private Asked ask(ModelPoints model) {
        Set<String> names = model.names();
        List<List<String>> paths = new ArrayList<>();
        List<String> texts = List.of(operations.any(RandomOperations.PATHS), operations.any(RandomOperations.PATHS));
        texts.forEach(text -> paths.add(ModelPayload.path(text)));
        WithVectorsSelector vectors = WithVectorsSelectorFactory.enable(true);
        Set<String> expectedVectors = names;
        if (random.nextInt(3) == 0) {
            String name = operations.any(List.copyOf(names));
            vectors = WithVectorsSelectorFactory.include(List.of(name));
            expectedVectors = Set.of(name);
        }
        return switch (random.nextInt(5)) {
            case 0 ->
                new Asked(
                        WithPayloadSelectorFactory.include(texts),
                        payload -> ModelPayload.including(payload, paths),
                        vectors,
                        expectedVectors);
            case 1 ->
                new Asked(
                        WithPayloadSelectorFactory.exclude(texts),
                        payload -> ModelPayload.excluding(payload, paths),
                        vectors,
                        expectedVectors);
            case 2 ->
                new Asked(
                        WithPayloadSelectorFactory.enable(false),
                        payload -> ModelPayload.json(Map.of()),
                        vectors,
                        expectedVectors);
            default -> new Asked(WithPayloadSelectorFactory.enable(true), payload -> payload, vectors, expectedVectors);
        };
    }

    private void compareGet(PointAnswers server, ModelPoints model) {
        List<PointId> ids = operations.ids();
        Asked asked = ask(model);
        List<RetrievedPoint> found = server.get(GetPoints.newBuilder()
                        .setCollectionName(collection)
                        .addAllIds(ids)
                        .setWithPayload(asked.payload())
                        .setWithVectors(asked.vectors())
                        .build())
                .getResultList();
        Set<String> expected = ids.stream().map(ModelPoints::key).collect(Collectors.toCollection(LinkedHashSet::new));
        expected.retainAll(model.points.keySet());
        compare(found, List.copyOf(expected), model, asked);
    }

    private void compareScroll(PointAnswers server, ModelPoints model, Filter filter) {
        List<String> expected = model.matching(filter);
        Asked asked = ask(model);
        int limit = 1 + random.nextInt(expected.size() + 2);
        int from = 0;
        ScrollPoints.Builder request = ScrollPoints.newBuilder()
                .setCollectionName(collection)
                .setFilter(filter)
                .setWithPayload(asked.payload())
                .setWithVectors(asked.vectors());
        boolean more = true;
        while (more) {
            ScrollResponse page = server.scroll(request.setLimit(limit).build());
            int to = Math.min(expected.size(), from + limit);
            compare(page.getResultList(), expected.subList(from, to), model, asked);
            more = to < expected.size();
            assertThat(page.hasNextPageOffset()).as("a page after %s", page).isEqualTo(more);
            if (more) {
                assertThat(page.getNextPageOffset()).isEqualTo(ModelPoints.id(expected.get(to)));
                request.setOffset(page.getNextPageOffset());
            }
            from = to;
        }
    }

    private void compare(List<RetrievedPoint> found, List<String> expected, ModelPoints model, Asked asked) {
        assertThat(found.stream().map(RetrievedPoint::getId).toList())
                .isEqualTo(expected.stream().map(ModelPoints::id).toList());
        for (int i = 0; i < expected.size(); i++) {
            ModelPoints.Point point = Objects.requireNonNull(model.points.get(expected.get(i)));
            assertThat(ModelPayload.json(found.get(i).getPayloadMap()))
                    .as("payload of %s as %s", expected.get(i), asked.payload())
                    .isEqualTo(asked.expectedPayload().apply(point.payload()));
            Map<String, float[]> vectors = new HashMap<>(point.vectors());
            vectors.keySet().retainAll(asked.expectedVectors());
            compareVectors(expected.get(i), found.get(i).getVectors(), vectors);
        }
    }

    private static void compareVectors(String key, VectorsOutput found, Map<String, float[]> expected) {
        boolean unnamed = expected.keySet().equals(Set.of(""));
        assertThat(found.hasVector()).as("unnamed vector of %s: %s", key, found).isEqualTo(unnamed);
        Map<String, VectorOutput> vectors =
                unnamed ? Map.of("", found.getVector()) : found.getVectors().getVectorsMap();
        assertThat(vectors.keySet()).as("vectors of %s", key).isEqualTo(expected.keySet());
        vectors.forEach((name, vector) -> {
            List<Float> data = vector.getDense().getDataList();
            float[] each = Objects.requireNonNull(expected.get(name));
            assertThat(data).as("vector %s of %s", name, key).hasSize(each.length);
            for (int i = 0; i < each.length; i++) {
                assertThat(Math.abs(data.get(i) - each[i]))
                        .as("vector %s of %s at %d", name, key, i)
                        .isLessThanOrEqualTo(ROUNDING);
            }
        });
    }

    private void compareFacet(PointAnswers server, ModelPoints model, String field, Filter filter) {
        Map<JsonNode, Long> counts = new HashMap<>();
        for (String key : model.matching(filter)) {
            ModelPoints.scalars(Objects.requireNonNull(model.points.get(key)), field)
                    .filter(value -> field.equals(RandomOperations.TAG) ? value.isTextual() : value.isIntegralNumber())
                    .distinct()
                    .forEach(value -> counts.merge(value, 1L, Long::sum));
        }
        int limit = 1 + random.nextInt(4);
        List<String> expected = counts.entrySet().stream()
                .sorted(Map.Entry.<JsonNode, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.comparing(JsonNode::asText))))
                .limit(limit)
                .map(entry -> entry.getKey().asText() + ":" + entry.getValue())
                .toList();
        List<String> found = server
                .facet(FacetCounts.newBuilder()
                        .setCollectionName(collection)
                        .setKey(field)
                        .setFilter(filter)
                        .setLimit(limit)
                        .setExact(true)
                        .build())
                .getHitsList()
                .stream()
                .map(hit -> text(hit.getValue()) + ":" + hit.getCount())
                .toList();
        assertThat(found).as("facet of %s under %s", field, filter).isEqualTo(expected);
    }

    private static String text(FacetValue value) {
        return value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntegerValue());
    }
}
