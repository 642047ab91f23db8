package dev.winnow.localstack.qdrant;

import com.google.common.collect.Lists;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsSelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;

/**
 * Changes to the points of a collection. Each returns the change's number in the {@link PointStore}; it is durable
 * once that is committed.
 */
final class PointUpdates {

    /** Points rewritten at a time, so that a change of all points does not hold all of them in memory. */
    private static final int AT_A_TIME = 256;

    private final dev.winnow.localstack.qdrant.Collection collection;
    private final PointStore store;
    private final Metric metric;
    private final int dimension;

    PointUpdates(dev.winnow.localstack.qdrant.Collection collection) {
        this.collection = collection;
        this.store = collection.store();
        this.metric = collection.metric();
        this.dimension = collection.dimension();
    }

    /** Replaces whole points; all are refused where one is malformed. */
    long upsert(List<PointStruct> points) throws IOException {
        Map<PointKey, PointDocument> documents = new LinkedHashMap<>();
        for (PointStruct point : points) {
            PointKey key = PointKey.of(point.getId());
            float[] vector = metric.prepared(Vectors.read(point.getVectors(), dimension));
            PayloadFields.check(point.getPayloadMap());
            documents.put(key, new PointDocument(key, vector, point.getPayloadMap()));
        }
        return store.change(writer -> replace(writer, documents.values()));
    }

    long delete(PointsSelector selector) throws IOException {
        return store.change(writer -> {
            Collection<PointKey> keys = store.readLatest(searcher -> selected(searcher, selector));
            writer.deleteDocuments(keys.stream().map(PointDocument::term).toArray(Term[]::new));
        });
    }

    long updateVectors(List<PointVectors> points) throws IOException {
        Map<PointKey, float[]> vectors = new LinkedHashMap<>();
        for (PointVectors point : points) {
            vectors.put(PointKey.of(point.getId()), metric.prepared(Vectors.read(point.getVectors(), dimension)));
        }
        return store.change(writer -> rewrite(
                writer,
                vectors.keySet(),
                point -> new PointDocument(
                        point.key(), vectors.getOrDefault(point.key(), point.vector()), point.payload())));
    }

    /** Sets the fields given and keeps the others; with a path, the fields of the object there. A null removes. */
    long setPayload(PointsSelector selector, Map<String, Value> fields, String path) throws IOException {
        PayloadFields.check(fields);
        if (path.isEmpty()) {
            return changePayload(selector, payload -> PayloadEdit.merged(payload, fields));
        }
        PayloadPath target = PayloadPath.parse(path);
        return changePayload(selector, payload -> PayloadEdit.merged(payload, target, fields));
    }

    long overwritePayload(PointsSelector selector, Map<String, Value> payload) throws IOException {
        PayloadFields.check(payload);
        return changePayload(selector, old -> payload);
    }

    long deletePayload(PointsSelector selector, List<String> fields) throws IOException {
        List<PayloadPath> paths = fields.stream().map(PayloadPath::parse).toList();
        return changePayload(selector, payload -> {
            Map<String, Value> left = payload;
            for (PayloadPath path : paths) {
                left = PayloadEdit.without(left, path);
            }
            return left;
        });
    }

    long clearPayload(PointsSelector selector) throws IOException {
        return changePayload(selector, payload -> Map.of());
    }

    private long changePayload(PointsSelector selector, UnaryOperator<Map<String, Value>> change) throws IOException {
        return store.change(writer -> rewrite(
                writer,
                store.readLatest(searcher -> selected(searcher, selector)),
                point -> new PointDocument(point.key(), point.vector(), change.apply(point.payload()))));
    }

    /** Ids as they are given, existing or not; or those of the points a filter lets through. */
    private Collection<PointKey> selected(IndexSearcher searcher, PointsSelector selector) throws IOException {
        return switch (selector.getPointsSelectorOneOfCase()) {
            case POINTS ->
                selector.getPoints().getIdsList().stream()
                        .map(PointKey::of)
                        .distinct()
                        .toList();
            case FILTER -> {
                List<PointKey> keys = new ArrayList<>();
                Matches.visit(searcher, FilterQuery.of(selector.getFilter(), collection.schema()), segment -> {
                    StoredPoints points = new StoredPoints(segment.reader());
                    return document -> keys.add(points.key(document));
                });
                yield keys;
            }
            case POINTSSELECTORONEOF_NOT_SET -> throw QdrantErrors.badInput("PointsSelector is missing");
        };
    }

    /** Changes the points that exist, and only then complains about those that do not, as Qdrant does. */
    private void rewrite(IndexWriter writer, Collection<PointKey> keys, UnaryOperator<PointDocument> change)
            throws IOException {
        Optional<PointKey> missing = store.readLatest(searcher -> {
            Map<PointKey, Integer> documents = PointLookup.documents(searcher, keys);
            for (List<Integer> some :
                    Lists.partition(documents.values().stream().sorted().toList(), AT_A_TIME)) {
                replace(writer, load(searcher, some).stream().map(change).toList());
            }
            return keys.stream().filter(key -> !documents.containsKey(key)).findFirst();
        });
        if (missing.isPresent()) {
            throw QdrantErrors.noPoint(missing.get());
        }
    }

    private static List<PointDocument> load(IndexSearcher searcher, List<Integer> documents) throws IOException {
        List<PointDocument> points = new ArrayList<>();
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        LeafReaderContext segment = null;
        StoredPoints stored = null;
        for (int document : documents) {
            LeafReaderContext in = segments.get(ReaderUtil.subIndex(document, segments));
            if (stored == null || segment != in) {
                segment = in;
                stored = new StoredPoints(in.reader());
            }
            int local = document - in.docBase;
            points.add(new PointDocument(stored.key(local), stored.vector(local).clone(), stored.payload(local)));
        }
        return points;
    }

    private void replace(IndexWriter writer, Collection<PointDocument> points) throws IOException {
        for (PointDocument point : points) {
            writer.updateDocument(PointDocument.term(point.key()), point.document(metric));
        }
    }
}
