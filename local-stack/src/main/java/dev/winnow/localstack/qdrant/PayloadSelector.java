package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which parts of a payload are answered. */
@FunctionalInterface
interface PayloadSelector {

    PayloadSelector ALL = payload -> payload;
    PayloadSelector NONE = payload -> Map.of();

    Map<String, Value> select(Map<String, Value> payload);

    static PayloadSelector of(WithPayloadSelector selector) {
        return switch (selector.getSelectorOptionsCase()) {
            case ENABLE -> selector.getEnable() ? ALL : NONE;
            case INCLUDE -> {
                List<PayloadPath> include = paths(selector.getInclude().getFieldsList());
                yield payload -> pruned(payload, steps -> include.stream().anyMatch(path -> touches(path, steps)));
            }
            case EXCLUDE -> {
                List<PayloadPath> exclude = paths(selector.getExclude().getFieldsList());
                yield payload -> pruned(payload, steps -> exclude.stream().noneMatch(path -> covers(path, steps)));
            }
            case SELECTOROPTIONS_NOT_SET -> throw QdrantErrors.badInput("Malformed payload selector");
        };
    }

    private static List<PayloadPath> paths(List<String> fields) {
        return fields.stream().map(PayloadPath::parse).toList();
    }

    /** One of the two is the beginning of the other. */
    private static boolean touches(PayloadPath path, List<PayloadPath.Step> steps) {
        int common = Math.min(path.steps().size(), steps.size());
        return path.steps().subList(0, common).equals(steps.subList(0, common));
    }

    /** The path is where the steps lead, or above it. */
    private static boolean covers(PayloadPath path, List<PayloadPath.Step> steps) {
        return path.steps().size() <= steps.size() && touches(path, steps);
    }

    private static Map<String, Value> pruned(Map<String, Value> payload, Predicate<List<PayloadPath.Step>> keep) {
        return prunedFields(payload, new ArrayList<>(), keep);
    }

    private static Map<String, Value> prunedFields(
            Map<String, Value> fields, List<PayloadPath.Step> steps, Predicate<List<PayloadPath.Step>> keep) {
        Map<String, Value> kept = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            steps.add(new PayloadPath.Step.Key(name));
            if (keep.test(steps)) {
                kept.put(name, prunedValue(value, steps, keep));
            }
            steps.removeLast();
        });
        return kept;
    }

    private static Value prunedValue(
            Value value, List<PayloadPath.Step> steps, Predicate<List<PayloadPath.Step>> keep) {
        if (value.hasStructValue()) {
            return Value.newBuilder()
                    .setStructValue(Struct.newBuilder()
                            .putAllFields(prunedFields(value.getStructValue().getFieldsMap(), steps, keep)))
                    .build();
        }
        if (!value.hasListValue()) {
            return value;
        }
        ListValue.Builder list = ListValue.newBuilder();
        steps.add(new PayloadPath.Step.Every());
        if (keep.test(steps)) {
            value.getListValue().getValuesList().forEach(element -> list.addValues(prunedValue(element, steps, keep)));
        }
        steps.removeLast();
        return Value.newBuilder().setListValue(list).build();
    }
}
