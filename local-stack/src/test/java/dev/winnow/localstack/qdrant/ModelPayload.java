package dev.winnow.localstack.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a payload does by Qdrant's documentation, on a tree that is changed in place. */
final class ModelPayload {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|\\[\\d*]|[^.\\[\\]\"]+");
    private static final String EVERY = "[]";

    private ModelPayload() {}

    static ObjectNode json(Map<String, Value> payload) {
        ObjectNode object = JSON.objectNode();
        payload.forEach((name, value) -> object.set(name, json(value)));
        return object;
    }

    private static JsonNode json(Value value) {
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> JSON.nullNode();
            case BOOL_VALUE -> JSON.booleanNode(value.getBoolValue());
            case INTEGER_VALUE -> JSON.numberNode(value.getIntegerValue());
            case DOUBLE_VALUE -> JSON.numberNode(value.getDoubleValue());
            case STRING_VALUE -> JSON.textNode(value.getStringValue());
            case STRUCT_VALUE -> json(value.getStructValue().getFieldsMap());
            case LIST_VALUE -> {
                ArrayNode array = JSON.arrayNode();
                value.getListValue().getValuesList().forEach(element -> array.add(json(element)));
                yield array;
            }
        };
    }

    /** Keys as they are, array steps in their brackets. */
    static List<String> path(String text) {
        List<String> path = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(text);
        while (tokens.find()) {
            path.add(tokens.group().replace("\"", ""));
        }
        return path;
    }

    /** Sets each field, and removes it where it is null. */
    static void merge(ObjectNode into, ObjectNode fields) {
        fields.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                into.remove(field.getKey());
            } else {
                into.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    /** Merges into the object at the path, making what is not there and replacing what is of another kind. */
    static JsonNode mergeAt(JsonNode node, List<String> path, ObjectNode fields) {
        if (path.isEmpty()) {
            ObjectNode object = node instanceof ObjectNode already ? already : JSON.objectNode();
            merge(object, fields);
            return object;
        }
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (!step.startsWith("[")) {
            ObjectNode object = node instanceof ObjectNode already ? already : JSON.objectNode();
            JsonNode child = object.has(step) ? object.get(step) : JSON.nullNode();
            object.set(step, mergeAt(child, rest, fields));
            return object;
        }
        ArrayNode array = node instanceof ArrayNode already ? already : JSON.arrayNode();
        for (int i = 0; i < array.size(); i++) {
            if (step.equals(EVERY) || step.equals("[" + i + "]")) {
                array.set(i, mergeAt(array.get(i), rest, fields));
            }
        }
        return array;
    }

    /** Removes a key, or all elements; a single element is never removed. */
    static void remove(JsonNode node, List<String> path) {
        String step = path.getFirst();
        if (path.size() > 1) {
            children(node, step).forEach(child -> remove(child, path.subList(1, path.size())));
        } else if (node instanceof ObjectNode object && !step.startsWith("[")) {
            object.remove(step);
        } else if (node instanceof ArrayNode array && step.equals(EVERY)) {
            array.removeAll();
        }
    }

    static List<JsonNode> values(JsonNode node, List<String> path) {
        List<JsonNode> found = List.of(node);
        for (String step : path) {
            found = found.stream()
                    .flatMap(each -> children(each, step).stream())
                    .toList();
        }
        return found;
    }

    private static List<JsonNode> children(JsonNode node, String step) {
        List<JsonNode> children = new ArrayList<>();
        if (node instanceof ObjectNode object && !step.startsWith("[") && object.has(step)) {
            children.add(object.get(step));
        }
        for (int i = 0; node instanceof ArrayNode && i < node.size(); i++) {
            if (step.equals(EVERY) || step.equals("[" + i + "]")) {
                children.add(node.get(i));
            }
        }
        return children;
    }

    /** Keeps what is above or below one of the paths; an element of an array is at {@code []}, never at its index. */
    static ObjectNode including(ObjectNode payload, List<List<String>> paths) {
        ObjectNode kept = payload.deepCopy();
        prune(kept, List.of(), at -> paths.stream().anyMatch(path -> begins(path, at) || begins(at, path)));
        return kept;
    }

    /** Keeps what is neither at nor below one of the paths. */
    static ObjectNode excluding(ObjectNode payload, List<List<String>> paths) {
        ObjectNode kept = payload.deepCopy();
        prune(kept, List.of(), at -> paths.stream().noneMatch(path -> begins(at, path)));
        return kept;
    }

    private static boolean begins(List<String> path, List<String> with) {
        return path.size() >= with.size() && path.subList(0, with.size()).equals(with);
    }

    private interface Keep {
        boolean keeps(List<String> at);
    }

    private static void prune(JsonNode node, List<String> at, Keep keep) {
        if (node instanceof ObjectNode object) {
            for (Iterator<Map.Entry<String, JsonNode>> fields =
                            object.properties().iterator();
                    fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (!pruned(field.getValue(), append(at, field.getKey()), keep)) {
                    fields.remove();
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (!pruned(array.get(i), append(at, EVERY), keep)) {
                    array.remove(i);
                }
            }
        }
    }

    private static boolean pruned(JsonNode node, List<String> at, Keep keep) {
        prune(node, at, keep);
        return keep.keeps(at);
    }

    private static List<String> append(List<String> path, String step) {
        List<String> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }
}
