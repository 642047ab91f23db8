package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;

/** Finds the points closest to a vector. */
final class NearestPoints {

    /** Up to so many candidates a scan is as fast as the graph, and exact. */
    static final int SCAN_UP_TO = 10_000;

    /** Candidates kept while walking the graph, where a request does not say. */
    private static final int DEFAULT_EF = 128;

    private final Metric metric;

    NearestPoints(Metric metric) {
        this.metric = metric;
    }

    /** @param document by the index's numbers */
    record Hit(int document, float score) {}

    /**
     * The closest points, closest first.
     *
     * @param vector as {@link Metric#prepared}
     * @param exact compare with every point there is
     * @param ef candidates while walking the graph; 0 for the default
     */
    List<Hit> find(IndexSearcher searcher, float[] vector, Query filter, int count, boolean exact, int ef)
            throws IOException {
        if (count == 0) {
            return List.of();
        }
        boolean scan = exact || !metric.hasGraph() || searcher.count(filter) <= SCAN_UP_TO;
        return scan ? scan(searcher, vector, filter, count) : walk(searcher, vector, filter, count, ef);
    }

    private List<Hit> scan(IndexSearcher searcher, float[] vector, Query filter, int count) throws IOException {
        Closest closest = new Closest(count);
        Matches.visit(searcher, filter, segment -> {
            StoredPoints points = new StoredPoints(segment.reader());
            return document ->
                    closest.offer(new Hit(segment.docBase + document, metric.score(vector, points.vector(document))));
        });
        return closest.inOrder();
    }

    /** The graph proposes, the stored vectors decide on score and order. */
    private List<Hit> walk(IndexSearcher searcher, float[] vector, Query filter, int count, int ef) throws IOException {
        int candidates = Math.max(count, ef == 0 ? DEFAULT_EF : ef);
        ScoreDoc[] proposed = searcher.search(
                        new KnnFloatVectorQuery(PointDocument.VECTOR, vector, candidates, filter), candidates)
                .scoreDocs;
        int[] documents = IntStream.range(0, proposed.length)
                .map(i -> proposed[i].doc)
                .sorted()
                .toArray();
        Closest closest = new Closest(count);
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        int last = -1;
        StoredPoints points = null;
        for (int document : documents) {
            int in = ReaderUtil.subIndex(document, segments);
            if (points == null || in != last) {
                points = new StoredPoints(segments.get(in).reader());
                last = in;
            }
            closest.offer(new Hit(document, metric.score(vector, points.vector(document - segments.get(in).docBase))));
        }
        return closest.inOrder();
    }

    /** Keeps the best of what it is offered. */
    private final class Closest {

        private final int count;
        private final Comparator<Hit> closestFirst = ((Comparator<Hit>)
                        (a, b) -> metric.compareScores(a.score(), b.score()))
                .thenComparingInt(Hit::document);
        private final PriorityQueue<Hit> farthestFirst = new PriorityQueue<>(closestFirst.reversed());

        Closest(int count) {
            this.count = count;
        }

        void offer(Hit hit) {
            if (farthestFirst.size() < count) {
                farthestFirst.add(hit);
            } else if (closestFirst.compare(hit, farthestFirst.element()) < 0) {
                farthestFirst.remove();
                farthestFirst.add(hit);
            }
        }

        List<Hit> inOrder() {
            List<Hit> hits = new ArrayList<>(farthestFirst);
            hits.sort(closestFirst);
            return hits;
        }
    }
}
