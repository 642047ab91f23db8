package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.search.GroupKey;
import dev.winnow.curation.search.SearchQuery;
import dev.winnow.curation.search.SearchQuery.Diversity;
import dev.winnow.curation.search.SearchQuery.Grouping;
import dev.winnow.curation.search.Target;
import dev.winnow.curation.search.Target.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A search as it is asked for: exactly one of id, vector, text and positive (with negative, or without).
 *
 * @param positive ids or vectors of what hits shall be like
 * @param negative ids or vectors of what they shall be unlike
 * @param kind {@code image}, the default, or {@code object}
 * @param limit how many hits, or groups; default 10
 * @param exact whether to compare everything; by default while the dataset is small enough
 * @param diversity 0 to 1
 * @param candidates how many hits diverse ones are picked from; by default four times the limit, at least 100
 * @param groupBy {@code label} or {@code cluster}
 * @param groupSize hits a group; default 3
 * @param cursor {@code next_cursor} of the page before
 */
public record SearchRequest(
        @Nullable String id,
        float @Nullable [] vector,
        @Nullable String text,
        @Nullable List<JsonNode> positive,
        @Nullable List<JsonNode> negative,
        @Nullable String kind,
        @Nullable JsonNode filter,
        @Nullable Integer limit,
        @Nullable Double minSimilarity,
        @Nullable Boolean exact,
        @Nullable Double diversity,
        @Nullable Integer candidates,
        @Nullable String groupBy,
        @Nullable Integer groupSize,
        @Nullable String cursor) {

    private static final int DEFAULT_LIMIT = 10;

    SearchQuery query() {
        return new Options(kind, limit, minSimilarity, exact, diversity, candidates, groupBy, groupSize, cursor)
                .query(target(), FilterJson.parse(filter));
    }

    private Target target() {
        if (Stream.of(id, vector, text, positive).filter(Objects::nonNull).count() != 1) {
            throw new InvalidParameterException(
                    "body", "expected exactly one of id, vector and text, or positive examples");
        }
        if (negative != null && positive == null) {
            throw new InvalidParameterException("negative", "expected positive examples beside the negative ones");
        }
        if (text != null) {
            return new Target.Text(text);
        }
        if (positive != null) {
            return new Target.Like(
                    examples("positive", positive), negative == null ? List.of() : examples("negative", negative));
        }
        Example one = id != null
                ? new Example.Stored("id", ImageResource.id("id", id).value())
                : new Example.Given("vector", Objects.requireNonNull(vector));
        return new Target.Like(List.of(one), List.of());
    }

    private static List<Example> examples(String field, List<JsonNode> nodes) {
        List<Example> examples = new ArrayList<>();
        for (JsonNode node : nodes) {
            String place = field + "[" + examples.size() + "]";
            if (node.isTextual()) {
                examples.add(new Example.Stored(
                        place, ImageResource.id(place, node.textValue()).value()));
            } else if (node.isArray()) {
                examples.add(new Example.Given(place, numbers(place, node)));
            } else {
                throw new InvalidParameterException(place, "expected an id or a vector");
            }
        }
        return examples;
    }

    private static float[] numbers(String field, JsonNode array) {
        float[] numbers = new float[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!array.get(i).isNumber()) {
                throw new InvalidParameterException(field + "[" + i + "]", "expected a number");
            }
            numbers[i] = array.get(i).floatValue();
        }
        return numbers;
    }

    /** What can be said of a search whatever is looked for. */
    record Options(
            @Nullable String kind,
            @Nullable Integer limit,
            @Nullable Double minSimilarity,
            @Nullable Boolean exact,
            @Nullable Double diversity,
            @Nullable Integer candidates,
            @Nullable String groupBy,
            @Nullable Integer groupSize,
            @Nullable String cursor) {

        SearchQuery query(Target target, Filter filter) {
            int most = limit == null ? DEFAULT_LIMIT : limit;
            return new SearchQuery(
                    target, among(), filter, most, minSimilarity, exact, diversity(most), grouping(), cursor);
        }

        private Kind among() {
            return switch (kind) {
                case null -> Kind.IMAGES;
                case PointSchema.KIND_IMAGE -> Kind.IMAGES;
                case PointSchema.KIND_OBJECT -> Kind.OBJECTS;
                default -> throw new InvalidParameterException("kind", "expected image or object, got " + kind);
            };
        }

        private @Nullable Diversity diversity(int most) {
            if (diversity == null) {
                if (candidates != null) {
                    throw new InvalidParameterException("candidates", "expected only with diversity");
                }
                return null;
            }
            return candidates == null ? Diversity.of(diversity, most) : new Diversity(diversity, candidates);
        }

        private @Nullable Grouping grouping() {
            if (groupBy == null) {
                if (groupSize != null) {
                    throw new InvalidParameterException("group_size", "expected only with group_by");
                }
                return null;
            }
            return new Grouping(GroupKey.parse(groupBy), groupSize == null ? Grouping.DEFAULT_SIZE : groupSize);
        }
    }
}
