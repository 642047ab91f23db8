package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BulkScorer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.FixedBitSet;

/** Goes through the points a filter lets through, segment by segment and in the order of documents. */
final class Matches {

    /** Told of every segment and, within it, of every matching document. */
    interface Visitor {
        DocumentVisitor segment(LeafReaderContext segment) throws IOException;
    }

    /** Told of a document, numbered within its segment. */
    interface DocumentVisitor {
        void document(int document) throws IOException;
    }

    private Matches() {}

    static void visit(IndexSearcher searcher, Query filter, Visitor visitor) throws IOException {
        Weight weight = searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1f);
        for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
            BulkScorer matching = weight.bulkScorer(segment);
            if (matching == null) {
                continue;
            }
            DocumentVisitor documents = visitor.segment(segment);
            LeafCollector collector = new LeafCollector() {
                @Override
                public void setScorer(Scorable scorer) {
                    // Whether a document matches is all that is asked.
                }

                @Override
                public void collect(int document) throws IOException {
                    documents.document(document);
                }
            };
            matching.score(collector, segment.reader().getLiveDocs(), 0, DocIdSetIterator.NO_MORE_DOCS);
        }
    }

    /** All of them, by the index's document numbers. */
    static FixedBitSet bits(IndexSearcher searcher, Query filter) throws IOException {
        FixedBitSet bits = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
        visitDocuments(searcher, filter, bits::set);
        return bits;
    }

    private static void visitDocuments(IndexSearcher searcher, Query filter, IntConsumer documents) throws IOException {
        visit(searcher, filter, segment -> document -> documents.accept(segment.docBase + document));
    }
}
