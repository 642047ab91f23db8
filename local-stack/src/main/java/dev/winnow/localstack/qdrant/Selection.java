package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.OrderValue;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants to be told of each point it finds.
 *
 * @param payload parts of its payload; absent for none
 * @param vectors the names of its vectors; absent for none
 */
record Selection(
        @Nullable PayloadSelector payload, @Nullable Set<String> vectors) {

    /** Id and nothing else. */
    static final Selection IDS = new Selection(null, null);

    /**
     * A point as far as it was asked for.
     *
     * @param orderValue where it stands in the order asked for; absent in that of ids
     */
    record Point(
            PointKey key,
            Map<String, Value> payload,
            @Nullable VectorsOutput vectors,
            @Nullable OrderValue orderValue) {

        Point at(OrderValue place) {
            return new Point(key, payload, vectors, place);
        }

        RetrievedPoint retrieved() {
            RetrievedPoint.Builder point =
                    RetrievedPoint.newBuilder().setId(key.toPointId()).putAllPayload(payload);
            if (vectors != null) {
                point.setVectors(vectors);
            }
            if (orderValue != null) {
                point.setOrderValue(orderValue);
            }
            return point.build();
        }

        ScoredPoint scored(float score) {
            PointId id = key.toPointId();
            ScoredPoint.Builder point =
                    ScoredPoint.newBuilder().setId(id).setScore(score).putAllPayload(payload);
            if (vectors != null) {
                point.setVectors(vectors);
            }
            if (orderValue != null) {
                point.setOrderValue(orderValue);
            }
            return point.build();
        }
    }

    static Selection of(
            boolean payloadGiven,
            WithPayloadSelector payload,
            @Nullable PayloadSelector otherwise,
            WithVectorsSelector vectors,
            Collection collection) {
        return new Selection(payloadGiven ? PayloadSelector.of(payload) : otherwise, names(vectors, collection));
    }

    private static @Nullable Set<String> names(WithVectorsSelector vectors, Collection collection) {
        return switch (vectors.getSelectorOptionsCase()) {
            case ENABLE -> vectors.getEnable() ? collection.spaces().keySet() : null;
            case INCLUDE -> {
                Set<String> names = new HashSet<>(vectors.getInclude().getNamesList());
                names.forEach(collection::space);
                yield names;
            }
            case SELECTOROPTIONS_NOT_SET -> null;
        };
    }

    /** Reads points in the given order of documents. */
    List<Point> read(IndexSearcher searcher, List<Integer> documents) throws IOException {
        Integer[] order = new Integer[documents.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(documents::get));
        Point[] points = new Point[documents.size()];
        List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
        int leafIndex = -1;
        StoredPoints stored = null;
        for (int position : order) {
            int document = documents.get(position);
            int in = ReaderUtil.subIndex(document, leaves);
            if (stored == null || in != leafIndex) {
                leafIndex = in;
                stored = new StoredPoints(leaves.get(in).reader());
            }
            points[position] = read(stored, document - leaves.get(in).docBase);
        }
        return List.of(points);
    }

    private Point read(StoredPoints stored, int document) throws IOException {
        return new Point(
                stored.key(document),
                payload == null ? Map.of() : payload.select(stored.payload(document)),
                vectors == null ? null : Vectors.write(stored.vectors(vectors, document)),
                null);
    }
}
