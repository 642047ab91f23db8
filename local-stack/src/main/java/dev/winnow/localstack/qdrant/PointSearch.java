package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;

/** Answers Qdrant's query: nearest to a vector or to a point; without a query, points in id order. */
final class PointSearch {

    private static final int DEFAULT_LIMIT = 10;

    private final Collection collection;

    PointSearch(Collection collection) {
        this.collection = collection;
    }

    List<ScoredPoint> query(QueryPoints request) throws IOException {
        refuseUnsupported(request);
        int limit = request.hasLimit() ? positive("limit", request.getLimit()) : DEFAULT_LIMIT;
        int offset = Math.toIntExact(request.getOffset());
        Selection selection = Selection.of(
                request.hasWithPayload(), request.getWithPayload(), null, request.getWithVectors(), collection);
        if (!request.hasQuery()) {
            // Qdrant scores what it has not compared with 1.
            return new PointReads(collection)
                    .scroll(request.getFilter(), null, Math.addExact(limit, offset), selection).points().stream()
                            .skip(offset)
                            .map(point -> point.scored(1f))
                            .toList();
        }
        return nearest(request, selection, limit, offset);
    }

    private static void refuseUnsupported(QueryPoints request) {
        QdrantErrors.refuse(request.getPrefetchCount() > 0, "prefetch");
        QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
        QdrantErrors.refuse(request.hasLookupFrom(), "lookup_from");
        QdrantErrors.refuse(request.getParams().hasQuantization(), "quantization");
        QdrantErrors.refuse(request.getParams().getIndexedOnly(), "indexed_only");
        QdrantErrors.refuse(request.getParams().hasAcorn(), "acorn");
        if (request.hasQuery() && !request.getQuery().hasNearest()) {
            throw QdrantErrors.unimplemented("query " + request.getQuery().getVariantCase());
        }
    }

    static int positive(String name, long value) {
        if (value < 1 || value > Integer.MAX_VALUE / 2) {
            throw QdrantErrors.badInput(name + ": value " + value + " invalid, must be 1 or larger");
        }
        return (int) value;
    }

    private List<ScoredPoint> nearest(QueryPoints request, Selection selection, int limit, int offset)
            throws IOException {
        String name = request.getUsing();
        VectorSpace space = collection.space(name);
        Metric metric = space.metric();
        VectorInput target = request.getQuery().getNearest();
        Filter filter = target.hasId() ? without(target, request.getFilter()) : request.getFilter();
        return collection.store().read(searcher -> {
            float[] vector = vector(searcher, target, name, space);
            List<NearestPoints.Hit> hits = new NearestPoints(name, space)
                    .find(
                            searcher,
                            vector,
                            FilterQuery.of(filter, collection.schema()),
                            Math.min(
                                    Math.addExact(limit, offset),
                                    searcher.getIndexReader().numDocs()),
                            request.getParams().getExact(),
                            Math.clamp(request.getParams().getHnswEf(), 0, 100_000));
            List<NearestPoints.Hit> kept = hits.stream()
                    .filter(hit ->
                            !request.hasScoreThreshold() || metric.reaches(hit.score(), request.getScoreThreshold()))
                    .toList();
            List<Selection.Point> points = selection.read(
                    searcher, kept.stream().map(NearestPoints.Hit::document).toList());
            List<Scored> scored = new ArrayList<>();
            for (int i = 0; i < points.size(); i++) {
                scored.add(new Scored(points.get(i), kept.get(i).score()));
            }
            return scored.stream()
                    .sorted(((Comparator<Scored>) (a, b) -> metric.compareScores(a.score(), b.score()))
                            .thenComparing(found -> found.point().key()))
                    .skip(offset)
                    .map(found -> found.point().scored(found.score()))
                    .toList();
        });
    }

    private record Scored(Selection.Point point, float score) {}

    private static float[] vector(IndexSearcher searcher, VectorInput target, String name, VectorSpace space)
            throws IOException {
        return switch (target.getVariantCase()) {
            case ID -> {
                PointKey key = PointKey.of(target.getId());
                float[] vector = PointLookup.vector(searcher, key, name);
                if (vector == null) {
                    throw QdrantErrors.noPoint(key);
                }
                yield vector;
            }
            case DENSE -> space.metric().prepared(Vectors.read(target.getDense().getDataList(), space.dimension()));
            case SPARSE, MULTI_DENSE, DOCUMENT, IMAGE, OBJECT ->
                throw QdrantErrors.unimplemented("query by " + target.getVariantCase());
            case VARIANT_NOT_SET -> throw QdrantErrors.badInput("Query vector is missing");
        };
    }

    /** A point is not its own neighbour. */
    private static Filter without(VectorInput target, Filter filter) {
        return filter.toBuilder()
                .addMustNot(Condition.newBuilder()
                        .setHasId(HasIdCondition.newBuilder().addHasId(target.getId())))
                .build();
    }
}
