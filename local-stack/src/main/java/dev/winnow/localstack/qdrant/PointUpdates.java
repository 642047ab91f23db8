package dev.winnow.localstack.qdrant;

import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;

/**
 * What each operation on points does. An operation is first checked and understood, and makes its change later: when it
 * is its turn, and again when a log is replayed.
 */
final class PointUpdates {

    /** Points rewritten at a time, so that a change of all points does not hold all of them in memory. */
    private static final int AT_A_TIME = 256;

    /** So many points Qdrant changes before it looks whether one of them was missing. */
    private static final int LOOKED_AFTER_TOGETHER = 32;

    private final Map<String, VectorSpace> spaces;
    private final Supplier<PayloadSchema> schema;

    /** @param schema as it is when a change is made */
    PointUpdates(Map<String, VectorSpace> spaces, Supplier<PayloadSchema> schema) {
        this.spaces = spaces;
        this.schema = schema;
    }

    /** Refuses what is malformed as a whole. */
    @SuppressWarnings("deprecation") // Qdrant still takes the two older forms.
    PointStore.Change change(PointsUpdateOperation operation) {
        return switch (operation.getOperationCase()) {
            case UPSERT -> upsert(operation.getUpsert());
            case DELETE_POINTS ->
                delete(
                        operation.getDeletePoints().getPoints(),
                        operation.getDeletePoints().hasShardKeySelector());
            case DELETE_DEPRECATED -> delete(operation.getDeleteDeprecated(), false);
            case UPDATE_VECTORS -> updateVectors(operation.getUpdateVectors());
            case DELETE_VECTORS -> deleteVectors(operation.getDeleteVectors());
            case SET_PAYLOAD -> setPayload(operation.getSetPayload());
            case OVERWRITE_PAYLOAD -> overwritePayload(operation.getOverwritePayload());
            case DELETE_PAYLOAD -> deletePayload(operation.getDeletePayload());
            case CLEAR_PAYLOAD ->
                clearPayload(
                        operation.getClearPayload().getPoints(),
                        operation.getClearPayload().hasShardKeySelector());
            case CLEAR_PAYLOAD_DEPRECATED -> clearPayload(operation.getClearPayloadDeprecated(), false);
            case OPERATION_NOT_SET -> throw QdrantErrors.badInput("Missing operation");
        };
    }

    /** Replaces whole points, where the mode and the filter on what is replaced allow it. */
    private PointStore.Change upsert(PointsUpdateOperation.PointStructList request) {
        refuseShardKey(request.hasShardKeySelector());
        Map<PointKey, PointDocument> documents = new LinkedHashMap<>();
        for (PointStruct point : request.getPointsList()) {
            PointKey key = PointKey.of(point.getId());
            Map<String, float[]> vectors = Vectors.read(point.getVectors(), spaces);
            PayloadFields.check(point.getPayloadMap());
            documents.put(key, new PointDocument(key, vectors, point.getPayloadMap()));
        }
        UpdateMode mode = request.getUpdateMode();
        if (mode == UpdateMode.UNRECOGNIZED) {
            throw QdrantErrors.badInput("Unknown update mode");
        }
        if (mode == UpdateMode.Upsert && !request.hasUpdateFilter()) {
            return (store, writer) -> replace(writer, documents.values());
        }
        FilterQuery.of(request.getUpdateFilter(), schema.get());
        return (store, writer) -> {
            Set<PointKey> existing = existing(store, documents.keySet());
            Set<PointKey> passing = passing(store, existing, request.getUpdateFilter());
            replace(
                    writer,
                    documents.values().stream()
                            .filter(point -> existing.contains(point.key())
                                    ? mode != UpdateMode.InsertOnly && passing.contains(point.key())
                                    : mode != UpdateMode.UpdateOnly)
                            .toList());
        };
    }

    private PointStore.Change delete(PointsSelector selector, boolean shardKey) {
        refuseShardKey(shardKey);
        Selector selected = selector(selector);
        return (store, writer) -> writer.deleteDocuments(
                selected.keys(store).stream().map(PointDocument::term).toArray(Term[]::new));
    }

    /** Sets the vectors given and keeps those of other names. */
    private PointStore.Change updateVectors(PointsUpdateOperation.UpdateVectors request) {
        refuseShardKey(request.hasShardKeySelector());
        Map<PointKey, Map<String, float[]>> vectors = new LinkedHashMap<>();
        for (PointVectors point : request.getPointsList()) {
            vectors.computeIfAbsent(PointKey.of(point.getId()), key -> new HashMap<>())
                    .putAll(Vectors.read(point.getVectors(), spaces));
        }
        UnaryOperator<PointDocument> change = point -> {
            Map<String, float[]> changed = new HashMap<>(point.vectors());
            changed.putAll(vectors.getOrDefault(point.key(), Map.of()));
            return point.withVectors(changed);
        };
        if (!request.hasUpdateFilter()) {
            return (store, writer) -> rewrite(store, writer, vectors.keySet(), change);
        }
        FilterQuery.of(request.getUpdateFilter(), schema.get());
        return (store, writer) -> {
            Set<PointKey> changed = new LinkedHashSet<>(vectors.keySet());
            Set<PointKey> excluded = existing(store, vectors.keySet());
            excluded.removeAll(passing(store, vectors.keySet(), request.getUpdateFilter()));
            changed.removeAll(excluded);
            rewrite(store, writer, changed, change);
        };
    }

    private PointStore.Change deleteVectors(PointsUpdateOperation.DeleteVectors request) {
        refuseShardKey(request.hasShardKeySelector());
        List<String> names = request.getVectors().getNamesList();
        if (names.isEmpty()) {
            throw QdrantErrors.badInput("No vector names provided");
        }
        for (String name : names) {
            if (!spaces.containsKey(name)) {
                throw QdrantErrors.noVectorName(name);
            }
        }
        Selector selected = selector(request.getPointsSelector());
        return (store, writer) -> rewrite(store, writer, selected.keys(store), point -> {
            Map<String, float[]> left = new HashMap<>(point.vectors());
            names.forEach(left::remove);
            return point.withVectors(left);
        });
    }

    /** Sets the fields given and keeps the others; with a path, the fields of the object there. A null removes. */
    private PointStore.Change setPayload(PointsUpdateOperation.SetPayload request) {
        refuseShardKey(request.hasShardKeySelector());
        Map<String, Value> fields = request.getPayloadMap();
        PayloadFields.check(fields);
        if (!request.hasKey()) {
            return changePayload(request.getPointsSelector(), payload -> PayloadEdit.merged(payload, fields));
        }
        PayloadPath target = PayloadPath.parse(request.getKey());
        PayloadFields.check(fields, target.steps().size());
        return changePayload(request.getPointsSelector(), payload -> PayloadEdit.merged(payload, target, fields));
    }

    private PointStore.Change overwritePayload(PointsUpdateOperation.OverwritePayload request) {
        refuseShardKey(request.hasShardKeySelector());
        Map<String, Value> payload = request.getPayloadMap();
        PayloadFields.check(payload);
        return changePayload(request.getPointsSelector(), old -> payload);
    }

    private PointStore.Change deletePayload(PointsUpdateOperation.DeletePayload request) {
        refuseShardKey(request.hasShardKeySelector());
        List<PayloadPath> paths =
                request.getKeysList().stream().map(PayloadPath::parse).toList();
        return changePayload(request.getPointsSelector(), payload -> {
            Map<String, Value> left = payload;
            for (PayloadPath path : paths) {
                left = PayloadEdit.without(left, path);
            }
            return left;
        });
    }

    private PointStore.Change clearPayload(PointsSelector selector, boolean shardKey) {
        refuseShardKey(shardKey);
        return changePayload(selector, payload -> Map.of());
    }

    private PointStore.Change changePayload(PointsSelector selector, UnaryOperator<Map<String, Value>> change) {
        Selector selected = selector(selector);
        return (store, writer) ->
                rewrite(store, writer, selected.keys(store), point -> point.withPayload(change.apply(point.payload())));
    }

    private static void refuseShardKey(boolean given) {
        QdrantErrors.refuse(given, "shard keys");
    }

    /** Which points a change is about. */
    private interface Selector {
        Collection<PointKey> keys(PointStore store) throws IOException;
    }

    /** Ids as they are given, existing or not; or those of the points a filter lets through. */
    private Selector selector(PointsSelector selector) {
        return switch (selector.getPointsSelectorOneOfCase()) {
            case POINTS -> {
                List<PointKey> keys = selector.getPoints().getIdsList().stream()
                        .map(PointKey::of)
                        .toList();
                yield store -> keys;
            }
            case FILTER -> {
                FilterQuery.of(selector.getFilter(), schema.get());
                yield store -> passing(store, selector.getFilter());
            }
            case POINTSSELECTORONEOF_NOT_SET -> throw QdrantErrors.badInput("PointsSelector is missing");
        };
    }

    private Set<PointKey> passing(PointStore store, Filter filter) throws IOException {
        return store.read(searcher -> {
            Set<PointKey> keys = new LinkedHashSet<>();
            Matches.visit(searcher, FilterQuery.of(filter, schema.get()), segment -> {
                StoredPoints points = new StoredPoints(segment.reader());
                return document -> keys.add(points.key(document));
            });
            return keys;
        });
    }

    private Set<PointKey> passing(PointStore store, Set<PointKey> keys, Filter filter) throws IOException {
        HasIdCondition.Builder ids = HasIdCondition.newBuilder();
        keys.forEach(key -> ids.addHasId(key.toPointId()));
        return passing(
                store,
                Filter.newBuilder()
                        .addMust(Condition.newBuilder().setHasId(ids))
                        .addMust(Condition.newBuilder().setFilter(filter))
                        .build());
    }

    private static Set<PointKey> existing(PointStore store, Set<PointKey> keys) throws IOException {
        return store.read(searcher -> PointLookup.documents(searcher, keys).keySet());
    }

    /** Changes the points that exist up to a missing one and somewhat beyond, and only then complains, as Qdrant does. */
    private void rewrite(
            PointStore store, IndexWriter writer, Collection<PointKey> keys, UnaryOperator<PointDocument> change)
            throws IOException {
        List<PointKey> inOrder = List.copyOf(keys);
        int missing = store.read(searcher -> {
            Map<PointKey, Integer> documents = PointLookup.documents(searcher, inOrder);
            int firstMissing = Iterables.indexOf(inOrder, key -> !documents.containsKey(key));
            if (firstMissing >= 0) {
                int end = (firstMissing / LOOKED_AFTER_TOGETHER + 1) * LOOKED_AFTER_TOGETHER;
                documents.keySet().retainAll(Set.copyOf(inOrder.subList(0, Math.min(end, inOrder.size()))));
            }
            for (List<Integer> some :
                    Lists.partition(documents.values().stream().sorted().toList(), AT_A_TIME)) {
                replace(writer, load(searcher, some).stream().map(change).toList());
            }
            return firstMissing;
        });
        if (missing >= 0) {
            throw QdrantErrors.noPoint(inOrder.get(missing));
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
            points.add(new PointDocument(stored.key(local), stored.vectors(local), stored.payload(local)));
        }
        return points;
    }

    private void replace(IndexWriter writer, Collection<PointDocument> points) throws IOException {
        for (PointDocument point : points) {
            writer.updateDocument(PointDocument.term(point.key()), point.document(spaces));
        }
    }
}
