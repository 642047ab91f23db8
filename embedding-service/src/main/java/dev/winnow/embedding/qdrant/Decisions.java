package dev.winnow.embedding.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.match;

import com.google.common.collect.Lists;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people decided about images ({@link PointSchema#DECISIONS}), taken over from the collections of other models. The
 * collection that was active last counts: if it has the image, its decisions are the newest, also if they are none.
 */
final class Decisions {

    private static final int PAGE = 256;
    private static final int OPERATIONS_A_CALL = 200;

    private final QdrantConnection qdrant;
    private final QdrantClient client;
    private final Duration timeout;

    Decisions(QdrantConnection qdrant) {
        this.qdrant = qdrant;
        this.client = qdrant.client();
        this.timeout = qdrant.timeout();
    }

    /**
     * The decisions about these images, by the first of the collections that has them; images that none of them has are
     * left out.
     *
     * @param collections the one that was active last first
     */
    Map<PointId, Map<String, Value>> of(List<PointId> images, List<String> collections) {
        Map<PointId, Map<String, Value>> found = new HashMap<>();
        for (String collection : collections) {
            List<PointId> missing =
                    images.stream().filter(image -> !found.containsKey(image)).toList();
            if (missing.isEmpty()) {
                break;
            }
            List<RetrievedPoint> points = qdrant.call(
                    "retrieve decisions",
                    client.retrieveAsync(
                            collection,
                            missing,
                            WithPayloadSelectorFactory.include(PointSchema.DECISIONS),
                            WithVectorsSelectorFactory.enable(false),
                            null,
                            timeout));
            points.forEach(point -> found.put(point.getId(), point.getPayloadMap()));
        }
        return found;
    }

    /**
     * Gives {@code target} the decisions of the other collections, for every image that one of them has and about which
     * nothing was decided later. Can be repeated at any time, also while people decide: only differences are written.
     *
     * @param collections the one that was active last first
     */
    void takeOver(String target, List<String> collections) {
        if (collections.isEmpty()) {
            return;
        }
        @Nullable PointId from = null;
        do {
            ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                    .setCollectionName(target)
                    .setLimit(PAGE)
                    .setWithPayload(WithPayloadSelectorFactory.include(PointSchema.DECISIONS))
                    .setWithVectors(WithVectorsSelectorFactory.enable(false));
            if (from != null) {
                scroll.setOffset(from);
            }
            ScrollResponse page = qdrant.call("scroll", client.scrollAsync(scroll.build(), timeout));
            takeOver(target, page.getResultList(), collections);
            from = page.hasNextPageOffset() ? page.getNextPageOffset() : null;
        } while (from != null);
    }

    private void takeOver(String target, List<RetrievedPoint> points, List<String> collections) {
        Map<PointId, Map<String, Value>> newest =
                of(points.stream().map(RetrievedPoint::getId).toList(), collections);
        List<PointsUpdateOperation> operations = new ArrayList<>();
        for (RetrievedPoint point : points) {
            Map<String, Value> own = point.getPayloadMap();
            Map<String, Value> wanted = newest.get(point.getId());
            if (wanted != null && !wanted.equals(own) && decidedAt(wanted) >= decidedAt(own)) {
                operations.addAll(replace(point.getId(), own, wanted));
            }
        }
        // One call for many points: the server makes each call durable before it answers.
        for (List<PointsUpdateOperation> part : Lists.partition(operations, OPERATIONS_A_CALL)) {
            qdrant.call("write decisions", client.batchUpdateAsync(target, part, true, null, timeout));
        }
    }

    /** 0 where nothing was decided, or before it was noted when. */
    private static long decidedAt(Map<String, Value> decisions) {
        return decisions
                .getOrDefault(PointSchema.DECIDED_AT, Value.getDefaultInstance())
                .getIntegerValue();
    }

    private static List<PointsUpdateOperation> replace(
            PointId point, Map<String, Value> own, Map<String, Value> wanted) {
        // Only while the decisions are those that were looked at: a person may be deciding right now.
        Filter unchanged = Filter.newBuilder()
                .addMust(hasId(point))
                .addMust(
                        own.containsKey(PointSchema.DECIDED_AT)
                                ? match(PointSchema.DECIDED_AT, decidedAt(own))
                                : isEmpty(PointSchema.DECIDED_AT))
                .build();
        PointsSelector selector =
                PointsSelector.newBuilder().setFilter(unchanged).build();
        List<PointsUpdateOperation> operations = new ArrayList<>();
        List<String> dropped =
                own.keySet().stream().filter(key -> !wanted.containsKey(key)).toList();
        if (!dropped.isEmpty()) {
            operations.add(PointsUpdateOperation.newBuilder()
                    .setDeletePayload(PointsUpdateOperation.DeletePayload.newBuilder()
                            .addAllKeys(dropped)
                            .setPointsSelector(selector))
                    .build());
        }
        if (!wanted.isEmpty()) {
            operations.add(PointsUpdateOperation.newBuilder()
                    .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                            .putAllPayload(wanted)
                            .setPointsSelector(selector))
                    .build());
        }
        return operations;
    }
}
