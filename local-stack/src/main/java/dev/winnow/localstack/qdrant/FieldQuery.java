package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Match;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;

/** A condition on one field as a query, over what {@link PayloadFields} has laid out. */
final class FieldQuery {

    private final String path;
    private final PayloadPath steps;
    private final PayloadSchema schema;

    /** Answers the whole condition, slowly. */
    private final Query payload;

    private FieldQuery(PayloadPath steps, PayloadSchema schema, Query payload) {
        this.path = steps.toString();
        this.steps = steps;
        this.schema = schema;
        this.payload = payload;
    }

    /** @param payload the query that reads payloads for the condition, for what the index cannot answer */
    static Query of(FieldCondition condition, PayloadSchema schema, Query payload) {
        PayloadPath path = PayloadPath.parse(condition.getKey());
        long parts = Stream.of(
                        condition.hasMatch(),
                        condition.hasRange() || condition.hasDatetimeRange(),
                        condition.hasGeoRadius(),
                        condition.hasGeoBoundingBox(),
                        condition.hasGeoPolygon(),
                        condition.hasValuesCount(),
                        condition.hasIsEmpty(),
                        condition.hasIsNull())
                .filter(present -> present)
                .count();
        return path.isIndexed() && parts == 1 ? new FieldQuery(path, schema, payload).query(condition) : payload;
    }

    private Query query(FieldCondition condition) {
        if (condition.hasMatch()) {
            return query(condition.getMatch());
        }
        if (condition.hasRange() || condition.hasDatetimeRange()) {
            return ValueRange.of(condition, steps, schema).query(path, payload);
        }
        if (condition.hasIsEmpty() && !condition.getIsEmpty()) {
            return present();
        }
        if (condition.hasIsNull() && condition.getIsNull()) {
            return isNull();
        }
        boolean whole = steps.isSingle() || schema.isIndexed(steps);
        if (condition.hasIsEmpty() && whole) {
            return FilterQuery.not(present());
        }
        if (condition.hasIsNull() && whole) {
            return FilterQuery.not(isNull());
        }
        return FieldPredicate.areas(condition, steps, schema).stream()
                .findFirst()
                .map(area ->
                        area.isCoverExact() ? area.coverQuery(path) : FilterQuery.both(area.coverQuery(path), payload))
                .orElse(payload);
    }

    private Query query(Match match) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD -> keywords(List.of(match.getKeyword())).orElse(payload);
            case KEYWORDS -> keywords(match.getKeywords().getStringsList()).orElse(payload);
            case INTEGER -> integers(List.of(match.getInteger()));
            case INTEGERS -> integers(match.getIntegers().getIntegersList());
            case BOOLEAN -> new TermQuery(PayloadFields.bool(path, match.getBoolean()));
            case EXCEPT_KEYWORDS -> exceptKeywords(match.getExceptKeywords().getStringsList());
            case EXCEPT_INTEGERS -> exceptIntegers(match.getExceptIntegers().getIntegersList());
            case TEXT, PHRASE, TEXT_ANY -> FilterQuery.both(texts(), payload);
            case MATCHVALUE_NOT_SET -> payload;
        };
    }

    /** Absent where one of them is too long for the index. */
    private Optional<Query> keywords(List<String> keywords) {
        if (MatchPredicate.areUuids(keywords, steps, schema)) {
            List<String> uuids = MatchPredicate.canonicalUuids(keywords).toList();
            return Optional.of(anyOf(Stream.concat(
                    uuids.stream().map(uuid -> PayloadFields.keyword(path, uuid)),
                    uuids.stream().map(uuid -> PayloadFields.uuid(path, uuid)))));
        }
        return keywords.stream().allMatch(PayloadFields::isIndexed)
                ? Optional.of(anyOf(keywords.stream().map(keyword -> PayloadFields.keyword(path, keyword))))
                : Optional.empty();
    }

    private Query integers(List<Long> integers) {
        Query terms = anyOf(integers.stream().map(integer -> PayloadFields.integer(path, integer)));
        return schema.isIntegerLookup(steps)
                ? FilterQuery.either(
                        terms,
                        FilterQuery.both(
                                DoublePoint.newSetQuery(
                                        PayloadFields.doubles(path),
                                        integers.stream()
                                                .mapToDouble(Long::doubleValue)
                                                .toArray()),
                                payload))
                : terms;
    }

    private static Query anyOf(Stream<Term> terms) {
        List<Term> all = terms.toList();
        return all.size() == 1
                ? new TermQuery(all.getFirst())
                : new TermInSetQuery(
                        PayloadFields.TERMS, all.stream().map(Term::bytes).toList());
    }

    private Query exceptKeywords(List<String> excepted) {
        return MatchPredicate.areUuids(excepted, steps, schema)
                ? FilterQuery.both(texts(), payload)
                : keywords(excepted)
                        .map(listed -> schema.is(steps, PayloadSchemaType.Keyword)
                                ? except(texts(), listed)
                                : except(present(), FilterQuery.either(listed, isNull())))
                        .orElseGet(() -> FilterQuery.both(present(), payload));
    }

    private Query exceptIntegers(List<Long> excepted) {
        Query listed = anyOf(excepted.stream().map(integer -> PayloadFields.integer(path, integer)));
        return schema.isIntegerLookup(steps)
                ? FilterQuery.either(
                        except(
                                LongPoint.newRangeQuery(PayloadFields.integers(path), Long.MIN_VALUE, Long.MAX_VALUE),
                                listed),
                        FilterQuery.both(
                                DoublePoint.newRangeQuery(
                                        PayloadFields.doubles(path),
                                        Double.NEGATIVE_INFINITY,
                                        Double.POSITIVE_INFINITY),
                                payload))
                : except(present(), FilterQuery.either(listed, isNull()));
    }

    /** Who has a value of the kind, and none unwanted, fits; who has an unwanted one among several may fit as well. */
    private Query except(Query ofTheKind, Query unwanted) {
        Query several =
                steps.isSingle() ? FilterQuery.both(unwanted, new TermQuery(PayloadFields.several(path))) : unwanted;
        return FilterQuery.either(FilterQuery.without(ofTheKind, unwanted), FilterQuery.both(several, payload));
    }

    private Query present() {
        return new TermQuery(PayloadFields.present(path));
    }

    private Query isNull() {
        return new TermQuery(PayloadFields.isNull(path));
    }

    private Query texts() {
        return new TermQuery(PayloadFields.texts(path));
    }
}
