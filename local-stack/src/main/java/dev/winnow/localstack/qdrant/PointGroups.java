package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.GroupId;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Points gathered by the values of a field: a point with several is in several groups. */
final class PointGroups {

    private final PayloadPath path;
    private final int groupSize;
    private final int groupCount;
    private final Comparator<ScoredPoint> closestFirst;
    private final Map<GroupId, Map<PointId, ScoredPoint>> groups = new LinkedHashMap<>();
    private final Map<GroupId, ScoredPoint> closest = new LinkedHashMap<>();

    /** @param closestFirst in which points and groups are wanted; those of a group also by id where it has them equal */
    PointGroups(PayloadPath path, int groupSize, int groupCount, Comparator<ScoredPoint> closestFirst) {
        this.path = path;
        this.groupSize = groupSize;
        this.groupCount = groupCount;
        this.closestFirst = closestFirst;
    }

    /** A value and the points that have it. */
    record Group(GroupId value, List<ScoredPoint> points) {}

    /** Points without a value, or with one that is neither text nor an integer, are left out. */
    void addAll(List<ScoredPoint> points) {
        for (ScoredPoint point : points) {
            values(point.getPayloadMap())
                    .ifPresent(values -> values.forEach(value -> {
                        groups.computeIfAbsent(value, unseen -> new LinkedHashMap<>())
                                .putIfAbsent(point.getId(), point);
                        closest.merge(value, point, (a, b) -> closestFirst.compare(b, a) < 0 ? b : a);
                    }));
        }
    }

    private Optional<Set<GroupId>> values(Map<String, Value> payload) {
        Set<GroupId> values = new LinkedHashSet<>();
        for (Value value :
                path.values(payload).stream().flatMap(FieldPredicate::scalars).toList()) {
            if (value.hasStringValue()) {
                values.add(GroupId.newBuilder()
                        .setStringValue(value.getStringValue())
                        .build());
            } else if (value.hasIntegerValue()) {
                long number = value.getIntegerValue();
                values.add(
                        number < 0
                                ? GroupId.newBuilder().setIntegerValue(number).build()
                                : GroupId.newBuilder().setUnsignedValue(number).build());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    Set<PointId> ids() {
        Set<PointId> ids = new HashSet<>();
        groups.values().forEach(group -> ids.addAll(group.keySet()));
        return ids;
    }

    /** The values that have been found often enough. */
    List<GroupId> filled() {
        return groups.keySet().stream().filter(this::isFilled).toList();
    }

    /** Those of the values to be answered as of now that have not. */
    List<GroupId> wanting() {
        return best().stream().filter(value -> !isFilled(value)).toList();
    }

    boolean isComplete() {
        List<GroupId> best = best();
        return best.size() == groupCount && best.stream().allMatch(this::isFilled);
    }

    private boolean isFilled(GroupId value) {
        return Objects.requireNonNull(groups.get(value)).size() >= groupSize;
    }

    private List<GroupId> best() {
        return closest.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(closestFirst))
                .map(Map.Entry::getKey)
                .limit(groupCount)
                .toList();
    }

    /** The groups with the closest points, each with its closest ones. */
    List<Group> closest(Comparator<ScoredPoint> withinAGroup) {
        List<Group> answer = new ArrayList<>();
        for (GroupId value : best()) {
            answer.add(new Group(
                    value,
                    Objects.requireNonNull(groups.get(value)).values().stream()
                            .sorted(withinAGroup)
                            .limit(groupSize)
                            .toList()));
        }
        return answer;
    }
}
