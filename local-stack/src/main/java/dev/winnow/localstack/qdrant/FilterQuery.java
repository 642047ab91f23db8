package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * A filter as a Lucene query that finds exactly the points {@link FilterPredicate} accepts: conditions the index can
 * answer are answered by it, the others by reading the payloads of the points that the rest leaves over.
 */
final class FilterQuery {

    private FilterQuery() {}

    static Query of(Filter filter) {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        query.add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
        filter.getMustList().forEach(condition -> query.add(of(condition), Occur.FILTER));
        filter.getMustNotList().forEach(condition -> query.add(of(condition), Occur.MUST_NOT));
        if (filter.getShouldCount() > 0) {
            query.add(atLeast(1, filter.getShouldList()), Occur.FILTER);
        }
        if (filter.hasMinShould() && filter.getMinShould().getMinCount() != 0) {
            query.add(
                    atLeast(
                            filter.getMinShould().getMinCount(),
                            filter.getMinShould().getConditionsList()),
                    Occur.FILTER);
        }
        return new ConstantScoreQuery(query.build());
    }

    private static Query atLeast(long count, List<Condition> conditions) {
        if (Long.compareUnsigned(count, conditions.size()) > 0) {
            return new MatchNoDocsQuery("fewer conditions than have to hold");
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder().setMinimumNumberShouldMatch((int) count);
        conditions.forEach(condition -> query.add(of(condition), Occur.SHOULD));
        return query.build();
    }

    private static Query of(Condition condition) {
        // Compiled even where the index answers: it is what refuses malformed and unsupported conditions.
        FilterPredicate meaning = FilterPredicate.of(condition);
        return switch (condition.getConditionOneOfCase()) {
            case FILTER -> of(condition.getFilter());
            case HAS_ID ->
                new TermInSetQuery(
                        PointDocument.ID,
                        condition.getHasId().getHasIdList().stream()
                                .map(id -> PointKey.of(id).bytes())
                                .toList());
            case IS_EMPTY ->
                plain(condition.getIsEmpty().getKey())
                        .map(FilterQuery::empty)
                        .orElseGet(() -> new PayloadQuery(condition, meaning));
            case FIELD -> indexed(condition.getField()).orElseGet(() -> new PayloadQuery(condition, meaning));
            case IS_NULL, NESTED, HAS_VECTOR, CONDITIONONEOF_NOT_SET -> new PayloadQuery(condition, meaning);
        };
    }

    private static Optional<String> plain(String key) {
        PayloadPath path = PayloadPath.parse(key);
        return path.isPlain() ? Optional.of(path.toString()) : Optional.empty();
    }

    private static Query empty(String path) {
        return new BooleanQuery.Builder()
                .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
                .add(new TermQuery(PayloadFields.present(path)), Occur.MUST_NOT)
                .build();
    }

    private static Optional<Query> indexed(FieldCondition condition) {
        boolean one = Stream.of(
                                condition.hasMatch(),
                                condition.hasRange(),
                                condition.hasDatetimeRange(),
                                condition.hasValuesCount(),
                                condition.hasIsEmpty(),
                                condition.hasIsNull())
                        .filter(present -> present)
                        .count()
                == 1;
        Optional<String> path = one ? plain(condition.getKey()) : Optional.empty();
        if (path.isEmpty()) {
            return Optional.empty();
        }
        if (condition.hasMatch()) {
            return indexed(path.get(), condition.getMatch());
        }
        if (condition.hasRange()) {
            return Optional.of(range(path.get(), condition.getRange()));
        }
        if (condition.hasDatetimeRange()) {
            return Optional.of(datetimeRange(path.get(), condition));
        }
        return Optional.empty();
    }

    private static Optional<Query> indexed(String path, Match match) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD ->
                PayloadFields.isIndexed(match.getKeyword())
                        ? Optional.of(new TermQuery(PayloadFields.keyword(path, match.getKeyword())))
                        : Optional.empty();
            case INTEGER -> Optional.of(new TermQuery(PayloadFields.integer(path, match.getInteger())));
            case BOOLEAN -> Optional.of(new TermQuery(PayloadFields.bool(path, match.getBoolean())));
            case KEYWORDS ->
                match.getKeywords().getStringsList().stream().allMatch(PayloadFields::isIndexed)
                        ? Optional.of(anyOf(match.getKeywords().getStringsList().stream()
                                .map(keyword -> PayloadFields.keyword(path, keyword))
                                .toList()))
                        : Optional.empty();
            case INTEGERS ->
                Optional.of(anyOf(match.getIntegers().getIntegersList().stream()
                        .map(integer -> PayloadFields.integer(path, integer))
                        .toList()));
            case EXCEPT_KEYWORDS, EXCEPT_INTEGERS, TEXT, PHRASE, TEXT_ANY, MATCHVALUE_NOT_SET -> Optional.empty();
        };
    }

    private static Query anyOf(Collection<Term> terms) {
        List<BytesRef> bytes = terms.stream().map(Term::bytes).toList();
        return new TermInSetQuery(PayloadFields.TERMS, bytes);
    }

    private static Query range(String path, Range range) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        boolean possible = true;
        if (range.hasGte()) {
            possible &= !Double.isNaN(range.getGte());
            low = Math.max(low, PayloadFields.withoutNegativeZero(range.getGte()));
        }
        if (range.hasGt()) {
            possible &= range.getGt() < Double.POSITIVE_INFINITY;
            low = Math.max(low, Math.nextUp(PayloadFields.withoutNegativeZero(range.getGt())));
        }
        if (range.hasLte()) {
            possible &= !Double.isNaN(range.getLte());
            high = Math.min(high, PayloadFields.withoutNegativeZero(range.getLte()));
        }
        if (range.hasLt()) {
            possible &= range.getLt() > Double.NEGATIVE_INFINITY;
            high = Math.min(high, Math.nextDown(PayloadFields.withoutNegativeZero(range.getLt())));
        }
        return possible && low <= high
                ? DoublePoint.newRangeQuery(PayloadFields.numbers(path), low, high)
                : new MatchNoDocsQuery("an empty range");
    }

    /** The index knows milliseconds: it narrows down, the payload decides. */
    private static Query datetimeRange(String path, FieldCondition condition) {
        DatetimeRange range = condition.getDatetimeRange();
        long low = Long.MIN_VALUE;
        long high = Long.MAX_VALUE;
        if (range.hasGte()) {
            low = Math.max(low, milliseconds(FieldPredicate.instant(range.getGte())));
        }
        if (range.hasGt()) {
            low = Math.max(low, milliseconds(FieldPredicate.instant(range.getGt())));
        }
        if (range.hasLte()) {
            high = Math.min(high, milliseconds(FieldPredicate.instant(range.getLte())));
        }
        if (range.hasLt()) {
            high = Math.min(high, milliseconds(FieldPredicate.instant(range.getLt())));
        }
        if (low > high) {
            return new MatchNoDocsQuery("an empty range");
        }
        Condition whole = Condition.newBuilder().setField(condition).build();
        return new BooleanQuery.Builder()
                .add(LongPoint.newRangeQuery(PayloadFields.datetimes(path), low, high), Occur.FILTER)
                .add(new PayloadQuery(whole, FilterPredicate.of(whole)), Occur.FILTER)
                .build();
    }

    private static long milliseconds(Instant time) {
        return PayloadFields.datetime(time);
    }
}
