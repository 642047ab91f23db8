package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What matching the values of a field means. */
final class MatchPredicate {

    private static final Pattern SPACE = Pattern.compile("\\p{IsWhite_Space}+");

    private MatchPredicate() {}

    static Predicate<List<Value>> of(Match match, PayloadPath path, PayloadSchema schema) {
        return switch (match.getMatchValueCase()) {
            case TEXT ->
                texts(path, schema, index -> index.all(match.getText()), text -> text.contains(match.getText()));
            case PHRASE ->
                texts(
                        path,
                        schema,
                        // Nested, the words are compared as they are, without what the index lacks.
                        index -> index.phrases() || schema.nested() ? index.phrase(match.getPhrase()) : texts -> false,
                        text -> text.contains(match.getPhrase()));
            case TEXT_ANY -> {
                List<String> parts = SPACE.splitAsStream(match.getTextAny())
                        .filter(part -> !part.isEmpty())
                        .toList();
                yield texts(path, schema, index -> index.any(match.getTextAny()), text -> parts.stream()
                        .anyMatch(text::contains));
            }
            case KEYWORD, KEYWORDS, EXCEPT_KEYWORDS, INTEGER, INTEGERS, EXCEPT_INTEGERS, BOOLEAN, MATCHVALUE_NOT_SET ->
                FieldPredicate.elements(one(match, path, schema));
        };
    }

    /**
     * @param words with a text index: all texts of the point together
     * @param characters without: each text by itself
     */
    private static Predicate<List<Value>> texts(
            PayloadPath path,
            PayloadSchema schema,
            Function<TextIndex, Predicate<List<String>>> words,
            Predicate<String> characters) {
        Optional<Predicate<List<String>>> indexed = schema.text(path).map(words);
        if (indexed.isEmpty()) {
            return FieldPredicate.elements(value -> value.hasStringValue() && characters.test(value.getStringValue()));
        }
        Predicate<List<String>> test = indexed.get();
        return values -> {
            List<String> texts = values.stream()
                    .flatMap(FieldPredicate::scalars)
                    .filter(Value::hasStringValue)
                    .map(Value::getStringValue)
                    .toList();
            return schema.nested() ? texts.stream().anyMatch(text -> test.test(List.of(text))) : test.test(texts);
        };
    }

    private static Predicate<Value> one(Match match, PayloadPath path, PayloadSchema schema) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD -> oneOf(List.of(match.getKeyword()), path, schema);
            case KEYWORDS -> oneOf(match.getKeywords().getStringsList(), path, schema);
            case EXCEPT_KEYWORDS -> {
                List<String> none = match.getExceptKeywords().getStringsList();
                Predicate<Value> listed = oneOf(none, path, schema);
                boolean uuids = areUuids(none, path, schema);
                boolean texts = schema.is(path, PayloadSchemaType.Keyword);
                yield value -> !listed.test(value)
                        && (uuids
                                ? value.hasStringValue()
                                        && canonicalUuid(value.getStringValue()).isPresent()
                                : texts ? value.hasStringValue() : !FieldPredicate.isNullValue(value));
            }
            case INTEGER -> oneOf(Set.of(match.getInteger()), schema.isIntegerLookup(path));
            case INTEGERS -> oneOf(Set.copyOf(match.getIntegers().getIntegersList()), schema.isIntegerLookup(path));
            case EXCEPT_INTEGERS -> {
                boolean indexed = schema.isIntegerLookup(path);
                Predicate<Value> listed =
                        oneOf(Set.copyOf(match.getExceptIntegers().getIntegersList()), indexed);
                yield value -> !listed.test(value)
                        && (indexed ? NumberRange.whole(value).isPresent() : !FieldPredicate.isNullValue(value));
            }
            case BOOLEAN -> value -> value.hasBoolValue() && value.getBoolValue() == match.getBoolean();
            case TEXT, PHRASE, TEXT_ANY, MATCHVALUE_NOT_SET -> throw QdrantErrors.badInput("Malformed Match condition");
        };
    }

    /** @param indexed whether a double counts as the whole number it is */
    private static Predicate<Value> oneOf(Set<Long> integers, boolean indexed) {
        return value -> {
            OptionalLong number = indexed || value.hasIntegerValue() ? NumberRange.whole(value) : OptionalLong.empty();
            return number.isPresent() && integers.contains(number.getAsLong());
        };
    }

    private static Predicate<Value> oneOf(List<String> keywords, PayloadPath path, PayloadSchema schema) {
        if (areUuids(keywords, path, schema)) {
            Set<String> any = canonicalUuids(keywords).collect(Collectors.toSet());
            return value -> value.hasStringValue()
                    && canonicalUuid(value.getStringValue())
                            .filter(any::contains)
                            .isPresent();
        }
        Set<String> any = Set.copyOf(keywords);
        return value -> value.hasStringValue() && any.contains(value.getStringValue());
    }

    /** Whether an index of UUIDs compares them, whichever way they are written. */
    static boolean areUuids(List<String> keywords, PayloadPath path, PayloadSchema schema) {
        return schema.is(path, PayloadSchemaType.Uuid)
                && keywords.stream().allMatch(keyword -> canonicalUuid(keyword).isPresent());
    }

    static Stream<String> canonicalUuids(List<String> keywords) {
        return keywords.stream().flatMap(keyword -> canonicalUuid(keyword).stream());
    }

    /** In small letters and with hyphens; absent where the text is no UUID. */
    static Optional<String> canonicalUuid(String text) {
        return PointKey.uuid(text).map(UUID::toString);
    }
}
