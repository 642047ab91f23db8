package dev.winnow.localstack.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The points of a collection as Qdrant documents them: a map, and a loop for everything. It knows the well-formed
 * operations and the conditions that {@link RandomOperations} makes.
 */
final class ModelPoints {

    /** Qdrant changes so many points before it looks whether one of them was missing. */
    private static final int CHUNK = 32;

    record Point(Map<String, float[]> vectors, ObjectNode payload) {}

    /** By a text that sorts as ids do. */
    final TreeMap<String, Point> points = new TreeMap<>();

    private final Map<String, VectorParams> spaces;

    ModelPoints(Map<String, VectorParams> spaces) {
        this.spaces = spaces;
    }

    /** The names its points' vectors may have. */
    Set<String> names() {
        return spaces.keySet();
    }

    static String key(PointId id) {
        if (id.hasNum()) {
            return "0" + "%20s".formatted(Long.toUnsignedString(id.getNum())).replace(' ', '0');
        }
        String hex =
                id.getUuid().toLowerCase(Locale.ROOT).replace("urn:uuid:", "").replaceAll("[{}-]", "");
        return "1" + hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }

    static PointId id(String key) {
        return key.startsWith("0")
                ? PointId.newBuilder()
                        .setNum(Long.parseUnsignedLong(key.substring(1)))
                        .build()
                : PointId.newBuilder().setUuid(key.substring(1)).build();
    }

    /** Says whether all points the operation names were there; those before the missing one are changed even so. */
    Status.Code apply(PointsUpdateOperation operation) {
        return switch (operation.getOperationCase()) {
            case UPSERT -> {
                upsert(operation.getUpsert());
                yield Status.Code.OK;
            }
            case DELETE_POINTS -> {
                selected(operation.getDeletePoints().getPoints()).forEach(points::remove);
                yield Status.Code.OK;
            }
            case UPDATE_VECTORS -> updateVectors(operation.getUpdateVectors());
            case DELETE_VECTORS ->
                change(operation.getDeleteVectors().getPointsSelector(), point -> operation
                        .getDeleteVectors()
                        .getVectors()
                        .getNamesList()
                        .forEach(point.vectors()::remove));
            case SET_PAYLOAD -> {
                ObjectNode fields = ModelPayload.json(operation.getSetPayload().getPayloadMap());
                List<String> path = ModelPayload.path(operation.getSetPayload().getKey());
                yield change(
                        operation.getSetPayload().getPointsSelector(),
                        point -> ModelPayload.mergeAt(point.payload(), path, fields));
            }
            case OVERWRITE_PAYLOAD ->
                change(operation.getOverwritePayload().getPointsSelector(), point -> {
                    point.payload().removeAll();
                    point.payload()
                            .setAll(ModelPayload.json(
                                    operation.getOverwritePayload().getPayloadMap()));
                });
            case DELETE_PAYLOAD ->
                change(operation.getDeletePayload().getPointsSelector(), point -> operation
                        .getDeletePayload()
                        .getKeysList()
                        .forEach(key -> ModelPayload.remove(point.payload(), ModelPayload.path(key))));
            case CLEAR_PAYLOAD ->
                change(operation.getClearPayload().getPoints(), point -> point.payload()
                        .removeAll());
            default -> throw new IllegalArgumentException("not in the model: " + operation);
        };
    }

    private void upsert(PointsUpdateOperation.PointStructList upsert) {
        Set<String> before = Set.copyOf(points.keySet());
        List<String> passing = matching(upsert.getUpdateFilter());
        for (PointStruct each : upsert.getPointsList()) {
            String key = key(each.getId());
            boolean allowed = before.contains(key)
                    ? upsert.getUpdateMode() != UpdateMode.InsertOnly && passing.contains(key)
                    : upsert.getUpdateMode() != UpdateMode.UpdateOnly;
            if (allowed) {
                points.put(key, new Point(vectors(each.getVectors()), ModelPayload.json(each.getPayloadMap())));
            }
        }
    }

    private Status.Code updateVectors(PointsUpdateOperation.UpdateVectors update) {
        List<String> passing = matching(update.getUpdateFilter());
        Status.Code status = Status.Code.OK;
        for (var each : update.getPointsList()) {
            String key = key(each.getId());
            if (!points.containsKey(key)) {
                status = Status.Code.NOT_FOUND;
            } else if (passing.contains(key)) {
                points.get(key).vectors().putAll(vectors(each.getVectors()));
            }
        }
        return status;
    }

    private Status.Code change(PointsSelector selector, Consumer<Point> change) {
        List<String> keys = selected(selector);
        for (int from = 0; from < keys.size(); from += CHUNK) {
            List<String> chunk = keys.subList(from, Math.min(keys.size(), from + CHUNK));
            chunk.stream()
                    .distinct()
                    .filter(points::containsKey)
                    .map(points::get)
                    .forEach(change);
            if (!points.keySet().containsAll(chunk)) {
                return Status.Code.NOT_FOUND;
            }
        }
        return Status.Code.OK;
    }

    private List<String> selected(PointsSelector selector) {
        return selector.hasFilter()
                ? matching(selector.getFilter())
                : selector.getPoints().getIdsList().stream()
                        .map(ModelPoints::key)
                        .toList();
    }

    private Map<String, float[]> vectors(Vectors given) {
        Map<String, float[]> vectors = new TreeMap<>();
        if (given.hasVector()) {
            vectors.put("", stored("", given.getVector().getDense().getDataList()));
        }
        given.getVectors()
                .getVectorsMap()
                .forEach((name, vector) ->
                        vectors.put(name, stored(name, vector.getDense().getDataList())));
        return vectors;
    }

    private float[] stored(String name, List<Float> data) {
        double squares = data.stream().mapToDouble(x -> (double) x * x).sum();
        boolean scaled = Objects.requireNonNull(spaces.get(name)).getDistance() == Distance.Cosine && squares > 0;
        float[] stored = new float[data.size()];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = scaled ? (float) (data.get(i) / Math.sqrt(squares)) : data.get(i);
        }
        return stored;
    }

    /** In the order of ids. */
    List<String> matching(Filter filter) {
        List<String> keys = new ArrayList<>();
        points.forEach((key, point) -> {
            if (matches(filter, key, point)) {
                keys.add(key);
            }
        });
        return keys;
    }

    private static boolean matches(Filter filter, String key, Point point) {
        return filter.getMustList().stream().allMatch(each -> matches(each, key, point))
                && filter.getMustNotList().stream().noneMatch(each -> matches(each, key, point))
                && (filter.getShouldCount() == 0
                        || filter.getShouldList().stream().anyMatch(each -> matches(each, key, point)));
    }

    private static boolean matches(Condition condition, String key, Point point) {
        return switch (condition.getConditionOneOfCase()) {
            case FIELD -> {
                var match = condition.getField().getMatch();
                yield scalars(point, condition.getField().getKey())
                        .anyMatch(value -> match.hasKeyword()
                                ? value.isTextual() && value.textValue().equals(match.getKeyword())
                                : value.isIntegralNumber() && value.longValue() == match.getInteger());
            }
            case HAS_ID ->
                condition.getHasId().getHasIdList().stream()
                        .map(ModelPoints::key)
                        .anyMatch(key::equals);
            case HAS_VECTOR ->
                point.vectors().containsKey(condition.getHasVector().getHasVector());
            case IS_EMPTY ->
                ModelPayload.values(
                                point.payload(),
                                ModelPayload.path(condition.getIsEmpty().getKey()))
                        .stream()
                        .allMatch(value -> value.isNull() || (value.isArray() && value.isEmpty()));
            case FILTER -> matches(condition.getFilter(), key, point);
            default -> throw new IllegalArgumentException("not in the model: " + condition);
        };
    }

    /** The values at a path, and of an array there its elements. */
    static Stream<JsonNode> scalars(Point point, String path) {
        return ModelPayload.values(point.payload(), ModelPayload.path(path)).stream()
                .flatMap(value -> value instanceof ArrayNode array ? array.valueStream() : Stream.of(value));
    }
}
