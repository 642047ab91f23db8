package dev.winnow.curation.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Filter.Condition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Filters as clients write them: {@code {"labels": "cat", "format": ["jpeg", "png"], "width": {"gte": 640}, "not":
 * {"camera": "x"}}}. All conditions must hold.
 */
final class FilterJson {

    private static final Set<String> BOUNDS = Set.of("gte", "gt", "lte", "lt");

    private FilterJson() {}

    /** Reads the text of a query parameter; null or blank is no condition. */
    static Filter parse(ObjectMapper json, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return Filter.ALL;
        }
        try {
            return parse(json.readTree(text));
        } catch (JsonProcessingException e) {
            throw new InvalidParameterException("filter", "expected JSON: " + e.getOriginalMessage());
        }
    }

    /** Reads a JSON object; null is no condition. */
    static Filter parse(@Nullable JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return Filter.ALL;
        }
        if (!node.isObject()) {
            throw new InvalidParameterException("filter", "expected an object such as {\"labels\": \"cat\"}");
        }
        List<Condition> conditions = new ArrayList<>();
        node.properties()
                .forEach(field -> conditions.add(
                        field.getKey().equals("not")
                                ? new Condition.Not(parse(field.getValue()))
                                : condition(field.getKey(), field.getValue())));
        return new Filter(conditions);
    }

    private static Condition condition(String key, JsonNode value) {
        if (value.isObject()) {
            return bounds(key, value);
        }
        List<Object> values = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> values.add(scalar(key, element)));
        } else {
            values.add(scalar(key, value));
        }
        return new Condition.AnyOf(key, values);
    }

    private static Object scalar(String key, JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        throw new InvalidParameterException("filter." + key, "expected a string, an integer or a list of them");
    }

    private static Condition bounds(String key, JsonNode range) {
        range.fieldNames().forEachRemaining(name -> {
            if (!BOUNDS.contains(name)) {
                throw new InvalidParameterException("filter." + key + "." + name, "expected gte, gt, lte or lt");
            }
        });
        boolean time =
                range.properties().stream().anyMatch(bound -> bound.getValue().isTextual());
        if (time) {
            return new Condition.Period(
                    key,
                    instant(key, range, "gte"),
                    instant(key, range, "gt"),
                    instant(key, range, "lte"),
                    instant(key, range, "lt"));
        }
        return new Condition.Range(
                key,
                number(key, range, "gte"),
                number(key, range, "gt"),
                number(key, range, "lte"),
                number(key, range, "lt"));
    }

    private static @Nullable Double number(String key, JsonNode range, String bound) {
        JsonNode value = range.get(bound);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw new InvalidParameterException("filter." + key + "." + bound, "expected a number");
        }
        return value.doubleValue();
    }

    private static @Nullable Instant instant(String key, JsonNode range, String bound) {
        JsonNode value = range.get(bound);
        if (value == null) {
            return null;
        }
        try {
            return Instant.parse(value.asText());
        } catch (DateTimeParseException e) {
            throw new InvalidParameterException(
                    "filter." + key + "." + bound, "expected an RFC 3339 date-time such as 2026-01-31T08:00:00Z");
        }
    }
}
