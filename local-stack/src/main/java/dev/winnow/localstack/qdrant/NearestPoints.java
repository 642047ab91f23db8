package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Finds the points closest to a vector by comparing it with all that pass the filter. Among many, the comparison is
 * first made with the vectors rounded to bytes, and the best of it are compared exactly; scores are always exact.
 */
final class NearestPoints {

    /** Up to so many points are compared exactly at once. */
    static final int EXACT_UP_TO = 10_000;

    /** Candidates of the comparison by bytes that are compared exactly, where a request does not say. */
    private static final int DEFAULT_CANDIDATES = 128;

    /** Documents of a segment that one thread goes through at a time: so few that cores end together. */
    private static final int RANGE = 1 << 14;

    /** Vectors scored in one call. */
    private static final int BULK = 64;

    private final String name;
    private final VectorSpace space;

    /** @param name of the vectors that are compared */
    NearestPoints(String name, VectorSpace space) {
        this.name = name;
        this.space = space;
    }

    /** @param document by the index's numbers */
    record Hit(int document, float score) {}

    /** Part of a segment, and its documents that pass the filter. */
    private record Range(LeafReaderContext segment, FixedBitSet passing, int from, int to) {}

    /**
     * The closest points, closest first.
     *
     * @param vector as {@link Metric#prepared}
     * @param exact compare with the vectors as they are
     * @param ef how many candidates of a comparison by bytes are compared again; 0 for the default
     */
    List<Hit> find(IndexSearcher searcher, float[] vector, Query filter, int count, boolean exact, int ef)
            throws IOException {
        if (count == 0) {
            return List.of();
        }
        List<Range> ranges = new ArrayList<>();
        long points = ranges(searcher, filter, ranges);
        boolean direct = exact || !space.metric().hasByteOrder() || points <= EXACT_UP_TO;
        int candidates = Math.max(Math.multiplyExact(2, count), ef == 0 ? DEFAULT_CANDIDATES : ef);
        return direct || points <= candidates
                ? closest(ranges, vector, count)
                : rescored(searcher, vector, candidates(ranges, vector, candidates), count);
    }

    private static long ranges(IndexSearcher searcher, Query filter, List<Range> ranges) throws IOException {
        long points = 0;
        Weight weight = searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1f);
        for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
            Scorer scorer = weight.scorer(segment);
            if (scorer == null) {
                continue;
            }
            int documents = segment.reader().maxDoc();
            FixedBitSet passing = new FixedBitSet(documents);
            passing.or(scorer.iterator());
            Bits live = segment.reader().getLiveDocs();
            if (live != null) {
                live.applyMask(passing, 0);
            }
            points += passing.cardinality();
            for (int from = 0; from < documents; from += RANGE) {
                ranges.add(new Range(segment, passing, from, Math.min(documents, from + RANGE)));
            }
        }
        return points;
    }

    private List<Hit> closest(List<Range> ranges, float[] vector, int count) {
        return parallel(ranges, range -> closest(range, vector, count)).stream()
                .reduce((a, b) -> a.addAll(b))
                .map(Closest::inOrder)
                .orElse(List.of());
    }

    private Closest closest(Range range, float[] vector, int count) throws IOException {
        Closest closest = new Closest(space.metric(), count);
        FloatVectorValues values = range.segment().reader().getFloatVectorValues(PointDocument.vectorField(name));
        if (values != null) {
            visit(
                    range,
                    values.iterator(),
                    (document, ordinal) -> closest.offer(new Hit(
                            range.segment().docBase + document,
                            space.metric().score(vector, values.vectorValue(ordinal)))));
        }
        return closest;
    }

    /** The documents whose bytes are closest, in no order. */
    private int[] candidates(List<Range> ranges, float[] vector, int count) {
        NeighborQueue best = new NeighborQueue(count, false);
        for (NeighborQueue some : parallel(ranges, range -> candidates(range, vector, count))) {
            while (some.size() > 0) {
                float score = some.topScore();
                best.insertWithOverflow(some.pop(), score);
            }
        }
        return best.nodes();
    }

    private NeighborQueue candidates(Range range, float[] vector, int count) throws IOException {
        NeighborQueue best = new NeighborQueue(count, false);
        String field = PointDocument.vectorField(name);
        FloatVectorValues values = range.segment().reader().getFloatVectorValues(field);
        RandomVectorScorer scorer = PointCodec.byteScorer(range.segment().reader(), field, vector);
        if (values != null && scorer != null) {
            Bulk bulk = new Bulk(scorer, range.segment().docBase, best);
            visit(range, values.iterator(), bulk);
            bulk.flush();
        }
        return best;
    }

    /** Scores vectors by their bytes, many in one call. */
    private static final class Bulk implements VectorVisitor {

        private final RandomVectorScorer scorer;
        private final int docBase;
        private final NeighborQueue best;
        private final int[] documents = new int[BULK];
        private final int[] ordinals = new int[BULK];
        private final float[] scores = new float[BULK];
        private int size;

        Bulk(RandomVectorScorer scorer, int docBase, NeighborQueue best) {
            this.scorer = scorer;
            this.docBase = docBase;
            this.best = best;
        }

        @Override
        public void vector(int document, int ordinal) throws IOException {
            documents[size] = document;
            ordinals[size++] = ordinal;
            if (size == BULK) {
                flush();
            }
        }

        void flush() throws IOException {
            scorer.bulkScore(ordinals, scores, size);
            for (int i = 0; i < size; i++) {
                best.insertWithOverflow(docBase + documents[i], scores[i]);
            }
            size = 0;
        }
    }

    private List<Hit> rescored(IndexSearcher searcher, float[] vector, int[] candidates, int count) throws IOException {
        Closest closest = new Closest(space.metric(), count);
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        int[] documents = IntStream.of(candidates).sorted().toArray();
        for (int i = 0; i < documents.length; ) {
            LeafReaderContext segment = segments.get(ReaderUtil.subIndex(documents[i], segments));
            StoredPoints points = new StoredPoints(segment.reader());
            int end = segment.docBase + segment.reader().maxDoc();
            for (; i < documents.length && documents[i] < end; i++) {
                float[] other = points.vector(name, documents[i] - segment.docBase);
                if (other != null) {
                    closest.offer(new Hit(documents[i], space.metric().score(vector, other)));
                }
            }
        }
        return closest.inOrder();
    }

    private interface VectorVisitor {
        void vector(int document, int ordinal) throws IOException;
    }

    /** Goes through the passing documents that have a vector. */
    private static void visit(Range range, DocIndexIterator vectors, VectorVisitor visitor) throws IOException {
        int last = range.to() - 1;
        int document = range.passing().nextSetBit(range.from());
        while (document <= last && document != DocIdSetIterator.NO_MORE_DOCS) {
            int found = vectors.docID() < document ? vectors.advance(document) : vectors.docID();
            if (found == document) {
                visitor.vector(document, vectors.index());
            }
            document = document == last
                    ? DocIdSetIterator.NO_MORE_DOCS
                    : range.passing().nextSetBit(document + 1);
        }
    }

    private interface Work<T> {
        T on(Range range) throws IOException;
    }

    /** On all cores; the results in the order of the ranges. */
    private static <T> List<T> parallel(List<Range> ranges, Work<T> work) {
        return ranges.parallelStream()
                .map(range -> {
                    try {
                        return work.on(range);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** Keeps the best of what it is offered. */
    private static final class Closest {

        private final int count;
        private final Comparator<Hit> closestFirst;
        private final PriorityQueue<Hit> farthestFirst;

        Closest(Metric metric, int count) {
            this.count = count;
            this.closestFirst = ((Comparator<Hit>) (a, b) -> metric.compareScores(a.score(), b.score()))
                    .thenComparingInt(Hit::document);
            this.farthestFirst = new PriorityQueue<>(closestFirst.reversed());
        }

        void offer(Hit hit) {
            if (farthestFirst.size() < count) {
                farthestFirst.add(hit);
            } else if (closestFirst.compare(hit, farthestFirst.element()) < 0) {
                farthestFirst.remove();
                farthestFirst.add(hit);
            }
        }

        Closest addAll(Closest other) {
            other.farthestFirst.forEach(this::offer);
            return this;
        }

        List<Hit> inOrder() {
            List<Hit> hits = new ArrayList<>(farthestFirst);
            hits.sort(closestFirst);
            return hits;
        }
    }
}
