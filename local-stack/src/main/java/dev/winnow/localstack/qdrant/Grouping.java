package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.IsEmptyCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.RepeatedIntegers;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.Points.Direction;
import io.qdrant.client.grpc.Points.GroupId;
import io.qdrant.client.grpc.Points.GroupsResult;
import io.qdrant.client.grpc.Points.PointGroup;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.WithLookup;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers a query with groups of points that share a value. As Qdrant does, it asks for points a few times: first for
 * more groups, then for more points of the groups found, so that with very uneven groups some may stay short.
 */
final class Grouping {

    private static final int DEFAULT_GROUPS = 10;
    private static final int DEFAULT_GROUP_SIZE = 3;

    /** Queries for groups, and again as many to fill them. */
    private static final int ATTEMPTS = 5;

    private final Collection collection;
    private final Function<String, Optional<Collection>> others;

    /** @param others finds the collections to look things up in */
    Grouping(Collection collection, Function<String, Optional<Collection>> others) {
        this.collection = collection;
        this.others = others;
    }

    GroupsResult query(QueryPointGroups request) throws IOException {
        int groupCount = request.hasLimit() ? Limits.positive("limit", request.getLimit()) : DEFAULT_GROUPS;
        int groupSize =
                request.hasGroupSize() ? Limits.positive("group_size", request.getGroupSize()) : DEFAULT_GROUP_SIZE;
        Selection selection = Selection.of(
                request.hasWithPayload(), request.getWithPayload(), null, request.getWithVectors(), collection);
        Comparator<ScoredPoint> closestFirst = closestFirst(request);
        PointGroups groups =
                new PointGroups(PayloadPath.parse(request.getGroupBy()), groupSize, groupCount, closestFirst);
        QueryPoints points = points(request, (long) groupCount * groupSize);
        collect(groups, points, request.getGroupBy(), true);
        collect(groups, points, request.getGroupBy(), false);
        return answer(groups.closest(withinAGroup(closestFirst)), selection, request);
    }

    /** @param more whether of other groups than those that are full, or of those that are short */
    private void collect(PointGroups groups, QueryPoints points, String field, boolean more) throws IOException {
        for (int i = 0; i < ATTEMPTS && !groups.isComplete(); i++) {
            List<Match> matches = more ? matchesOf(groups.filled(), true) : matchesOf(groups.wanting(), false);
            Filter.Builder filter = points.getFilter().toBuilder()
                    .addMustNot(Condition.newBuilder()
                            .setHasId(HasIdCondition.newBuilder().addAllHasId(groups.ids())));
            for (Match match : matches) {
                filter.addMust(Condition.newBuilder()
                        .setField(FieldCondition.newBuilder().setKey(field).setMatch(match)));
            }
            List<ScoredPoint> found = new PointSearch(collection, others)
                    .query(points.toBuilder().setFilter(filter).build());
            if (found.isEmpty()) {
                return;
            }
            groups.addAll(found);
        }
    }

    private static QueryPoints points(QueryPointGroups request, long count) {
        QueryPoints.Builder points = QueryPoints.newBuilder()
                .addAllPrefetch(request.getPrefetchList())
                .setUsing(request.getUsing())
                .setParams(request.getParams())
                .setLimit(count)
                .setWithPayload(WithPayloadSelector.newBuilder().setEnable(true))
                .setFilter(request.getFilter().toBuilder()
                        .addMustNot(Condition.newBuilder()
                                .setIsEmpty(IsEmptyCondition.newBuilder().setKey(request.getGroupBy()))));
        if (request.hasQuery()) {
            points.setQuery(request.getQuery());
        }
        if (request.hasScoreThreshold()) {
            points.setScoreThreshold(request.getScoreThreshold());
        }
        if (request.hasLookupFrom()) {
            points.setLookupFrom(request.getLookupFrom());
        }
        if (request.hasShardKeySelector()) {
            points.setShardKeySelector(request.getShardKeySelector());
        }
        return points.build();
    }

    /** One for the integers among the values, one for the texts: Qdrant asks for both to hold. */
    private static List<Match> matchesOf(List<GroupId> values, boolean except) {
        RepeatedIntegers.Builder integers = RepeatedIntegers.newBuilder();
        RepeatedStrings.Builder texts = RepeatedStrings.newBuilder();
        for (GroupId value : values) {
            switch (value.getKindCase()) {
                case UNSIGNED_VALUE -> integers.addIntegers(value.getUnsignedValue());
                case INTEGER_VALUE -> integers.addIntegers(value.getIntegerValue());
                case STRING_VALUE -> texts.addStrings(value.getStringValue());
                case KIND_NOT_SET -> throw new IllegalArgumentException("a group without a value");
            }
        }
        List<Match> matches = new ArrayList<>();
        if (integers.getIntegersCount() > 0) {
            Match.Builder match = Match.newBuilder();
            matches.add((except ? match.setExceptIntegers(integers) : match.setIntegers(integers)).build());
        }
        if (texts.getStringsCount() > 0) {
            Match.Builder match = Match.newBuilder();
            matches.add((except ? match.setExceptKeywords(texts) : match.setKeywords(texts)).build());
        }
        return matches;
    }

    private Comparator<ScoredPoint> closestFirst(QueryPointGroups request) {
        Comparator<ScoredPoint> smallestFirst = (a, b) -> a.hasOrderValue() && b.hasOrderValue()
                ? OrderBy.compare(a.getOrderValue(), b.getOrderValue())
                : Float.compare(a.getScore(), b.getScore());
        Query query = request.getQuery();
        boolean byDistance = query.hasNearest()
                || query.hasNearestWithMmr()
                || (query.hasRecommend() && query.getRecommend().getStrategy() == RecommendStrategy.AverageVector);
        if (byDistance) {
            Metric metric = collection.space(request.getUsing()).metric();
            return (a, b) -> metric.compareScores(a.getScore(), b.getScore());
        }
        boolean largest = query.hasRecommend() || query.getOrderBy().getDirection() == Direction.Desc;
        return largest ? smallestFirst.reversed() : smallestFirst;
    }

    /** Of points that are equally close, the one whose id goes the way of the scores. */
    private static Comparator<ScoredPoint> withinAGroup(Comparator<ScoredPoint> closestFirst) {
        ScoredPoint zero = ScoredPoint.newBuilder().setScore(0).build();
        ScoredPoint one = ScoredPoint.newBuilder().setScore(1).build();
        Comparator<ScoredPoint> ids = Comparator.comparing(point -> PointKey.of(point.getId()));
        boolean smallestFirst = closestFirst.compare(zero, one) < 0;
        return closestFirst.thenComparing(smallestFirst ? ids : ids.reversed());
    }

    private GroupsResult answer(List<PointGroups.Group> groups, Selection selection, QueryPointGroups request)
            throws IOException {
        Map<PointId, Selection.Point> points = byId(
                collection,
                groups.stream()
                        .flatMap(group -> group.points().stream())
                        .map(ScoredPoint::getId)
                        .distinct()
                        .toList(),
                selection);
        Map<PointId, Selection.Point> lookedUp =
                request.hasWithLookup() ? lookup(request.getWithLookup(), groups) : Map.of();
        GroupsResult.Builder result = GroupsResult.newBuilder();
        for (PointGroups.Group group : groups) {
            PointGroup.Builder answer = PointGroup.newBuilder().setId(group.value());
            for (ScoredPoint hit : group.points()) {
                Selection.Point point = points.get(hit.getId());
                if (point != null) {
                    answer.addHits(
                            (hit.hasOrderValue() ? point.at(hit.getOrderValue()) : point).scored(hit.getScore()));
                }
            }
            pointId(group.value()).map(lookedUp::get).ifPresent(found -> answer.setLookup(found.retrieved()));
            result.addGroups(answer);
        }
        return result.build();
    }

    /** The points whose ids are the groups' values. */
    private Map<PointId, Selection.Point> lookup(WithLookup lookup, List<PointGroups.Group> groups) throws IOException {
        Collection other = others.apply(lookup.getCollection())
                .orElseThrow(() -> QdrantErrors.notFound("Collection " + lookup.getCollection()));
        return byId(
                other,
                groups.stream()
                        .flatMap(group -> pointId(group.value()).stream())
                        .toList(),
                Selection.of(
                        lookup.hasWithPayload(),
                        lookup.getWithPayload(),
                        PayloadSelector.ALL,
                        lookup.getWithVectors(),
                        other));
    }

    private static Map<PointId, Selection.Point> byId(Collection of, List<PointId> ids, Selection selection)
            throws IOException {
        Map<PointId, Selection.Point> points = new HashMap<>();
        new PointReads(of)
                .get(ids, selection)
                .forEach(point -> points.put(point.key().toPointId(), point));
        return points;
    }

    private static Optional<PointId> pointId(GroupId value) {
        return value.hasUnsignedValue()
                ? Optional.of(
                        PointId.newBuilder().setNum(value.getUnsignedValue()).build())
                : PointKey.uuid(value.getStringValue())
                        .map(uuid ->
                                PointId.newBuilder().setUuid(uuid.toString()).build());
    }
}
