package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    private static final String PLAIN = "[\\p{IsAlphabetic}\\p{Nd}\\p{Nl}\\p{No}_-]+";
    private static final Pattern PLAIN_KEY = Pattern.compile(PLAIN);
    private static final Pattern STEP = Pattern.compile(
            "\\G(?:(?<dot>\\.)?(?:(?<plain>" + PLAIN + ")|\"(?<quoted>[^\"\\\\]*)\")|\\[(?<index>\\d*)])");

    /** A longer path is not worth fields of its own. */
    private static final int LONGEST_INDEXED = 512;

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
                steps.add(index.isEmpty() ? new Step.Every() : new Step.Index(position(index, text)));
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

    private static int position(String index, String text) {
        try {
            return (int) Math.min(Long.parseLong(index), Integer.MAX_VALUE);
        } catch (NumberFormatException tooLarge) {
            throw malformed(text);
        }
    }

    private static RuntimeException malformed(String text) {
        return QdrantErrors.badInput("Invalid json path: '" + text + "'");
    }

    /** The key as a path has it: in quotes where it would be misread. */
    static String written(String key) {
        return PLAIN_KEY.matcher(key).matches() ? key : "\"" + key + "\"";
    }

    /** What Rust calls alphanumeric, of which plain keys and words consist. */
    static boolean isAlphanumeric(int character) {
        return Character.isAlphabetic(character)
                || switch (Character.getType(character)) {
                    case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
                    default -> false;
                };
    }

    /** Whether {@link PayloadFields} has what it leads to: keys, of objects or of the objects in arrays. */
    boolean isIndexed() {
        boolean afterArray = false;
        for (Step step : steps) {
            boolean fits =
                    switch (step) {
                        case Step.Key key -> true;
                        case Step.Index index -> false;
                        case Step.Every every -> !afterArray;
                    };
            if (!fits) {
                return false;
            }
            afterArray = step instanceof Step.Every;
        }
        return !afterArray && isIndexed(toString());
    }

    /** Whether {@link PayloadFields} has what is at a path of this length. */
    static boolean isIndexed(String path) {
        return path.length() <= LONGEST_INDEXED;
    }

    /** Whether it leads to one value at most. */
    boolean isSingle() {
        return steps.stream().noneMatch(Step.Every.class::isInstance);
    }

    /** The rest of this path after the beginning given, where it has that beginning and goes on with a key. */
    Optional<PayloadPath> below(PayloadPath beginning) {
        int length = beginning.steps.size();
        return steps.size() > length
                        && steps.subList(0, length).equals(beginning.steps)
                        && steps.get(length) instanceof Step.Key
                ? Optional.of(new PayloadPath(steps.subList(length, steps.size())))
                : Optional.empty();
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

    @Override
    public String toString() {
        return steps.stream()
                .map(step -> switch (step) {
                    case Step.Key key -> "." + written(key.name());
                    case Step.Index index -> "[" + index.position() + "]";
                    case Step.Every every -> "[]";
                })
                .collect(Collectors.joining())
                .substring(1);
    }
}
