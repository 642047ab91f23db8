package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/** Ranks points by a score of their vectors that is not a distance to one vector: all of them are looked at. */
final class RankedPoints {

    /** A score of a vector; the larger the better. */
    interface Score {
        float of(float[] vector);
    }

    private static final Comparator<NearestPoints.Hit> BEST_FIRST = ((Comparator<NearestPoints.Hit>)
                    (a, b) -> Float.compare(b.score(), a.score()))
            .thenComparingInt(NearestPoints.Hit::document);

    private RankedPoints() {}

    /** The best of the points that pass the filter and have a vector of the name, best first. */
    static List<NearestPoints.Hit> best(IndexSearcher searcher, Query filter, String name, Score score, int count)
            throws IOException {
        PriorityQueue<NearestPoints.Hit> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());
        Matches.visit(searcher, filter, segment -> {
            StoredPoints points = new StoredPoints(segment.reader());
            return document -> {
                float[] vector = points.vector(name, document);
                if (vector != null) {
                    worstFirst.add(new NearestPoints.Hit(segment.docBase + document, score.of(vector)));
                    if (worstFirst.size() > count) {
                        worstFirst.remove();
                    }
                }
            };
        });
        List<NearestPoints.Hit> best = new ArrayList<>(worstFirst);
        best.sort(BEST_FIRST);
        return best;
    }
}
