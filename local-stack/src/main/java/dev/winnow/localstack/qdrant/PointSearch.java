package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.Mmr;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RecommendInput;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.search.IndexSearcher;

/** Answers Qdrant's query: by nearness, by examples, by a field, at random; without a query, in the order of ids. */
final class PointSearch {

    private final Collection collection;
    private final Function<String, Optional<Collection>> others;

    /** @param others finds the collections to look vectors up in */
    PointSearch(Collection collection, Function<String, Optional<Collection>> others) {
        this.collection = collection;
        this.others = others;
    }

    List<ScoredPoint> query(QueryPoints request) throws IOException {
        refuseUnsupported(request);
        Page page = Page.of(request);
        Selection selection = Selection.of(
                request.hasWithPayload(), request.getWithPayload(), null, request.getWithVectors(), collection);
        if (!request.hasQuery()) {
            refuseThreshold(
                    request,
                    "A query is needed to use the score_threshold. Can't have score_threshold without defining a"
                            + " query.");
            return unscored(new PointReads(collection)
                    .scroll(request.getFilter(), null, page.end(), selection).points().stream()
                            .skip(page.offset()));
        }
        Query query = request.getQuery();
        return switch (query.getVariantCase()) {
            case NEAREST -> new Nearness(request, page, selection).nearest(query.getNearest());
            case NEAREST_WITH_MMR ->
                new Nearness(request, page, selection)
                        .diverse(
                                query.getNearestWithMmr().getNearest(),
                                query.getNearestWithMmr().getMmr());
            case RECOMMEND -> new Nearness(request, page, selection).recommended(query.getRecommend());
            case ORDER_BY -> {
                refuseThreshold(request, "Can't use score_threshold with an order_by query.");
                yield unscored(new PointReads(collection)
                        .ordered(query.getOrderBy(), request.getFilter(), page.end(), selection).stream()
                                .skip(page.offset()));
            }
            // At random, one page is as good as another.
            case SAMPLE ->
                unscored(new PointReads(collection).sample(request.getFilter(), page.limit(), selection).stream());
            case DISCOVER, CONTEXT, FUSION, RRF, FORMULA, RELEVANCE_FEEDBACK ->
                throw QdrantErrors.unimplemented("query " + query.getVariantCase());
            case VARIANT_NOT_SET -> throw QdrantErrors.badInput("Query variant is missing");
        };
    }

    /** Part of all that is found. */
    private record Page(int offset, int limit) {

        private static final int DEFAULT_LIMIT = 10;

        static Page of(QueryPoints request) {
            return new Page(
                    Limits.clamped(request.getOffset()),
                    request.hasLimit() ? Limits.positive("limit", request.getLimit()) : DEFAULT_LIMIT);
        }

        int end() {
            return offset + limit;
        }
    }

    private static void refuseUnsupported(QueryPoints request) {
        QdrantErrors.refuse(
                request.getPrefetchCount() > 0,
                (request.hasQuery() ? "query " + request.getQuery().getVariantCase() + " of a " : "") + "prefetch");
        QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
    }

    private static void refuseThreshold(QueryPoints request, String why) {
        if (request.hasScoreThreshold()) {
            throw QdrantErrors.badRequest(why);
        }
    }

    /** Qdrant scores what it has not compared with 1. */
    private static List<ScoredPoint> unscored(Stream<Selection.Point> points) {
        return points.map(point -> point.scored(1f)).toList();
    }

    /** One query that compares vectors. */
    private final class Nearness {

        private final QueryPoints request;
        private final Page page;
        private final Selection selection;
        private final String name;
        private final VectorSpace space;
        private final QueryVectors vectors;

        Nearness(QueryPoints request, Page page, Selection selection) {
            this.request = request;
            this.page = page;
            this.selection = selection;
            this.name = request.getUsing();
            this.space = collection.space(name);
            this.vectors = QueryVectors.of(request, collection, others);
        }

        List<ScoredPoint> nearest(VectorInput target) throws IOException {
            return nearest(vectors.one(target), List.of(target));
        }

        private List<ScoredPoint> nearest(float[] target, List<VectorInput> inputs) throws IOException {
            Filter filter = vectors.without(inputs, request.getFilter());
            return collection
                    .store()
                    .read(searcher -> answer(searcher, closest(searcher, target, filter, page.end()), space.metric()));
        }

        List<ScoredPoint> recommended(RecommendInput examples) throws IOException {
            Recommendation recommendation = new Recommendation(
                    space.metric(), vectors.all(examples.getPositiveList()), vectors.all(examples.getNegativeList()));
            List<VectorInput> inputs = Stream.concat(
                            examples.getPositiveList().stream(), examples.getNegativeList().stream())
                    .toList();
            RecommendStrategy strategy = examples.getStrategy();
            return switch (strategy) {
                case AverageVector -> nearest(recommendation.averageVector(), inputs);
                case BestScore -> ranked(recommendation.bestScore(), inputs);
                case SumScores -> ranked(recommendation.sumScores(), inputs);
                case UNRECOGNIZED -> throw QdrantErrors.badInput("Unknown recommend strategy");
            };
        }

        private List<ScoredPoint> ranked(RankedPoints.Score score, List<VectorInput> inputs) throws IOException {
            Filter filter = vectors.without(inputs, request.getFilter());
            return collection.store().read(searcher -> {
                List<NearestPoints.Hit> best = RankedPoints.best(
                        searcher,
                        FilterQuery.of(filter, collection.schema()),
                        name,
                        score,
                        Math.min(page.end(), searcher.getIndexReader().numDocs()));
                return answer(searcher, reaching(best), Metric.DOT);
            });
        }

        List<ScoredPoint> diverse(VectorInput target, Mmr mmr) throws IOException {
            MaximalMarginalRelevance relevance = MaximalMarginalRelevance.of(mmr, page.limit());
            float[] vector = space.metric().prepared(vectors.one(target));
            Filter filter = vectors.without(List.of(target), request.getFilter());
            return collection.store().read(searcher -> {
                List<NearestPoints.Hit> candidates = closest(searcher, vector, filter, relevance.candidates());
                List<float[]> found = new ArrayList<>();
                for (NearestPoints.Hit candidate : candidates) {
                    found.add(Objects.requireNonNull(PointLookup.vector(searcher, candidate.document(), name)));
                }
                List<NearestPoints.Hit> picked = relevance.pick(vector, found, space.metric(), page.end()).stream()
                        .map(candidates::get)
                        .toList();
                return scored(searcher, picked)
                        .skip(page.offset())
                        .map(Scored::answer)
                        .toList();
            });
        }

        private List<NearestPoints.Hit> closest(IndexSearcher searcher, float[] target, Filter filter, int count)
                throws IOException {
            return reaching(new NearestPoints(name, space)
                    .find(
                            searcher,
                            space.metric().prepared(target),
                            FilterQuery.of(filter, collection.schema()),
                            Math.min(count, searcher.getIndexReader().numDocs()),
                            request.getParams().getExact(),
                            Math.clamp(request.getParams().getHnswEf(), 0, 100_000)));
        }

        /** Those before the first one beyond the threshold, which is one of distances whatever the scores are. */
        private List<NearestPoints.Hit> reaching(List<NearestPoints.Hit> hits) {
            return request.hasScoreThreshold()
                    ? hits.stream()
                            .takeWhile(hit -> space.metric().passes(hit.score(), request.getScoreThreshold()))
                            .toList()
                    : hits;
        }

        private Stream<Scored> scored(IndexSearcher searcher, List<NearestPoints.Hit> hits) throws IOException {
            List<Selection.Point> points = selection.read(
                    searcher, hits.stream().map(NearestPoints.Hit::document).toList());
            return IntStream.range(0, points.size())
                    .mapToObj(i -> new Scored(points.get(i), hits.get(i).score()));
        }

        /** The page, of equal scores the smallest id first. */
        private List<ScoredPoint> answer(IndexSearcher searcher, List<NearestPoints.Hit> hits, Metric order)
                throws IOException {
            return scored(searcher, hits)
                    .sorted(((Comparator<Scored>) (a, b) -> order.compareScores(a.score(), b.score()))
                            .thenComparing(found -> found.point().key()))
                    .skip(page.offset())
                    .map(Scored::answer)
                    .toList();
        }
    }

    private record Scored(Selection.Point point, float score) {

        ScoredPoint answer() {
            return point.scored(score);
        }
    }
}
