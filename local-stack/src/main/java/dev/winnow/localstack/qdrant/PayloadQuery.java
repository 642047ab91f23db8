package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** A condition answered by reading payloads: only those of points that every indexed condition has let through. */
final class PayloadQuery extends Query {

    /** Against the few operations of an index lookup; keeps Lucene from reading payloads first. */
    private static final float COST_OF_A_PAYLOAD = 1000;

    private final Condition condition;
    private final PayloadSchema schema;
    private final FilterPredicate meaning;

    /** @param meaning of the condition under the schema; it may look at the payload alone */
    PayloadQuery(Condition condition, PayloadSchema schema, FilterPredicate meaning) {
        this.condition = condition;
        this.schema = schema;
        this.meaning = meaning;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                StoredPoints points = new StoredPoints(leaf.reader());
                TwoPhaseIterator matches =
                        new TwoPhaseIterator(DocIdSetIterator.all(leaf.reader().maxDoc())) {
                            @Override
                            public boolean matches() throws IOException {
                                return meaning.test(PointContent.payload(points.payload(approximation.docID())));
                            }

                            @Override
                            public float matchCost() {
                                return COST_OF_A_PAYLOAD;
                            }
                        };
                Scorer scorer = new ConstantScoreScorer(score(), scoreMode, matches);
                return new DefaultScorerSupplier(scorer);
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return true;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return "payload(" + condition + ")";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PayloadQuery query && condition.equals(query.condition) && schema.equals(query.schema);
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), condition, schema);
    }
}
