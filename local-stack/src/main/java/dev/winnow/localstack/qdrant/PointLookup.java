package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Finds points by id. */
final class PointLookup {

    private PointLookup() {}

    /** The documents of those of the points that exist, in the order asked for. */
    static Map<PointKey, Integer> documents(IndexSearcher searcher, Collection<PointKey> keys) throws IOException {
        Map<PointKey, Integer> found = new LinkedHashMap<>();
        keys.forEach(key -> found.put(key, -1));
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Terms terms = leaf.reader().terms(PointDocument.ID);
            if (terms == null) {
                continue;
            }
            TermsEnum ids = terms.iterator();
            Bits live = leaf.reader().getLiveDocs();
            for (PointKey key : found.keySet().stream().sorted().toList()) {
                if (ids.seekExact(key.bytes())) {
                    int document = firstLive(ids.postings(null, PostingsEnum.NONE), live);
                    if (document != DocIdSetIterator.NO_MORE_DOCS) {
                        found.put(key, leaf.docBase + document);
                    }
                }
            }
        }
        found.values().removeIf(document -> document < 0);
        return found;
    }

    static int firstLive(PostingsEnum postings, @Nullable Bits live) throws IOException {
        int document = postings.nextDoc();
        while (document != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(document)) {
            document = postings.nextDoc();
        }
        return document;
    }

    /** The vector of a point; absent where it has none of the name. */
    static float @Nullable [] vector(IndexSearcher searcher, PointKey key, String name) throws IOException {
        Integer document = documents(searcher, List.of(key)).get(key);
        if (document == null) {
            throw QdrantErrors.noPoint(key);
        }
        return vector(searcher, document, name);
    }

    /** The vector of a document; absent where it has none of the name. */
    static float @Nullable [] vector(IndexSearcher searcher, int document, String name) throws IOException {
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        LeafReaderContext segment = segments.get(ReaderUtil.subIndex(document, segments));
        float[] vector = new StoredPoints(segment.reader()).vector(name, document - segment.docBase);
        return vector == null ? null : vector.clone();
    }
}
