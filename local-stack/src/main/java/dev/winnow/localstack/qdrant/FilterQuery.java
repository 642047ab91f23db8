package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;

/**
 * A filter as a Lucene query that finds exactly the points {@link FilterPredicate} accepts: conditions the index can
 * answer are answered by it, the others by reading the payloads of the points that the rest leaves over.
 */
final class FilterQuery {

    static {
        // A filter may be as long as a request; Lucene would stop at 1024 conditions.
        IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
    }

    private FilterQuery() {}

    static Query of(Filter filter, PayloadSchema schema) {
        return new ConstantScoreQuery(query(filter, schema));
    }

    private static Query query(Filter filter, PayloadSchema schema) {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        filter.getMustList().forEach(condition -> query.add(of(condition, schema), Occur.FILTER));
        filter.getMustNotList().forEach(condition -> query.add(of(condition, schema), Occur.MUST_NOT));
        if (filter.getShouldCount() > 0) {
            query.add(atLeast(1, filter.getShouldList(), schema), Occur.FILTER);
        }
        List<Condition> some = filter.getMinShould().getConditionsList();
        some.forEach(condition -> FilterPredicate.of(condition, schema));
        if (!some.isEmpty() && filter.getMinShould().getMinCount() != 0) {
            query.add(atLeast(filter.getMinShould().getMinCount(), some, schema), Occur.FILTER);
        }
        if (query.build().clauses().stream().allMatch(clause -> clause.occur() == Occur.MUST_NOT)) {
            query.add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
        }
        return query.build();
    }

    private static Query atLeast(long count, List<Condition> conditions, PayloadSchema schema) {
        if (Long.compareUnsigned(count, conditions.size()) > 0) {
            return new MatchNoDocsQuery("fewer conditions than have to hold");
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder().setMinimumNumberShouldMatch((int) count);
        conditions.forEach(condition -> query.add(of(condition, schema), Occur.SHOULD));
        return query.build();
    }

    private static Query of(Condition condition, PayloadSchema schema) {
        // Compiled even where the index answers: it is what refuses malformed conditions.
        FilterPredicate meaning = FilterPredicate.of(condition, schema);
        Query payload = new PayloadQuery(condition, schema, meaning);
        return switch (condition.getConditionOneOfCase()) {
            case FILTER -> query(condition.getFilter(), schema);
            case HAS_ID ->
                new TermInSetQuery(
                        PointDocument.ID,
                        condition.getHasId().getHasIdList().stream()
                                .map(id -> PointKey.of(id).bytes())
                                .toList());
            case HAS_VECTOR ->
                new TermQuery(new Term(
                        PointDocument.VECTOR_NAMES, condition.getHasVector().getHasVector()));
            case IS_EMPTY -> {
                PayloadPath path = PayloadPath.parse(condition.getIsEmpty().getKey());
                yield path.isIndexed() ? not(new TermQuery(PayloadFields.present(path.toString()))) : payload;
            }
            case IS_NULL -> {
                PayloadPath path = PayloadPath.parse(condition.getIsNull().getKey());
                Query narrowed = new TermQuery(PayloadFields.isNull(path.toString()));
                yield !path.isIndexed() ? payload : schema.isIndexed(path) ? narrowed : both(narrowed, payload);
            }
            case NESTED -> {
                PayloadPath path = PayloadPath.parse(condition.getNested().getKey());
                yield path.isIndexed() ? both(new TermQuery(PayloadFields.present(path.toString())), payload) : payload;
            }
            case FIELD -> FieldQuery.of(condition.getField(), schema, payload);
            case CONDITIONONEOF_NOT_SET -> payload;
        };
    }

    static Query both(Query one, Query other) {
        return new BooleanQuery.Builder()
                .add(one, Occur.FILTER)
                .add(other, Occur.FILTER)
                .build();
    }

    static Query either(Query one, Query other) {
        return new BooleanQuery.Builder()
                .add(one, Occur.SHOULD)
                .add(other, Occur.SHOULD)
                .build();
    }

    static Query not(Query query) {
        return without(MatchAllDocsQuery.INSTANCE, query);
    }

    static Query without(Query query, Query excluded) {
        return new BooleanQuery.Builder()
                .add(query, Occur.FILTER)
                .add(excluded, Occur.MUST_NOT)
                .build();
    }
}
