package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where in a payload a value stands, as Qdrant writes it: {@code a.b}, {@code a[].b} for every element,
 * {@code a[0]} for one, {@code "a.b"} for a key with a point in it. A key does not reach into an array by itself.
 */
record PayloadPath(List<Step> steps) {

    /** One step down. */
    sealed interface Step {
        record Key(String name) implements Step {}

        record Index(int position) implements Step {}

        record Every() implements Step {}
    }

    private static final Pattern PLAIN_KEY = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern STEP =
            Pattern.compile("\\G(?:(?<dot>\\.)?(?:(?<plain>[a-zA-Z0-9_-]+)|\"(?<quoted>[^\"]*)\")|\\[(?<index>\\d*)])");

    PayloadPath {
        steps = List.copyOf(steps);
    }

    static PayloadPath parse(String text) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(text);
        int end = 0;
        while (matcher.find()) {
            end = matcher.end();
            String index = matcher.group("index");
            boolean dotted = matcher.group("dot") != null;
            if (index != null) {
                if (steps.isEmpty()) {
                    throw malformed(text);
                }
                steps.add(index.isEmpty() ? new Step.Every() : new Step.Index(Integer.parseInt(index)));
            } else {
                if (dotted == steps.isEmpty()) {
                    throw malformed(text);
                }
                steps.add(new Step.Key(Objects.requireNonNullElseGet(
                        matcher.group("plain"), () -> Objects.requireNonNull(matcher.group("quoted")))));
            }
        }
        if (end != text.length() || steps.isEmpty()) {
            throw malformed(text);
        }
        return new PayloadPath(steps);
    }

    private static RuntimeException malformed(String text) {
        return QdrantErrors.badInput("Invalid json path: '" + text + "'");
    }

    static boolean isPlainKey(String key) {
        return PLAIN_KEY.matcher(key).matches();
    }

    /** Whether it consists of plain keys alone, so that {@link #toString} names it without ambiguity. */
    boolean isPlain() {
        return steps.stream().allMatch(step -> step instanceof Step.Key key && isPlainKey(key.name()));
    }

    /** The keys of a path without brackets. */
    List<String> keys(String purpose) {
        List<String> keys = new ArrayList<>();
        for (Step step : steps) {
            if (!(step instanceof Step.Key key)) {
                throw QdrantErrors.unimplemented(purpose + " with brackets in the path " + this);
            }
            keys.add(key.name());
        }
        return keys;
    }

    /** The path of each element of the array this path leads to. */
    PayloadPath everyElement() {
        if (steps.getLast() instanceof Step.Every) {
            return this;
        }
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step.Every());
        return new PayloadPath(longer);
    }

    /** The values it leads to: none, one, or with {@code []} several. */
    List<Value> values(Map<String, Value> payload) {
        List<Value> found = new ArrayList<>(1);
        Value first = steps.getFirst() instanceof Step.Key key ? payload.get(key.name()) : null;
        if (first != null) {
            collect(first, 1, found);
        }
        return found;
    }

    private void collect(Value value, int depth, List<Value> found) {
        if (depth == steps.size()) {
            found.add(value);
            return;
        }
        switch (steps.get(depth)) {
            case Step.Key key -> {
                Value child = value.getStructValue().getFieldsMap().get(key.name());
                if (child != null) {
                    collect(child, depth + 1, found);
                }
            }
            case Step.Index index -> {
                if (index.position() < value.getListValue().getValuesCount()) {
                    collect(value.getListValue().getValues(index.position()), depth + 1, found);
                }
            }
            case Step.Every every -> {
                for (Value element : value.getListValue().getValuesList()) {
                    collect(element, depth + 1, found);
                }
            }
        }
    }

    /** Takes what it leads to out of the payload. */
    void remove(Map<String, Value> payload) {
        if (steps.stream().anyMatch(Step.Index.class::isInstance)) {
            throw QdrantErrors.unimplemented("removal of one array element: " + this);
        }
        String first = ((Step.Key) steps.getFirst()).name();
        Value value = payload.get(first);
        if (steps.size() == 1) {
            payload.remove(first);
        } else if (value != null) {
            payload.put(first, without(value, 1));
        }
    }

    private Value without(Value value, int depth) {
        boolean last = depth == steps.size() - 1;
        if (steps.get(depth) instanceof Step.Key key) {
            Value child = value.getStructValue().getFieldsMap().get(key.name());
            if (child == null) {
                return value;
            }
            Struct.Builder object = value.getStructValue().toBuilder();
            if (last) {
                object.removeFields(key.name());
            } else {
                object.putFields(key.name(), without(child, depth + 1));
            }
            return Value.newBuilder().setStructValue(object).build();
        }
        if (!value.hasListValue()) {
            return value;
        }
        ListValue.Builder list = ListValue.newBuilder();
        if (!last) {
            for (Value element : value.getListValue().getValuesList()) {
                list.addValues(without(element, depth + 1));
            }
        }
        return Value.newBuilder().setListValue(list).build();
    }

    @Override
    public String toString() {
        return steps.stream()
                .map(step -> switch (step) {
                    case Step.Key key -> isPlainKey(key.name()) ? "." + key.name() : ".\"" + key.name() + "\"";
                    case Step.Index index -> "[" + index.position() + "]";
                    case Step.Every every -> "[]";
                })
                .collect(Collectors.joining())
                .substring(1);
    }
}
